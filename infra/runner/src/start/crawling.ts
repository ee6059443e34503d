import { millisOf } from "@molva/contracts";
import type { TargetReport } from "@molva/crawlers";
import type { Call, Settings } from "../command.ts";
import { reportTable } from "../commands/crawl.ts";
import { messageOf } from "../failure.ts";
import { progressBar } from "../progress.ts";
import type { Runtime } from "../runtime.ts";
import { repeat } from "./schedule.ts";
import { weekSummary } from "./summary.ts";

/** Targets that are due within this part of the common pause have their turn together: a round looks at all of them. */
const TOGETHER = 1 / 20;
const SHORTEST_SLEEP_MS = 1000;
/** A clock that was set back holds nobody up for long. */
const LONGEST_SLEEP_MS = 3_600_000;

/** When the first target has its next turn, in milliseconds since 1970; null where there is none. */
const firstDue = (reports: readonly TargetReport[]): number | null => {
  const dates = reports.flatMap(({ dueAt }) => (dueAt === null ? [] : [millisOf(dueAt)]));
  return dates.length === 0 ? null : Math.min(...dates);
};

/** Crawls and crawls again. After the first round says what it brought and, where the page is here too, what the numbers are. */
export const startCrawling = (runtime: Runtime, { io }: Call, settings: Settings, page: string | null) => {
  let first = true;
  let next = 0;
  const shortest = Math.max(SHORTEST_SLEEP_MS, settings.config.crawl.every * TOGETHER);
  const work = async (signal: AbortSignal): Promise<void> => {
    const bar = first ? progressBar(io, "Crawling", "pages") : null;
    const reports = await runtime.rounds
      .run({
        config: settings.config,
        brand: null,
        source: null,
        // Who starts the program wants to see it work; from then on each target has its turn.
        scheduled: !first,
        signal,
        onProgress: (p) => bar?.update(p.pages, null, `${p.mentions} mentions · ${p.targetsDone} targets done`),
      })
      .finally(() => bar?.end());
    next = firstDue(reports) ?? millisOf(runtime.clock()) + settings.config.crawl.every;
    if (!first || signal.aborted) return;
    first = false;
    if (page !== null) await runtime.settled(signal);
    if (reports.length > 0) io.err(`\n${reportTable(reports)}`);
    if (page === null) return;
    io.err(`\n${await weekSummary(runtime, settings.config)}`);
    io.err("NSR = (P − N) / n × 100, 95 % adjusted Wald interval\n");
    await io.out(`\nOpen ${page}\n`);
    io.err("Ctrl-C stops; nothing is lost. In another terminal: npx molva mentions --label negative\n");
  };
  return repeat({
    name: "crawl",
    everyMs: () => Math.min(LONGEST_SLEEP_MS, Math.max(shortest, next - millisOf(runtime.clock()))),
    log: runtime.log,
    work,
    onError: (error) => io.err(`Crawl failed, it will be tried again: ${messageOf(error)}\n`),
  });
};
