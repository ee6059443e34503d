import type { CrawlProgress, TargetReport } from "@molva/crawlers";
import { MENTIONS, type Bus, type Checkpoints, type Clock, type Log, type Store } from "@molva/contracts";
import type { Config } from "@molva/platform";
import type { Changes } from "./changes.ts";
import { matchesBrand } from "./brand-query.ts";
import { tellReaders } from "./tell-readers.ts";

interface RoundAsk {
  readonly config: Config;
  readonly brand: string | null;
  readonly source: string | null;
  readonly signal: AbortSignal;
  readonly onProgress: (state: RoundState) => void;
}

/** What the page tells of the round that runs, or of the last one. */
interface RoundState {
  readonly running: boolean;
  readonly pages: number;
  /** Read from those pages, known ones included. */
  readonly mentions: number;
  readonly targetsDone: number;
}

const IDLE: RoundState = { running: false, pages: 0, mentions: 0, targetsDone: 0 };

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
    };
  };
};

export interface CrawlRounds {
  /** One round after the other, whoever asks: the schedule or a person. */
  run(ask: RoundAsk): Promise<readonly TargetReport[]>;
  state(): RoundState;
}

export interface CrawlRoundsOptions {
  readonly bus: Bus;
  readonly store: Store;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly log: Log;
  readonly hashAuthor: (name: string) => string;
  readonly browserPath: () => Promise<string | null>;
  /** What the environment tells, by name: of these a source is given the ones it asks for. */
  readonly secrets: Readonly<Record<string, unknown>>;
  readonly changes: Changes;
}

/** Of all that the environment holds only what some source has named. */
const credentialsOf = (
  sources: readonly { readonly credentials: readonly string[] }[],
  secrets: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> => {
  const named = new Set(sources.flatMap((source) => source.credentials));
  return Object.fromEntries(
    Object.entries(secrets).filter(
      (entry): entry is [string, string] => named.has(entry[0]) && typeof entry[1] === "string",
    ),
  );
};

export const createCrawlRounds = (options: CrawlRoundsOptions): CrawlRounds => {
  let last: Promise<unknown> = Promise.resolve();
  let state = IDLE;
  const round = async (ask: RoundAsk): Promise<readonly TargetReport[]> => {
    const { crawl, timezone, brands } = ask.config;
    state = { ...IDLE, running: true };
    const add = tally();
    const { createCrawler, sources } = await import("@molva/crawlers");
    const crawler = createCrawler({
      sources,
      publish: (observations, lane) => options.bus.publish(MENTIONS, lane, observations),
      checkpoints: options.checkpoints,
      clock: options.clock,
      log: options.log,
      hashAuthor: options.hashAuthor,
      browserPath: await options.browserPath(),
      credentials: credentialsOf(sources, options.secrets),
      matchesBrand: matchesBrand(),
      policy: {
        requestsPerMinute: crawl.requestsPerMinute,
        allowPrivateHosts: crawl.allowPrivateHosts,
        timeoutMs: crawl.timeoutSeconds * 1000,
        maxBytes: Math.round(crawl.maxPageMegabytes * 1024 * 1024),
      },
    });
    try {
      const reports = await crawler.crawlRound({
        brands: brands.map((brand) => ({ ...brand, timezone: brand.timezone ?? timezone })),
        ...(ask.brand === null && ask.source === null
          ? {}
          : {
              only: {
                ...(ask.brand === null ? {} : { brand: ask.brand }),
                ...(ask.source === null ? {} : { source: ask.source }),
              },
            }),
        signal: ask.signal,
        onProgress: (progress) => {
          state = add(progress);
          ask.onProgress(state);
          options.changes.announce();
        },
      });
      const whole = ask.brand === null && ask.source === null && !ask.signal.aborted;
      await tellReaders(options, { brands, targets: reports.map(({ health }) => health), whole });
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
