import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { reachable, RETRY_AFTER_MS, startFaultSite, type FaultSite } from "./fault-site.ts";

const child = fileURLToPath(new URL("fault-child.ts", import.meta.url));
const TEN_MINUTES = 600_000;

interface Told {
  readonly peakMiB: number;
  readonly outcomes: readonly (readonly [title: string, state: string, code: string | null])[];
  readonly known: readonly (readonly [key: string, hash: string])[];
}

const start = (
  folder: string,
  site: FaultSite,
): { readonly process: ChildProcess; readonly told: Promise<Told | null> } => {
  const started = spawn(
    process.execPath,
    ["--conditions=source", "--import", "tsx", child, folder, site.targets.join(" "), site.hosts.join(" ")],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let printed = "";
  started.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const told = new Promise<Told | null>((resolve, reject) => {
    started.once("error", reject);
    started.once("close", (code, signal) => {
      if (signal !== null) resolve(null);
      else if (code === 0) resolve(JSON.parse(printed) as Told);
      else reject(new Error(`exit ${code}`));
    });
  });
  return { process: started, told };
};

/** One round to its end, killed whenever so many pages were given. */
const crawl = async (kills: readonly number[]) => {
  const folder = mkdtempSync(join(tmpdir(), "molva-faults-"));
  const site = await startFaultSite();
  try {
    for (const pages of kills) {
      const run = start(folder, site);
      await site.served(pages);
      run.process.kill("SIGKILL");
      expect(await run.told).toBeNull();
    }
    const told = (await start(folder, site).told) as Told;
    const log = readFileSync(join(folder, "log.jsonl"), "utf8").split("\n").slice(0, -1);
    const seen = log.map((line) => (JSON.parse(line) as { mention: { mentionId: string; text: string } }).mention);
    return { told, seen, asked: site.asked, hugeTaken: site.hugeTaken() };
  } finally {
    await site.close();
    rmSync(folder, { recursive: true });
  }
};

/** Ports differ from run to run. */
const outcomesOf = ({ outcomes }: Told) =>
  outcomes
    .map(([title, state, code]) => [new URL(title).pathname, state, code] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
const idOf = (text: string): string =>
  /(?:Отзыв )?(\d+-\d)/.exec(text)?.[1] ?? (text === "Round and" ? "circle-1" : "circle-2");

it(
  "a web that goes wrong in every way gives every reachable mention once, in bounded memory, and no rule is broken",
  async () => {
    const [whole, killed] = await Promise.all([crawl([]), crawl([250, 500, 750, 1000, 1250])]);
    const { told, seen, asked, hugeTaken } = whole;
    expect(new Set(seen.map(({ mentionId }) => mentionId)).size).toBe(seen.length);
    // Pages whose letters are not what their header says keep their ids; the words of those cannot be told.
    expect(seen).toHaveLength(new Set(reachable()).size);
    const readable = seen
      .filter(({ text }) => /^Отзыв \d|^Round and$|^round again$/.test(text))
      .map(({ text }) => idOf(text));
    expect(readable.filter((id) => !reachable().includes(id))).toEqual([]);
    expect(readable.length).toBeGreaterThan(reachable().length * 0.7);

    expect(asked.filter(({ path }) => /^\/private|hidden/.test(path))).toEqual([]);
    for (const throttled of asked.filter(({ status }) => status === 429)) {
      const early = asked.filter(
        ({ host, at }) =>
          host === throttled.host && at > throttled.answeredAt && at < throttled.answeredAt + RETRY_AFTER_MS - 5,
      );
      expect(early).toEqual([]);
    }
    // A page that refused us is not asked again in the round.
    const gates = asked.filter(({ path }) => Number(/^\/page\/(\d+)/.exec(path)?.[1] ?? 0) >= 1500);
    expect(new Set(gates.map(({ path }) => path)).size).toBe(gates.length);
    expect(gates.length).toBeLessThanOrEqual(2);
    for (const host of new Set(asked.map((one) => one.host))) {
      const times = asked.filter((one) => one.host === host && one.path !== "/robots.txt").map(({ at }) => at);
      // 12,000 a minute: five milliseconds each.
      expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan((times.length - 1) * 5 * 0.98 - 5);
    }
    expect(hugeTaken).toBeLessThan(50_000_000);
    console.info(`faults: ${asked.length} requests, ${seen.length} mentions, peak ${told.peakMiB} MiB`);
    expect(told.peakMiB).toBeLessThan(512);

    // A review's id holds its host, and ports differ from run to run: each id once, and the same words.
    const stored = (mentions: typeof seen) =>
      [...new Map(mentions.map(({ mentionId, text }) => [mentionId, text])).values()].toSorted();
    expect(stored(killed.seen)).toEqual(stored(seen));
    expect(outcomesOf(killed.told)).toEqual(outcomesOf(told));
    expect(killed.told.known).toHaveLength(told.known.length);
    expect(killed.asked.filter(({ path }) => /^\/private|hidden/.test(path))).toEqual([]);
    expect(outcomesOf(told)).toEqual([
      ["/bomb", "failing", "SOURCE_UNREACHABLE"],
      ["/circle/1", "ok", null],
      ["/huge", "failing", "SOURCE_UNREACHABLE"],
      ["/loop/a", "failing", "SOURCE_UNREACHABLE"],
      ["/page/0", "ok", null],
      ["/page/1002", "ok", null],
      ["/page/1336", "partial", "SOURCE_BLOCKED"],
      ["/page/1670", "blocked", "SOURCE_BLOCKED"],
      ["/page/334", "ok", null],
      ["/page/668", "ok", null],
      ["/private/1", "forbidden", "SOURCE_FORBIDDEN"],
      ["/shop/hidden", "forbidden", "SOURCE_FORBIDDEN"],
      ["/to-metadata", "forbidden", "SOURCE_FORBIDDEN"],
      ["/to-private", "forbidden", "SOURCE_FORBIDDEN"],
    ]);
  },
  TEN_MINUTES,
);
