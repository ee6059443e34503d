import type { Checkpoints, Clock, Log, Observation } from "@molva/contracts";
import type { TargetReport } from "@molva/crawlers";
import { openCrawler, roundOf, type CrawlerParts, type RoundWish } from "./open-crawler.ts";

/** Reads through, keeps what is written to itself, and forgets it. */
const overlayCheckpoints = (below: Checkpoints | null): Checkpoints => {
  const above = new Map<string, unknown>();
  return {
    read: async (key) => (above.has(key) ? above.get(key) : ((await below?.read(key)) ?? null)),
    readMany: async (keys) => {
      const found = new Map(await below?.readMany(keys.filter((key) => !above.has(key))));
      for (const key of keys) if ((above.get(key) ?? null) !== null) found.set(key, above.get(key));
      return found;
    },
    async write(entries) {
      for (const [key, value] of Object.entries(entries)) above.set(key, value);
    },
    async *entries(prefix) {
      const keys = new Map([...above].filter(([key]) => key.startsWith(prefix)));
      if (below !== null)
        for await (const [key, value] of below.entries(prefix)) if (!keys.has(key)) keys.set(key, value);
      for (const [key, value] of [...keys].toSorted(([a], [b]) => (a < b ? -1 : 1)))
        if (value !== null) yield [key, value];
    },
  };
};

export interface DryRun {
  readonly reports: readonly TargetReport[];
  /** What a round would have put on the log. */
  readonly observations: readonly Observation[];
}

/**
 * One round that fetches and reads and writes nothing: no mention, no cursor, no page, no health. It is polite all the same, and
 * knows what is known, so that "new" means new.
 */
export const dryRun = async (
  wish: RoundWish,
  parts: Omit<CrawlerParts, "publish" | "checkpoints" | "keepPage"> & {
    readonly checkpoints: Checkpoints | null;
    readonly clock: Clock;
    readonly log: Log;
  },
  onPages: (pages: number) => void,
): Promise<DryRun> => {
  const observations: Observation[] = [];
  const pages = new Map<string, number>();
  const crawler = await openCrawler(wish.config, {
    ...parts,
    checkpoints: overlayCheckpoints(parts.checkpoints),
    publish: async (batch) => void observations.push(...batch),
  });
  try {
    const reports = await crawler.crawlRound({
      ...roundOf(wish),
      onProgress: (progress) => {
        pages.set(progress.target, progress.pages);
        onPages([...pages.values()].reduce((sum, one) => sum + one, 0));
      },
    });
    return { reports, observations };
  } finally {
    await crawler.close();
  }
};
