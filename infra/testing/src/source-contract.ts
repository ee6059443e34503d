import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { instantOf, isPipelineError, mentionSchema, millisOf, type Instant, type SourceDate } from "@molva/contracts";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { hostilePages } from "./source-contract-hostile.ts";

/** The parts of a source that the suite calls: what `@molva/crawlers` names `Source`, without depending on it. */
export interface SourceUnderTest<Draft extends DraftUnderTest, Request extends RequestUnderTest> {
  readonly id: string;
  readonly requestsPerMinute: number;
  readonly target: z.ZodType;
  readonly example: unknown;
  readonly credentials: readonly string[];
  titleOf(target: unknown): string;
  pageLimit(target: unknown): number;
  start(
    target: unknown,
    context: { readonly since: Instant | null; readonly credentials: Readonly<Record<string, string>> },
  ): readonly Request[];
  parse(
    page: PageUnderTest<Request>,
    target: unknown,
    context: { readonly zone: string },
  ): ParsedUnderTest<Draft, Request>;
}

export interface RequestUnderTest {
  readonly url: string;
  readonly transport: "http" | "browser";
}

export interface DraftUnderTest {
  readonly publishedAt: SourceDate | null;
  readonly editedAt: SourceDate | null;
  readonly printedDate: string | null;
}

interface PageUnderTest<Request> {
  readonly request: Request;
  readonly finalUrl: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly fetchedAt: Instant;
}

interface ParsedUnderTest<Draft, Request> {
  readonly drafts: readonly Draft[];
  readonly next: readonly Request[];
  readonly publicRating: unknown;
  readonly expected: number | null;
  readonly complete: boolean;
}

/** `NAME.expected.json` beside a page: how it is read, and what must come out. Parts of drafts that it does not name may be anything. */
const expectationSchema = z.strictObject({
  about: z.string(),
  target: z.record(z.string(), z.unknown()),
  /** Where the page was found; the target's first request when left out. */
  url: z.url().optional(),
  contentType: z.string(),
  /** How the file's text was encoded on the wire; files in the repository are UTF-8. */
  encoding: z.enum(["utf-8", "windows-1251", "utf-16le"]).default("utf-8"),
  fetchedAt: z.iso.datetime({ precision: 3 }),
  zone: z.string().default("UTC"),
  drafts: z.array(z.record(z.string(), z.unknown())),
  next: z.array(z.string()).default([]),
  publicRating: z.record(z.string(), z.unknown()).nullable().default(null),
  expected: z.number().nullable().default(null),
});

const CYRILLIC = new Map(
  Array.from({ length: 128 }, (_, i) => [new TextDecoder("windows-1251").decode(Uint8Array.of(i + 128)), i + 128]),
);

const encoded = (text: string, encoding: "utf-8" | "windows-1251" | "utf-16le"): Uint8Array => {
  if (encoding === "windows-1251")
    return Uint8Array.from([...text].map((char) => CYRILLIC.get(char) ?? char.charCodeAt(0)));
  return Buffer.from(text, encoding);
};

/** Requests are kept on disk: they name a credential and never hold one. */
const A_SECRET = "a-secret-of-the-suite";

export interface SourceContractOptions<Draft> {
  /** What tells a draft from all others, as the crawler computes it. */
  readonly keyOf: (draft: Draft) => string;
}

/**
 * The behaviour that every source promises, over its fixture folder: a page each (`NAME.html`, `.xml`, `.json`) with
 * `NAME.expected.json` beside it. A new source gets all of it by a line in the registry and a folder.
 */
export const sourceContract = <Draft extends DraftUnderTest, Request extends RequestUnderTest>(
  source: SourceUnderTest<Draft, Request>,
  folder: string,
  { keyOf }: SourceContractOptions<Draft>,
): void => {
  const credentials = Object.fromEntries(source.credentials.map((name) => [name, A_SECRET]));
  const files = readdirSync(folder).filter((name) => !name.endsWith(".expected.json"));
  const cases = files.map((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    const told = expectationSchema.parse(
      JSON.parse(readFileSync(join(folder, `${name.slice(0, -extname(name).length)}.expected.json`), "utf8")),
    );
    const target = source.target.parse(told.target);
    const first = source.start(target, { since: null, credentials })[0] as Request;
    const url = told.url ?? first.url;
    const page: PageUnderTest<Request> = {
      request: { ...first, url },
      finalUrl: url,
      status: 200,
      headers: { "content-type": told.contentType },
      body: encoded(text, told.encoding),
      fetchedAt: told.fetchedAt as Instant,
    };
    const parse = (differs: Partial<PageUnderTest<Request>> = {}) =>
      source.parse({ ...page, ...differs }, target, { zone: told.zone });
    return { name, told, target, page, parse };
  });

  describe(`source ${source.id}`, () => {
    it("has fixtures, and an example that its own schema takes", () => {
      expect(cases.length).toBeGreaterThan(0);
      const target = source.target.parse(source.example);
      expect(source.titleOf(target)).not.toBe("");
      expect(source.pageLimit(target)).toBeGreaterThanOrEqual(1);
      expect(source.requestsPerMinute).toBeGreaterThan(0);
      const requests = source.start(target, { since: null, credentials });
      for (const { url } of requests) expect(url).toMatch(/^https?:\/\//);
      expect(JSON.stringify(requests)).not.toContain(A_SECRET);
    });

    it("refuses a target with a misspelt option", () => {
      expect(source.target.safeParse({ ...(source.example as object), misspelt: 1 }).success).toBe(false);
    });

    describe.each(cases)("$name: $told.about", ({ told, page, parse }) => {
      it("reads what the page means", () => {
        const parsed = parse();
        expect(parsed.drafts).toMatchObject(told.drafts);
        expect(parsed.drafts).toHaveLength(told.drafts.length);
        expect(parsed.next.map(({ url }) => url)).toEqual(told.next);
        expect(parsed.expected).toBe(told.expected);
        expect([parsed.publicRating]).toMatchObject([told.publicRating]);
      });

      it("is pure: the same page twice is the same result", () => {
        expect(parse()).toEqual(parse());
      });

      it("gives each mention a key of its own, which a later fetch does not change", () => {
        const keys = parse().drafts.map(keyOf);
        expect(new Set(keys).size).toBe(keys.length);
        const later = instantOf(millisOf(page.fetchedAt) + 3 * 86_400_000);
        expect(parse({ fetchedAt: later }).drafts.map(keyOf)).toEqual(keys);
      });

      it("gives drafts that make valid mentions, with dates no later than the fetch", () => {
        const { drafts } = parse();
        expect(drafts.flatMap((draft) => mentionSchema.safeParse(asMention(draft)).error?.issues ?? [])).toEqual([]);
        const dates = drafts.flatMap(({ publishedAt, editedAt }) => [publishedAt, editedAt]);
        expect(dates.filter((date) => date !== null && date.at > page.fetchedAt)).toEqual([]);
        expect(drafts.filter((draft) => draft.publishedAt?.from === "source" && draft.printedDate === null)).toEqual(
          [],
        );
      });

      it("goes on at the same site only", () => {
        for (const { url } of parse().next) expect(new URL(url).host).toBe(new URL(page.finalUrl).host);
      });
    });

    describe.each(hostilePages(cases[0]?.page.body ?? new Uint8Array()))(
      "hostile page: $name",
      ({ body, contentType, mayHoldSome }) => {
        it("is an error with a code, never an empty success", () => {
          const { parse } = cases[0] as (typeof cases)[number];
          const outcome = outcomeOf(() => parse({ body, headers: { "content-type": contentType } }).drafts.length);
          expect(["SOURCE_LAYOUT_CHANGED", "SOURCE_BLOCKED", ...(mayHoldSome ? ["some mentions"] : [])]).toContain(
            outcome,
          );
        });
      },
    );
  });
};

const outcomeOf = (run: () => number): string => {
  try {
    return run() === 0 ? "an empty success" : "some mentions";
  } catch (error) {
    return isPipelineError(error) ? error.code : `no PipelineError: ${String(error)}`;
  }
};

/** A draft with what the crawler adds. */
const asMention = (draft: DraftUnderTest): Record<string, unknown> => {
  const {
    nativeId: _id,
    ownUrl: _own,
    pageUrl: _page,
    author,
    printedDate: _printed,
    ...rest
  } = draft as unknown as Record<string, unknown>;
  return {
    ...rest,
    mentionId: "0".repeat(32),
    brandId: "brand",
    sourceId: "source",
    authorHash: author === null ? null : "0".repeat(32),
    publishedAt: draft.publishedAt ?? {
      at: "2026-01-01T00:00:00.000Z",
      precision: "second",
      from: "fetch",
      clamped: false,
    },
  };
};
