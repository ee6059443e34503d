import type { Crawler, CrawlerOptions } from "./crawler-port.ts";
import { runRound } from "./round/round.ts";
import { siteAccess } from "./site-access.ts";

/** A crawler over these sources. It holds connections and each host's pace, and what it learns lies on `checkpoints`. */
export const createCrawler = (options: CrawlerOptions): Crawler => {
  const access = siteAccess(options);
  const closing = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  return {
    crawlRound(round) {
      const signal = AbortSignal.any([closing.signal, ...(round.signal === undefined ? [] : [round.signal])]);
      // One round at a time: two would crawl the same pages side by side.
      const next = running.then(() => runRound(options, access, round, signal));
      running = next.catch(() => undefined);
      return next;
    },
    async close() {
      closing.abort();
      await running;
      access.http.close();
    },
  };
};
