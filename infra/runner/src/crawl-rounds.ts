import { createCrawler, sources, type CrawlProgress, type TargetReport } from "@molva/crawlers";
import { MENTIONS, type Bus, type Checkpoints, type Clock, type Log } from "@molva/contracts";
import type { Config } from "@molva/platform";
import { matchesBrand } from "./brand-query.ts";

export interface RoundAsk {
  readonly config: Config;
  readonly brand: string | null;
  readonly source: string | null;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CrawlProgress) => void;
}

/** What the page tells of the round that runs, or of the last one. */
export interface RoundState {
  readonly running: boolean;
  readonly pages: number;
  readonly mentions: number;
}

export interface CrawlRounds {
  /** One round after the other, whoever asks: the schedule or a person. */
  run(ask: RoundAsk): Promise<readonly TargetReport[]>;
  state(): RoundState;
}

export interface CrawlRoundsOptions {
  readonly bus: Bus;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly log: Log;
  readonly hashAuthor: (name: string) => string;
  readonly browserPath: () => Promise<string | null>;
}

export const createCrawlRounds = (options: CrawlRoundsOptions): CrawlRounds => {
  let last: Promise<unknown> = Promise.resolve();
  let state: RoundState = { running: false, pages: 0, mentions: 0 };
  const round = async (ask: RoundAsk): Promise<readonly TargetReport[]> => {
    const { crawl, timezone, brands } = ask.config;
    state = { running: true, pages: 0, mentions: 0 };
    const crawler = createCrawler({
      sources,
      publish: (observations, lane) => options.bus.publish(MENTIONS, lane, observations),
      checkpoints: options.checkpoints,
      clock: options.clock,
      log: options.log,
      hashAuthor: options.hashAuthor,
      browserPath: await options.browserPath(),
      matchesBrand: matchesBrand(),
      policy: {
        zone: timezone,
        requestsPerMinute: crawl.requestsPerMinute,
        allowPrivateHosts: crawl.allowPrivateHosts,
        timeoutMs: crawl.timeoutSeconds * 1000,
        maxPageBytes: Math.round(crawl.maxPageMegabytes * 1024 * 1024),
      },
    });
    try {
      return await crawler.crawlRound({
        brands,
        ...(ask.brand === null && ask.source === null ? {} : { only: { brand: ask.brand, source: ask.source } }),
        signal: ask.signal,
        onProgress: (progress) => {
          state = { running: true, pages: progress.pages, mentions: progress.mentions };
          ask.onProgress(progress);
        },
      });
    } finally {
      await crawler.close();
      state = { ...state, running: false };
    }
  };
  return {
    run(ask) {
      const mine = last.then(() => round(ask));
      last = mine.catch(() => undefined);
      return mine;
    },
    state: () => state,
  };
};
