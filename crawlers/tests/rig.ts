import type { Brand, BrandId, Checkpoints, Instant, LogFields, Observation, SourceId, Target } from "@molva/contracts";
import { createCrawler, sources, type Crawler, type CrawlerOptions, type CrawlPolicy } from "../src/index.ts";

/** Checkpoints that live as long as the test: what a second crawler finds is what the first one saved. */
export const memoryCheckpoints = (): Checkpoints & { readonly saved: ReadonlyMap<string, unknown> } => {
  const saved = new Map<string, unknown>();
  return {
    saved,
    read: async (key) => saved.get(key) ?? null,
    readMany: async (keys) => new Map(keys.filter((key) => saved.has(key)).map((key) => [key, saved.get(key)])),
    async write(entries) {
      for (const [key, value] of Object.entries(entries)) {
        if (value === null) saved.delete(key);
        else saved.set(key, JSON.parse(JSON.stringify(value)));
      }
    },
    async *entries(prefix) {
      for (const [key, value] of [...saved].toSorted(([a], [b]) => (a < b ? -1 : 1)))
        if (key.startsWith(prefix)) yield [key, value] as const;
    },
  };
};

export interface Rig {
  readonly crawler: Crawler;
  readonly checkpoints: ReturnType<typeof memoryCheckpoints>;
  readonly published: Observation[];
  readonly logged: { readonly event: string; readonly fields: LogFields }[];
  /** Moves the clock forward. */
  later(ms: number): void;
}

/** No waiting between requests, and the given hosts are allowed though they are private. */
export const rigFor = (
  hosts: readonly string[],
  differs: Partial<CrawlerOptions> = {},
  policy: Partial<CrawlPolicy> = {},
  kept = memoryCheckpoints(),
): Rig => {
  const published: Observation[] = [];
  const logged: { event: string; fields: LogFields }[] = [];
  let time = Date.parse("2026-11-10T12:00:00.000Z");
  const note = (event: string, fields: LogFields = {}): void => void logged.push({ event, fields });
  const crawler = createCrawler({
    sources,
    publish: async (observations) => void published.push(...observations),
    checkpoints: kept,
    clock: () => new Date(time++).toISOString() as Instant,
    log: { debug: note, info: note, warn: note, error: note },
    hashAuthor: (name) => Buffer.from(name).toString("hex").padEnd(32, "0").slice(0, 32),
    matchesBrand: (brand, { title, text }) =>
      `${title ?? ""}\n${text}`.toLowerCase().includes((brand.query ?? brand.title).toLowerCase()),
    browserPath: null,
    ...differs,
    policy: {
      allowPrivateHosts: hosts,
      requestsPerMinute: { "127.0.0.1": Infinity },
      retryDelayMs: 1,
      timeoutMs: 5000,
      ...policy,
    },
  });
  return { crawler, checkpoints: kept, published, logged, later: (ms) => (time += ms) };
};

export const brandOf = (
  id: string,
  targets: readonly (readonly [source: string, options: Record<string, unknown>, match?: Target["match"]])[],
  query: string | null = null,
): Brand => ({
  id: id as BrandId,
  title: id,
  query,
  timezone: null,
  targets: targets.map(([source, options, match = "all"]) => ({ source: source as SourceId, options, match })),
});

export interface WrittenReview {
  readonly id: string;
  readonly text: string;
  readonly author?: string;
}

/** A page of reviews as JSON-LD; `count` is what the site says stands on all its pages. */
export const reviewPage = (
  reviews: readonly WrittenReview[],
  { count, next }: { readonly count?: number; readonly next?: string } = {},
): string => `<!doctype html>
<html lang="en"><head><title>Reviews</title>${next === undefined ? "" : `<link rel="next" href="${next}">`}
<script type="application/ld+json">${JSON.stringify({
  "@type": "Product",
  name: "Kettle",
  ...(count === undefined
    ? {}
    : { aggregateRating: { "@type": "AggregateRating", ratingValue: 4, reviewCount: count } }),
  review: reviews.map(({ id, text, author = "Ann" }) => ({
    "@type": "Review",
    identifier: id,
    reviewBody: text,
    author,
    datePublished: "2026-11-01T10:00:00Z",
    reviewRating: { "@type": "Rating", ratingValue: 4 },
  })),
})}</script></head><body></body></html>`;

export const feed = (
  items: readonly { readonly id: string; readonly title: string }[],
): string => `<?xml version="1.0"?>
<rss version="2.0"><channel><title>News</title><link>https://news.example/</link><description>x</description>
${items.map(({ id, title }) => `<item><title>${title}</title><guid isPermaLink="false">${id}</guid><pubDate>Sun, 01 Nov 2026 10:00:00 GMT</pubDate></item>`).join("\n")}
</channel></rss>`;

export const textsOf = (published: readonly Observation[]): readonly string[] =>
  published.map((o) => (o.type === "seen" ? (o.mention.title ?? o.mention.text) : `gone ${o.mentionId.slice(0, 4)}`));
