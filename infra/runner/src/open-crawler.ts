import type { Checkpoints, Clock, Instant, Lane, Log, Observation } from "@molva/contracts";
import type { Crawler, PuzzlingPage, RoundOptions } from "@molva/crawlers";
import type { Config } from "@molva/platform";
import { matchesBrand } from "./brand-query.ts";
import type { QueriedText } from "@molva/text";

export interface CrawlerParts {
  readonly publish: (observations: readonly Observation[], lane: Lane) => Promise<void>;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly log: Log;
  readonly hashAuthor: (name: string) => string;
  readonly browserPath: () => Promise<string | null>;
  /** What the environment tells, by name: of these a source is given the ones it asks for. */
  readonly secrets: Readonly<Record<string, unknown>>;
  readonly keepPage?: (page: PuzzlingPage) => Promise<void>;
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

/** The language is found where the source tells none, when a query asks for it. */
const toldLanguage = (about: QueriedText, languageOf: (text: string) => string | null): QueriedText => ({
  title: about.title,
  text: about.text,
  source: about.source,
  region: about.region,
  get language() {
    return about.language ?? languageOf(about.title === null ? about.text : `${about.title}\n${about.text}`);
  },
});

/** A crawler as the configuration wants it. */
export const openCrawler = async ({ crawl }: Config, parts: CrawlerParts): Promise<Crawler> => {
  const { createCrawler, sources } = await import("@molva/crawlers");
  const { languageOf } = await import("@molva/classifier");
  const finds = matchesBrand();
  return createCrawler({
    ...parts,
    sources,
    browserPath: await parts.browserPath(),
    credentials: credentialsOf(sources, parts.secrets),
    matchesBrand: (brand, about) => finds(brand, toldLanguage(about, languageOf)),
    policy: {
      requestsPerMinute: crawl.requestsPerMinute,
      allowPrivateHosts: crawl.allowPrivateHosts,
      timeoutMs: crawl.timeoutSeconds * 1000,
      maxBytes: Math.round(crawl.maxPageMegabytes * 1024 * 1024),
      every: crawl.every,
      everyOfSource: crawl.everyOfSource,
      proxies: crawl.proxies,
    },
  });
};

/** Which targets a round is about, and how far it goes. */
export interface RoundWish {
  readonly config: Config;
  readonly brand: string | null;
  readonly source: string | null;
  /** A backfill's date limit. */
  readonly since?: Instant;
  /** Only those whose turn it is. */
  readonly scheduled?: boolean;
  readonly signal: AbortSignal;
}

/** The same, as the crawler wants it. */
export const roundOf = ({ config, brand, source, since, scheduled, signal }: RoundWish): RoundOptions => ({
  brands: config.brands.map((one) => ({ ...one, timezone: one.timezone ?? config.timezone })),
  ...(brand === null && source === null
    ? {}
    : { only: { ...(brand === null ? {} : { brand }), ...(source === null ? {} : { source }) } }),
  ...(since === undefined ? {} : { since }),
  ...(scheduled === undefined ? {} : { scheduled }),
  signal,
});
