// `npm run bench:scale -- --mentions 2000000 --intake 200000 --events 10000000 --rounds 7 --keep DIR`: Molva at size, on this machine, in one run. docs/scale.md builds on what it prints.
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
import { askAll } from "./scale/questions.ts";

const { values: told } = parseArgs({
  options: {
    mentions: { type: "string", default: "20000000" },
    intake: { type: "string", default: "200000" },
    rounds: { type: "string", default: "7" },
    events: { type: "string", default: "10000000" },
    keep: { type: "string" },
  },
});
const mentions = Number(told.mentions);
const number = (value: number, digits = 0): string =>
  value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
const line = (...cells: readonly string[]): void =>
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(58) : cell.padStart(14))).join(""));

const sizes = async (store: Store) =>
  store.query(
    {
      name: "sizes",
      sql: `SELECT table, toUInt32(count()) AS parts, toFloat64(sum(rows)) AS rows, toFloat64(sum(bytes_on_disk)) AS bytes FROM system.parts
        WHERE active AND database = currentDatabase() AND table IN ('fact', 'place', 'mention_text', 'bucket') GROUP BY table ORDER BY bytes DESC`,
      params: z.strictObject({}),
      row: z.object({ table: z.string(), parts: z.number(), rows: z.number(), bytes: z.number() }),
    },
    {},
  );

const run = async (folder: string): Promise<void> => {
  const store = await openStore({ path: join(folder, "store") });
  try {
    console.log(
      `${cpus().length} cores, ${number(loadavg()[0] ?? 0, 1)} processes wanting them beside this one when it began; data in ${folder}`,
    );
    const before = await loadedBefore(store);
    if (before === 0) {
      const loaded = await load(store, mentions, (text) => process.stderr.write(`\r${text.padEnd(60)}`));
      process.stderr.write("\n");
      line("loaded by the engine itself, mentions a second", number(loaded.factsPerSecond));
      line("folded by the week, mentions a second", number(loaded.foldedPerSecond));
    } else console.log(`${number(before)} mentions from an earlier run`);
    const count = before === 0 ? mentions : before;
    line(`\n${number(count)} mentions`, "rows", "parts", "bytes a mention");
    const tables = await sizes(store);
    for (const { table, rows, parts, bytes } of tables)
      line(`  ${table}`, number(rows), number(parts), number(bytes / count, 1));
    line("  together", "", "", number(tables.reduce((sum, t) => sum + t.bytes, 0) / count, 1));

    line("\nmedians, milliseconds", "Molva", "of all cores", "plain FINAL", "of all cores");
    for (const { name, ours, plain, limitMs } of await askAll(store, Number(told.rounds)))
      line(
        `  ${name}`,
        `${number(ours.ms, 1)}${limitMs !== null && ours.ms > limitMs ? " !" : ""}`,
        number(ours.cpuMs, 1),
        number(plain.ms, 1),
        number(plain.cpuMs, 1),
      );

    line("\nfrom the log to the bucket, with classification", "a second", "CPU µs each");
    for (const lane of ["live", "backfill"] as const) {
      const dir = mkdtempSync(join(folder, "log-"));
      const taken = await takeIn(store, dir, lane, Number(told.intake));
      rmSync(dir, { recursive: true });
      line(
        `  ${lane === "live" ? "live: a day, up to two hours late" : "history: two years in order"}, ${number(taken.mentions)} mentions`,
        number(taken.perSecond),
        number(taken.cpuMicros, 1),
      );
    }
    line("\nmemory while facts go through the aggregator", "resident MiB", "Node's heap");
    await takeMany(store, Number(told.events), (events, resident, ofNode) =>
      line(`  after ${number(events)}`, number(resident), number(ofNode)),
    );
    line("\nmemory at the end, MiB", number(process.memoryUsage().rss / 2 ** 20));
    line("memory at its peak, MiB", number(process.resourceUsage().maxRSS / 1024));
  } finally {
    await store.close();
  }
};

const kept = told.keep;
if (kept !== undefined && !existsSync(kept)) mkdirSync(kept, { recursive: true });
const folder = kept ?? mkdtempSync(join(tmpdir(), "molva-scale-"));
try {
  await run(folder);
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}
