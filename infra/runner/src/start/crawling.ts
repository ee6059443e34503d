import type { Call, Settings } from "../command.ts";
import { reportTable } from "../commands/crawl.ts";
import { messageOf } from "../failure.ts";
import { progressBar } from "../progress.ts";
import type { Runtime } from "../runtime.ts";
import { repeat } from "./schedule.ts";
import { weekSummary } from "./summary.ts";

/** Crawls and crawls again. After the first round says what it brought and, where the page is here too, what the numbers are. */
export const startCrawling = (runtime: Runtime, { io }: Call, settings: Settings, page: string | null) => {
  let first = true;
  const work = async (signal: AbortSignal): Promise<void> => {
    const bar = first ? progressBar(io, "Crawling", "pages") : null;
    const reports = await runtime.rounds
      .run({
        config: settings.config,
        brand: null,
        source: null,
        signal,
        onProgress: (p) => bar?.update(p.pages, null, `${p.mentions} mentions · ${p.targetsDone} targets done`),
      })
      .finally(() => bar?.end());
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
    everyMs: settings.config.crawl.every,
    log: runtime.log,
    work,
    onError: (error) => io.err(`Crawl failed, it will be tried again: ${messageOf(error)}\n`),
  });
};
