import type { CrawlProgress, TargetReport } from "@molva/crawlers";
import { MENTIONS, type Bus, type Instant, type Store } from "@molva/contracts";
import type { Changes } from "./changes.ts";
import { openCrawler, roundOf, type CrawlerParts, type RoundWish } from "./open-crawler.ts";
import { tellReaders } from "./tell-readers.ts";

interface RoundAsk extends RoundWish {
  readonly onProgress: (state: RoundState) => void;
}

/** What the page tells of the round that runs, or of the last one. */
interface RoundState {
  readonly running: boolean;
  readonly pages: number;
  /** Read from those pages, known ones included. */
  readonly mentions: number;
  readonly targetsDone: number;
  /** The oldest publication that every target still at work has come to; null while one has told none. */
  readonly reached: Instant | null;
}

const IDLE: RoundState = { running: false, pages: 0, mentions: 0, targetsDone: 0, reached: null };

const farthest = (reached: readonly (Instant | null)[]): Instant | null => {
  const known = reached.filter((at) => at !== null);
  return known.length < reached.length ? null : (known.toSorted().at(-1) ?? null);
};

/** Adds up what the targets tell of themselves. */
const tally = (): ((progress: CrawlProgress) => RoundState) => {
  const latest = new Map<string, CrawlProgress>();
  return (progress) => {
    latest.set(progress.target, progress);
    const all = [...latest.values()];
    return {
      running: true,
      pages: all.reduce((sum, one) => sum + one.pages, 0),
      mentions: all.reduce((sum, one) => sum + one.new + one.changed + one.unchanged, 0),
      targetsDone: all.filter((one) => one.report !== null).length,
      reached: farthest(all.filter((one) => one.report === null).map((one) => one.reached)),
    };
  };
};

export interface CrawlRounds {
  /** One round after the other, whoever asks: the schedule or a person. */
  run(ask: RoundAsk): Promise<readonly TargetReport[]>;
  state(): RoundState;
}

export interface CrawlRoundsOptions extends Omit<CrawlerParts, "publish"> {
  readonly bus: Bus;
  readonly store: Store;
  readonly changes: Changes;
}

export const createCrawlRounds = (options: CrawlRoundsOptions): CrawlRounds => {
  let last: Promise<unknown> = Promise.resolve();
  let state = IDLE;
  const round = async (ask: RoundAsk): Promise<readonly TargetReport[]> => {
    const { brands } = ask.config;
    state = { ...IDLE, running: true };
    const add = tally();
    const crawler = await openCrawler(ask.config, {
      ...options,
      publish: (observations, lane) => options.bus.publish(MENTIONS, lane, observations),
    });
    try {
      const reports = await crawler.crawlRound({
        ...roundOf(ask),
        onProgress: (progress) => {
          state = add(progress);
          ask.onProgress(state);
          options.changes.announce();
        },
      });
      const whole = ask.brand === null && ask.source === null && !ask.signal.aborted;
      await tellReaders(options, { brands, reports, whole });
      return reports;
    } finally {
      await crawler.close();
      state = { ...state, running: false };
      options.changes.announce();
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
