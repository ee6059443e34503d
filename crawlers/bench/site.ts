import { CheerioCrawler, Configuration, Log, LogLevel } from "@crawlee/cheerio";
import { startSite, type Site } from "@molva/testing";
import type { Brand, BrandId, Checkpoints, Instant, SourceId } from "@molva/contracts";
import { createCrawler, sources } from "../src/index.ts";

const REVIEWS_A_PAGE = 20;
/** Requests at a time at the one host, for both. */
const CONCURRENCY = 8;

const page = (n: number): string =>
  `<!doctype html><html><head><title>${n}</title><script type="application/ld+json">${JSON.stringify({
    "@type": "Product",
    name: `Thing ${n}`,
    review: Array.from({ length: REVIEWS_A_PAGE }, (_, i) => ({
      "@type": "Review",
      identifier: `${n}-${i}`,
      author: { "@type": "Person", name: `Reader ${i}` },
      datePublished: "2026-10-01T10:00:00Z",
      reviewRating: { "@type": "Rating", ratingValue: 1 + (i % 5) },
      reviewBody: `Sentence ${i} about thing ${n}. `.repeat(8),
    })),
  })}</script></head><body>${"<p>Words around the reviews.</p>".repeat(100)}</body></html>`;

const memory = (): Checkpoints => {
  const saved = new Map<string, unknown>();
  return {
    read: async (key) => saved.get(key) ?? null,
    readMany: async (keys) => new Map(keys.filter((key) => saved.has(key)).map((key) => [key, saved.get(key)])),
    async write(entries) {
      for (const [key, value] of Object.entries(entries)) saved.set(key, value);
    },
    async *entries(prefix) {
      for (const entry of saved) if (entry[0].startsWith(prefix)) yield entry;
    },
  };
};

/**
 * Ours: every page parsed, every review published and remembered. It does more with a page than the one beside it:
 * robots.txt, checked addresses, three syntaxes of markup, dates, identities, publishing, remembering.
 */
export const crawlByMolva = async (
  site: Site,
  urls: readonly string[],
  requestsPerMinute = Infinity,
): Promise<number> => {
  let mentions = 0;
  const silent = (): void => undefined;
  const crawler = createCrawler({
    sources,
    checkpoints: memory(),
    publish: async (observations) => void (mentions += observations.length),
    clock: () => new Date().toISOString() as Instant,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    hashAuthor: () => "0".repeat(32),
    matchesBrand: () => true,
    browserPath: null,
    policy: {
      allowPrivateHosts: [site.host],
      requestsPerMinute: { [site.host]: requestsPerMinute },
      concurrencyPerHost: CONCURRENCY,
    },
  });
  const brand: Brand = {
    id: "bench" as BrandId,
    title: "bench",
    query: null,
    timezone: null,
    targets: urls.map((url) => ({ source: "web-reviews" as SourceId, options: { url }, match: "all" })),
  };
  await crawler.crawlRound({ brands: [brand] });
  await crawler.close();
  return mentions;
};

/** Crawlee's CheerioCrawler on the same pages: fetched, parsed into a tree, the reviews counted. */
export const crawlByCrawlee = async (_: Site, urls: readonly string[]): Promise<number> => {
  let reviews = 0;
  const crawler = new CheerioCrawler(
    {
      log: new Log({ level: LogLevel.OFF }),
      maxConcurrency: CONCURRENCY,
      autoscaledPoolOptions: { desiredConcurrency: CONCURRENCY },
      requestHandler: async ({ $ }) => {
        const data = JSON.parse($('script[type="application/ld+json"]').text()) as { review: unknown[] };
        reviews += data.review.length;
      },
    },
    new Configuration({ persistStorage: false }),
  );
  await crawler.run([...urls]);
  return reviews;
};

/** One loopback site with so many pages of reviews, for as long as `work` takes. */
export const withSite = async (
  pages: number,
  work: (site: Site, urls: readonly string[]) => Promise<void>,
): Promise<void> => {
  const paths = Array.from({ length: pages }, (_, n) => `/p${n}`);
  const site = await startSite(Object.fromEntries(paths.map((path, n) => [path, { body: page(n) }])));
  try {
    await work(
      site,
      paths.map((path) => `${site.url}${path}`),
    );
  } finally {
    await site.close();
  }
};
