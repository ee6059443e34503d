import { parseDate } from "@molva/text";
import { PipelineError } from "@molva/contracts";
import { z } from "zod";
import { defineSource, pageRequest, type Source, type Transport } from "../src/index.ts";

export interface Entry {
  readonly id: string;
  readonly text: string;
  readonly at: string;
}

/** What the list's pages are made of: newest first, `size` a page. */
export const listPages = (entries: readonly Entry[], size: number, path = "/list"): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Array.from({ length: Math.max(1, Math.ceil(entries.length / size)) }, (_, page) => [
      `${path}/${page + 1}`,
      JSON.stringify({
        entries: entries.slice(page * size, (page + 1) * size),
        next: (page + 1) * size < entries.length ? `${path}/${page + 2}` : null,
      }),
    ]),
  );

const pageSchema = z.object({
  entries: z.array(z.object({ id: z.string(), text: z.string(), at: z.string() }).nullable()),
  next: z.string().nullable(),
});

/** A source that shows everything, newest first, and vouches for it: for what the captured ones cannot be made to do. */
export const listSource = ({
  transport = "http",
  credential = null,
}: { readonly transport?: Transport; readonly credential?: string | null } = {}): Source<unknown> =>
  defineSource({
    id: "list",
    title: "A list",
    version: 1,
    requestsPerMinute: 60_000,
    transports: [transport],
    target: z.strictObject({ url: z.string(), pages: z.number().default(10) }),
    example: { url: "http://list.example/list/1" },
    match: "all",
    orderOf: () => "newest",
    credentials: credential === null ? [] : [credential],
    limits: [],
    titleOf: ({ url }) => url,
    pageLimit: ({ pages }) => pages,
    start: ({ url }) => [
      pageRequest(url, { transport, headers: credential === null ? {} : { authorization: `Bearer {${credential}}` } }),
    ],
    parse(page, { url }, { zone }) {
      const read = pageSchema.safeParse(JSON.parse(Buffer.from(page.body).toString()));
      if (!read.success) throw new PipelineError("no list", { code: "SOURCE_LAYOUT_CHANGED", recovery: "dead-letter" });
      const entries = read.data.entries.filter((entry) => entry !== null);
      return {
        drafts: entries.map(({ id, text, at }) => ({
          nativeId: id,
          ownUrl: null,
          pageUrl: url,
          kind: "review",
          url,
          title: null,
          text,
          rating: null,
          language: null,
          region: null,
          author: null,
          reach: null,
          reply: null,
          printedDate: at,
          publishedAt: parseDate(at, { fetchedAt: page.fetchedAt, zone }),
          editedAt: null,
          extra: {},
        })),
        next: read.data.next === null ? [] : [pageRequest(new URL(read.data.next, page.finalUrl).href)],
        publicRating: { mean: 4.2, min: 1, max: 5, count: entries.length },
        expected: null,
        complete: true,
        unreadable: read.data.entries.length - entries.length,
      };
    },
  }) as Source<unknown>;
