import type { Instant, Mention, PublicRating, SourceDate, SourceId } from "@molva/contracts";
import type { z } from "zod";

export type { PublicRating } from "@molva/contracts";

export type Transport = "http" | "browser";

/** One page to fetch. Only http and https. */
export interface PageRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly body: string | null;
  /** Names in lower case. `{NAME}` in a value stands for the credential of that name: the crawler puts it in when it asks. */
  readonly headers: Readonly<Record<string, string>>;
  readonly transport: Transport;
  /** Names the shape that `parse` will meet: `list`, `detail`, … */
  readonly kind: string;
  /** CSS selector that stands on the page once its scripts are done; null: when the network falls silent. Browser only. */
  readonly waitFor: string | null;
}

/** A plain GET of a list page over HTTP, with what differs. */
export const pageRequest = (url: string, differs: Partial<Omit<PageRequest, "url">> = {}): PageRequest => ({
  url,
  method: "GET",
  body: null,
  headers: {},
  transport: "http",
  kind: "list",
  waitFor: null,
  ...differs,
});

/** A page as it came, decompressed. A source decodes the bytes itself (`decodeText`), for charsets hide in the content. */
export interface Page {
  readonly request: PageRequest;
  /** After redirects. */
  readonly finalUrl: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The reference for relative dates. */
  readonly fetchedAt: Instant;
}

/** What a source says about a mention; the crawler fills in ids, brand and author hash. */
export interface Draft extends Omit<
  Mention,
  "mentionId" | "brandId" | "sourceId" | "authorHash" | "publishedAt" | "editedAt"
> {
  /** The source's own id, in a namespace that makes it unique at this source; null when there is none. */
  readonly nativeId: string | null;
  /** The mention's own canonical URL, for its identity; null when `url` is only the page that lists it. */
  readonly ownUrl: string | null;
  /** The page that identifies a mention without id and URL: the target's first page, whatever page it slid to. */
  readonly pageUrl: string | null;
  readonly author: string | null;
  /** The date as printed; part of the identity of a mention without id and URL. */
  readonly printedDate: string | null;
  /** Null: not told. */
  readonly publishedAt: SourceDate | null;
  readonly editedAt: SourceDate | null;
}

export interface ParsedPage {
  readonly drafts: readonly Draft[];
  readonly next: readonly PageRequest[];
  readonly publicRating: PublicRating | null;
  /** How many mentions the source says stand on all its pages together; null when it does not say. */
  readonly expected: number | null;
  /**
   * True when the page holds every mention between its newest and its oldest, so that one that was there and is missing was
   * taken down. Only where the source is `newest` first; two rounds in a row must miss it.
   */
  readonly complete: boolean;
  /** Entries that stand on the page and cannot be read: the site's own slips. None when left out. */
  readonly unreadable?: number;
}

export interface StartContext {
  /** The date back to which a backfill goes, for interfaces that take one; null in a usual round, whose requests should stay what they were. */
  readonly since: Instant | null;
  /** Those of the source's `credentials` that are set. Put their names into requests, never what they are: pages and next pages are kept. */
  readonly credentials: Readonly<Record<string, string>>;
}

export interface ParseContext {
  /** IANA zone of dates printed without one. */
  readonly zone: string;
}

/**
 * One place that holds mentions.
 *
 * `start` and `parse` are pure: they fetch nothing, read no clock and keep no state, so a saved page is a complete test.
 * All that is stateful (fetching, robots.txt, politeness, cursors, hashing, retries) is the crawler's.
 */
export interface Source<Target> {
  readonly id: SourceId;
  readonly title: string;
  /** Counts up when `parse` reads the same bytes differently, so that pages the site calls unchanged are read again. */
  readonly version: number;
  readonly requestsPerMinute: number;
  readonly transports: readonly Transport[];
  /** What a user writes in the configuration to point this source at a brand. */
  readonly target: z.ZodType<Target>;
  /** Target options that pass the schema, for `sources`, `init` and the docs. */
  readonly example: Readonly<Record<string, unknown>>;
  /** `all`: what stands at a target is about its brand; `query`: only what the brand's query finds. A target may say otherwise. */
  readonly match: "all" | "query";
  /**
   * `newest`: what is new or edited stands before all that is known, so that a round may end where it meets known ground, and go
   * deeper only now and then. `any`: every page is read in every round.
   */
  orderOf(target: Target): "newest" | "any";
  /** Names of the secrets it needs, read from the environment by the platform. */
  readonly credentials: readonly string[];
  /** One line each: what people should know before they use it. */
  readonly limits: readonly string[];
  /** What a person recognises the target by: a URL, an id. */
  titleOf(target: Target): string;
  /** Pages a round, at most; the configuration's limit holds too. */
  pageLimit(target: Target): number;
  /** @throws {PipelineError} `CONFIG_INVALID` (dead-letter) when a credential is missing that this target needs. */
  start(target: Target, context: StartContext): readonly PageRequest[];
  /**
   * @throws {PipelineError} `SOURCE_LAYOUT_CHANGED` or `SOURCE_BLOCKED` when the page is not the page it used to be. An
   * empty result is a claim: it is returned only when the page itself says that there is nothing.
   */
  parse(page: Page, target: Target, context: ParseContext): ParsedPage;
}

/** Lets a source be written as a literal and checks its id's form where the program starts, not where it is used. */
export const defineSource = <Target>(source: Omit<Source<Target>, "id"> & { readonly id: string }): Source<Target> =>
  source as Source<Target>;
