import {
  instantSchema,
  sourceDateSchema,
  type Checkpoints,
  type Instant,
  type MentionId,
  type SourceDate,
} from "@molva/contracts";
import { z } from "zod";
import type { PageRequest, ParsedPage } from "../source.ts";
import { canonicalJson, shortHash } from "./target.ts";

const knownSchema = z.object({
  hash: z.string(),
  brand: z.string(),
  publishedAt: sourceDateSchema,
  missing: instantSchema.optional(),
});
/** What we keep of a mention that was published: enough to tell an edit, nothing of its text. */
export interface Known {
  readonly hash: string;
  readonly brand: string;
  readonly publishedAt: SourceDate;
  /** The round that first looked where it stood and did not find it. */
  readonly missing?: Instant | undefined;
}

const requestSchema = z.object({
  url: z.string(),
  method: z.enum(["GET", "POST"]),
  body: z.string().nullable(),
  headers: z.record(z.string(), z.string()),
  transport: z.enum(["http", "browser"]),
  kind: z.string(),
  waitFor: z.string().nullable(),
});
const ratingSchema = z.object({ mean: z.number(), min: z.number(), max: z.number(), count: z.number().nullable() });
const pageSchema = z.object({
  /** What it was read for: source version, brands, queries, zones. Another reading needs the page again. */
  reading: z.string(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  bodyHash: z.string(),
  ids: z.array(z.string()),
  /** Those that no brand's query found. */
  others: z.array(z.string()).default([]),
  next: z.array(requestSchema),
  /** One for each mention that the page held, before brands were matched. */
  keys: z.array(z.string()),
  complete: z.boolean(),
  expected: z.number().nullable(),
  publicRating: ratingSchema.nullable(),
  /** Publications that the page tells; null where it tells none. */
  newest: instantSchema.nullable().default(null),
  oldest: instantSchema.nullable().default(null),
});
/** What a page gave the last time, so that "unchanged" can stand for it. */
export type KeptPage = z.infer<typeof pageSchema>;

export const pageKey = (request: PageRequest): string => shortHash(canonicalJson(request));

/** What the crawler knows of one target, on Checkpoints. Everything is read from there each round: nothing in memory can go stale. */
export interface Ledger {
  page(request: PageRequest): Promise<KeptPage | null>;
  known(id: MentionId): Promise<Known | null>;
  knowsAny(): Promise<boolean>;
  allKnown(): AsyncIterable<readonly [MentionId, Known]>;
  since(): Promise<Instant | null>;
  /** All or none. Call it only once what it describes is published. */
  write(changes: LedgerChanges): Promise<void>;
}

interface LedgerChanges {
  readonly page?: { readonly request: PageRequest; readonly kept: KeptPage };
  readonly seen?: readonly (readonly [MentionId, Known])[];
  readonly gone?: readonly MentionId[];
  readonly since?: Instant;
}

export const keptPage = (
  parsed: ParsedPage,
  facts: Pick<KeptPage, "reading" | "bodyHash"> & {
    readonly ids: readonly string[];
    readonly keys: readonly string[];
    readonly others: readonly string[];
    readonly headers: Readonly<Record<string, string>>;
    readonly span: { readonly newest: Instant; readonly oldest: Instant } | null;
  },
): KeptPage => ({
  reading: facts.reading,
  etag: facts.headers["etag"] ?? null,
  lastModified: facts.headers["last-modified"] ?? null,
  bodyHash: facts.bodyHash,
  ids: [...facts.ids],
  others: [...facts.others],
  next: parsed.next.map((request) => ({ ...request, headers: { ...request.headers } })),
  keys: [...facts.keys],
  // An entry that could not be read may be any of those that are missed.
  complete: parsed.complete && (parsed.unreadable ?? 0) === 0,
  expected: parsed.expected,
  publicRating: parsed.publicRating,
  newest: facts.span?.newest ?? null,
  oldest: facts.span?.oldest ?? null,
});

/** Conditional request headers (RFC 9110 §13.1): the entity tag and the date, as the site gave them. */
export const validatorsOf = (kept: KeptPage): Record<string, string> => ({
  ...(kept.etag === null ? {} : { "if-none-match": kept.etag }),
  ...(kept.lastModified === null ? {} : { "if-modified-since": kept.lastModified }),
});

export const createLedger = (checkpoints: Checkpoints, target: string): Ledger => {
  const knownPrefix = `crawl/known/${target}/`;
  const pagePath = (request: PageRequest): string => `crawl/page/${target}/${pageKey(request)}`;
  const sincePath = `crawl/cursor/${target}`;
  return {
    async page(request) {
      const read = pageSchema.safeParse(await checkpoints.read(pagePath(request)));
      return read.success ? read.data : null;
    },
    async known(id) {
      const read = knownSchema.safeParse(await checkpoints.read(knownPrefix + id));
      return read.success ? read.data : null;
    },
    async knowsAny() {
      const walk = checkpoints.entries(knownPrefix)[Symbol.asyncIterator]();
      const first = await walk.next();
      await walk.return?.();
      return first.done !== true;
    },
    async *allKnown() {
      for await (const [key, value] of checkpoints.entries(knownPrefix)) {
        const read = knownSchema.safeParse(value);
        if (read.success) yield [key.slice(knownPrefix.length) as MentionId, read.data];
      }
    },
    async since() {
      const read = instantSchema.safeParse(await checkpoints.read(sincePath));
      return read.success ? read.data : null;
    },
    async write({ page, seen = [], gone = [], since }) {
      await checkpoints.write({
        ...Object.fromEntries(seen.map(([id, known]) => [knownPrefix + id, known])),
        ...Object.fromEntries(gone.map((id) => [knownPrefix + id, null])),
        ...(page === undefined ? {} : { [pagePath(page.request)]: page.kept }),
        ...(since === undefined ? {} : { [sincePath]: since }),
      });
    },
  };
};
