import { PipelineError } from "@molva/contracts";
import { z } from "zod";
import { datesOf, draftOf, extraOf } from "../read/draft.ts";
import { htmlToText } from "../read/html-text.ts";
import { requiredId, toldNumber, toldText } from "../read/told.ts";
import { primaryLanguage, resolveUrl } from "../read/url.ts";
import { defineSource, pageRequest, type Page, type PageRequest } from "../source.ts";
import { onceEach, readItems, readJson } from "./json-page.ts";
import { layoutChanged } from "./layout-changed.ts";

const ID = "mastodon";
const KEY = "MASTODON_TOKEN";

const targetSchema = z
  .strictObject({
    server: z
      .string()
      .regex(/^[a-z\d-]+(?:\.[a-z\d-]+)+$/i, "a host name, for example mastodon.example")
      .describe("The server that is asked; it knows what its people follow"),
    tag: z
      .string()
      .regex(/^[\p{L}\p{N}_]{1,100}$/u, "a hashtag without #")
      .nullable()
      .default(null)
      .describe("A hashtag without #: public, no key"),
    query: z.string().trim().min(1).max(200).nullable().default(null).describe(`Words to search for: needs ${KEY}`),
    pages: z.int().min(1).max(50).default(5).describe("Pages of 40 posts, newest first"),
  })
  .refine(({ tag, query }) => (tag === null) !== (query === null), "either tag or query");
type MastodonTarget = z.infer<typeof targetSchema>;

const statusSchema = z.object({
  id: requiredId,
  uri: toldText,
  url: toldText,
  created_at: toldText,
  edited_at: toldText,
  language: toldText,
  content: z.string(),
  spoiler_text: toldText,
  in_reply_to_id: toldText,
  account: z.object({ acct: z.string(), followers_count: toldNumber }),
});
/** Somebody who passes a post on is not its author: the post that is passed on counts. */
const originalSchema = z
  .looseObject({ reblog: z.unknown().optional() })
  .transform((status) => status.reblog ?? status)
  .pipe(statusSchema);

const answerSchema = z.union([
  z.array(z.unknown()),
  z.object({ statuses: z.array(z.unknown()) }).transform(({ statuses }) => statuses),
]);

/** The address of `rel="next"` in a Link header (RFC 8288). */
const linkedNext = (header: string | undefined): string | null => {
  for (const part of (header ?? "").split(/,\s*(?=<)/)) {
    const link = /^<([^<>]{1,2000})>([^<>]{0,500})$/.exec(part.trim());
    if (link !== null && /;\s*rel\s*=\s*"?(?:[^";]*\s)?next(?:\s[^";]*)?"?\s*(?:;|$)/i.test(link[2] ?? ""))
      return link[1] ?? null;
  }
  return null;
};

const nextPage = (page: Page, found: number, isSearch: boolean): readonly PageRequest[] => {
  if (found === 0) return [];
  const here = new URL(page.request.url);
  if (isSearch) {
    // A search has no Link header; a page that is not full is its last.
    if (found < 40) return [];
    here.searchParams.set("offset", String(Number(here.searchParams.get("offset") ?? 0) + found));
    return [pageRequest(here.href, { headers: page.request.headers })];
  }
  const next = resolveUrl(linkedNext(page.headers["link"]), page.finalUrl);
  return next === null || new URL(next).host !== here.host
    ? []
    : [pageRequest(next, { headers: page.request.headers })];
};

/** Public posts on Mastodon, as one server knows them. */
export const mastodon = defineSource<MastodonTarget>({
  id: ID,
  title: "Mastodon posts",
  version: 1,
  requestsPerMinute: 30,
  transports: ["http"],
  target: targetSchema,
  example: { server: "mastodon.example", tag: "kettles" },
  match: "query",
  orderOf: ({ tag }) => (tag === null ? "any" : "newest"),
  credentials: [KEY],
  limits: [
    `A hashtag needs no key; a search needs ${KEY}, an access token with read:search, and the server's full-text search`,
    "A server knows the posts of its own people and of those they follow",
  ],

  titleOf: ({ server, tag, query }) => `${server} ${tag === null ? `"${query}"` : `#${tag}`}`,
  pageLimit: ({ pages }) => pages,
  start({ server, tag, query }, { credentials }) {
    const headers = { accept: "application/json" };
    if (tag !== null) {
      return [pageRequest(`https://${server}/api/v1/timelines/tag/${encodeURIComponent(tag)}?limit=40`, { headers })];
    }
    if (credentials[KEY] === undefined) {
      throw new PipelineError(
        `Mastodon's search needs ${KEY}: make an access token with read:search on ${server}, or watch a tag, which needs none`,
        { code: "CONFIG_INVALID", recovery: "dead-letter", details: { source: ID } },
      );
    }
    return [
      pageRequest(`https://${server}/api/v2/search?q=${encodeURIComponent(query ?? "")}&type=statuses&limit=40`, {
        headers: { ...headers, authorization: `Bearer {${KEY}}` },
      }),
    ];
  },

  parse(page, target, { zone }) {
    const statuses = readJson(ID, page, answerSchema);
    // `[]` could be anybody's; a server that counts our requests is one.
    if (statuses.length === 0 && target.query === null && page.headers["x-ratelimit-limit"] === undefined) {
      throw layoutChanged(ID, page, "an empty list that does not come from Mastodon's interface");
    }
    const dates = { fetchedAt: page.fetchedAt, zone };
    const drafts = readItems(ID, page, statuses, originalSchema).map((status) =>
      draftOf({
        kind: status.in_reply_to_id === null ? "post" : "comment",
        // An address of its own, the same on every server; the number is one server's.
        nativeId: status.uri ?? `${target.server} ${status.id}`,
        url: resolveUrl(status.url ?? status.uri, page.finalUrl),
        title: status.spoiler_text?.trim() || null,
        text: htmlToText(status.content),
        language: primaryLanguage(status.language),
        author: status.account.acct.includes("@") ? status.account.acct : `${status.account.acct}@${target.server}`,
        reach:
          status.account.followers_count !== null && status.account.followers_count >= 0
            ? status.account.followers_count
            : null,
        ...datesOf(status.created_at, status.edited_at, dates),
        extra: extraOf({ id: status.id }),
      }),
    );
    return {
      drafts: onceEach(drafts),
      next: nextPage(page, statuses.length, target.query !== null),
      publicRating: null,
      expected: null,
      complete: target.tag !== null,
      unreadable: statuses.length - drafts.length,
    };
  },
});
