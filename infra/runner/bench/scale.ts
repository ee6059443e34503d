// `npm run bench:scale -- --mentions 2000000 --keep DIR --against DIR --part reads,intake,memory --intake 200000 --events 10000000 --rounds 7`: Molva at size, on this machine, in one run. docs/scale.md builds on what it prints.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openStore } from "@molva/platform";
import type { Store } from "@molva/contracts";
import { z } from "zod";
import { takeIn } from "./scale/intake.ts";
import { takeMany } from "./scale/memory.ts";
import { load, loadedBefore } from "./scale/load.ts";
import { askAll, type Answered } from "./scale/questions.ts";

const PARTS = ["reads", "intake", "memory"] as const;
const { values: told } = parseArgs({
  options: {
    mentions: { type: "string", default: "20000000" },
    intake: { type: "string", default: "200000" },
    rounds: { type: "string", default: "7" },
    events: { type: "string", default: "10000000" },
    part: { type: "string", default: PARTS.join() },
    /** A folder that stays: what an earlier run loaded there is used again. */
    keep: { type: "string" },
    /** The tables are asked as the load left them; else both sides' are merged first, as some hours of rest would: what is compared is the size, not the age. */
    unmerged: { type: "boolean", default: false },
    /** The folder of a run of two million, loaded where it is not there yet: its answers are timed too, and the growth is told. Default: beside the larger one. */
    against: { type: "string" },
  },
});
const parts = told.part.split(",");
const wrong = (["mentions", "intake", "rounds", "events"] as const).find((name) => !/^[1-9]\d*$/.test(told[name]));
const unknown = parts.find((part) => !(PARTS as readonly string[]).includes(part));
if (wrong !== undefined || unknown !== undefined) {
  const problem =
    wrong === undefined ? `--part ${unknown}: write ${PARTS.join(", ")}` : `--${wrong}: write a whole number`;
  console.error(problem);
  process.exit(2);
}
/** The growth is told from so many mentions on. */
const SMALLER = 2_000_000;
const number = (value: number, digits = 0): string =>
  value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
const line = (...cells: readonly string[]): void =>
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(58) : cell.padStart(14))).join(""));

const sizes = async (store: Store) =>
  store.query(
    {
      name: "sizes",
      sql: `SELECT table, toUInt32(count()) AS parts, toFloat64(sum(rows)) AS rows, toFloat64(sum(bytes_on_disk)) AS bytes FROM system.parts
        WHERE active AND database = currentDatabase() AND table IN ('fact', 'place', 'mention_text', 'bucket', 'bucket_day', 'group_span') GROUP BY table ORDER BY bytes DESC`,
      params: z.strictObject({}),
      row: z.object({ table: z.string(), parts: z.number(), rows: z.number(), bytes: z.number() }),
    },
    {},
  );

const say = (text: string): void => void process.stderr.write(`\r${text.padEnd(60)}`);

/** Loads what is not there yet; gives how many mentions are. */
const filled = async (store: Store, mentions: number): Promise<number> => {
  const before = await loadedBefore(store);
  if (before > 0) {
    console.log(`\n${number(before)} mentions from an earlier run`);
    return before;
  }
  const loaded = await load(store, mentions, say);
  process.stderr.write("\n");
  line("loaded by the engine itself, mentions a second", number(loaded.factsPerSecond));
  line("folded by the week, mentions a second", number(loaded.foldedPerSecond));
  return mentions;
};

const readsOf = async (store: Store, count: number): Promise<readonly Answered[]> => {
  line(`\n${number(count)} mentions`, "rows", "parts", "bytes a mention");
  const tables = await sizes(store);
  for (const { table, rows, parts: pieces, bytes } of tables)
    line(`  ${table}`, number(rows), number(pieces), number(bytes / count, 1));
  line("  together", "", "", number(tables.reduce((sum, t) => sum + t.bytes, 0) / count, 1));
  line("\nmedians, milliseconds", "Molva", "of all cores", "plain FINAL", "of all cores");
  const answers = await askAll(store, Number(told.rounds));
  for (const { name, ours, plain, limitMs } of answers)
    line(
      `  ${name}`,
      `${number(ours.ms, 1)}${limitMs !== null && ours.ms > limitMs ? " !" : ""}`,
      number(ours.cpuMs, 1),
      number(plain.ms, 1),
      number(plain.cpuMs, 1),
    );
  return answers;
};

const growth = (small: readonly Answered[], large: readonly Answered[], times: number): void => {
  line(`\ngrowth of the medians over ${number(times, 1)} times the mentions`, "Molva", "of all cores", "plain FINAL");
  for (const { name, ours, plain, limitMs } of large) {
    const before = small.find((one) => one.name === name);
    if (before === undefined) continue;
    const grown = ours.ms / before.ours.ms;
    line(
      `  ${name}`,
      `${number(grown, 2)}${limitMs !== null && grown >= 1.5 ? " !" : ""}`,
      number(ours.cpuMs / before.ours.cpuMs, 2),
      number(plain.ms / before.plain.ms, 2),
    );
  }
};

const intakeOf = async (store: Store, folder: string): Promise<void> => {
  line("\nfrom the log to the bucket, with classification", "a second", "CPU µs each");
  const runs = [
    ["live: a day, up to two hours late", "live", false],
    ["the same, copies told from originals", "live", true],
    ["history: two years in order", "backfill", false],
  ] as const;
  for (const [name, lane, copies] of runs) {
    const dir = mkdtempSync(join(folder, "log-"));
    const taken = await takeIn(store, dir, lane, Number(told.intake), { copies });
    rmSync(dir, { recursive: true });
    line(`  ${name}, ${number(taken.mentions)} mentions`, number(taken.perSecond), number(taken.cpuMicros, 1));
  }
};

const memoryOf = async (store: Store): Promise<void> => {
  line("\nmemory while facts go through the aggregator, MiB", "resident", "Node's heap", "a second");
  await takeMany(store, Number(told.events), ({ events, resident, heap, perSecond }) =>
    line(`  after ${number(events)}`, number(resident), number(heap), number(perSecond)),
  );
};

/** What is written while intake and memory are measured lies in a database of its own where the store is kept: the next run finds it as it was. */
const APART = "scale_apart";
const dropApart = async (store: Store): Promise<void> =>
  store.execute({ name: "drop", sql: `DROP DATABASE IF EXISTS ${APART} SYNC`, params: z.strictObject({}) }, {});

const writesOf = async (folder: string, isKept: boolean): Promise<void> => {
  if (!parts.includes("intake") && !parts.includes("memory")) return;
  const path = join(folder, "store");
  if (isKept) {
    const main = await openStore({ path });
    await dropApart(main);
    await main.close();
  }
  const store = await openStore({ path, ...(isKept ? { database: APART } : {}) });
  if (parts.includes("intake")) await intakeOf(store, folder);
  if (parts.includes("memory")) await memoryOf(store);
  if (isKept) await dropApart(store);
  await store.close();
};

const reads = async (
  folder: string,
  mentions: number,
): Promise<{ readonly count: number; readonly answers: readonly Answered[] }> => {
  mkdirSync(folder, { recursive: true });
  const store = await openStore({ path: join(folder, "store") });
  try {
    const count = await filled(store, mentions);
    if (!told.unmerged)
      for (const table of ["fact", "bucket", "bucket_day", "group_span"])
        await store.execute(
          {
            name: "merge",
            sql: `OPTIMIZE TABLE ${table} FINAL SETTINGS optimize_skip_merged_partitions = 1`,
            params: z.strictObject({}),
          },
          {},
        );
    return { count, answers: await readsOf(store, count) };
  } finally {
    await store.close();
  }
};

const kept = told.keep;
if (kept !== undefined && !existsSync(kept)) mkdirSync(kept, { recursive: true });
const folder = kept ?? mkdtempSync(join(tmpdir(), "molva-scale-"));
try {
  console.log(
    `${cpus().length} cores, ${number(loadavg()[0] ?? 0, 1)} processes wanting them beside this one when it began; data in ${folder}`,
  );
  if (parts.includes("reads")) {
    const mentions = Number(told.mentions);
    const beside = mentions > SMALLER ? join(folder, "smaller") : null;
    const against = told.against ?? beside;
    const small = against === null ? null : await reads(against, SMALLER);
    const large = await reads(folder, mentions);
    if (small !== null) growth(small.answers, large.answers, large.count / small.count);
  }
  await writesOf(folder, kept !== undefined);
  line("\nmemory at the end, MiB", number(process.memoryUsage().rss / 2 ** 20));
  line("memory at its peak, MiB", number(process.resourceUsage().maxRSS / 1024));
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}
