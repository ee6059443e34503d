import { isZone, parseDate } from "@molva/text";
import { MENTION_KINDS } from "@molva/contracts";
import { z } from "zod";
import type { Feed, FeedEntry } from "../read/feed.ts";
import { canonicalUrl, isWebUrl } from "../read/url.ts";
import { defineSource, pageRequest, type Draft, type Page } from "../source.ts";
import { feedOn } from "./feed-page.ts";
import { layoutChanged } from "./layout-changed.ts";

const ID = "rss";

const targetSchema = z.strictObject({
  url: z.string().refine(isWebUrl, "the feed's address, http or https").describe("The feed's address"),
  kind: z.enum(MENTION_KINDS).default("article").describe("What an entry is"),
  pages: z.int().min(1).max(100).default(1).describe("Pages of a paged feed (RFC 5005) to follow"),
  timezone: z
    .string()
    .refine(isZone, "an IANA zone, for example Europe/Moscow")
    .nullable()
    .default(null)
    .describe("Zone of dates without one"),
});
type RssTarget = z.infer<typeof targetSchema>;

/** URLs, tags and UUIDs are unique in the world: two feeds with the same one hold the same entry. */
const isGlobal = (id: string): boolean =>
  /^(?:https?:\/\/.+\/.+|tag:|urn:|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$)/i.test(id);

/** Any other id is unique in its feed only; the scheme is left out, for feeds move from http to https. */
const nativeIdOf = (entry: FeedEntry, feedUrl: string): string | null => {
  if (entry.id === null) return null;
  if (isGlobal(entry.id)) return entry.id;
  return `${canonicalUrl(feedUrl).replace(/^https?:\/\//, "")} ${entry.id}`;
};

/** Links that several entries share are no entry's own: they name the place. */
const sharedLinks = (entries: readonly FeedEntry[]): ReadonlySet<string> => {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { link } of entries) if (link !== null) (seen.has(link) ? shared : seen).add(link);
  return shared;
};

const readPage = (page: Page): Feed =>
  feedOn(ID, page, "this is no RSS, Atom or JSON feed. Open the address in a browser: the feed may have moved");

/** RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed. */
export const rss = defineSource<RssTarget>({
  id: ID,
  title: "RSS, Atom and JSON feeds",
  version: 1,
  requestsPerMinute: 30,
  transports: ["http"],
  target: targetSchema,
  example: { url: "https://news.example/rss" },
  match: "query",
  orderOf: () => "any",
  credentials: [],
  limits: [
    "A feed shows its newest entries only: what rolls off between two rounds is lost",
    "A feed never tells what was removed",
  ],

  titleOf: ({ url }) => url,
  pageLimit: ({ pages }) => pages,
  start: ({ url }) => [
    pageRequest(url, {
      kind: "feed",
      headers: {
        accept: "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
      },
    }),
  ],

  parse(page, target, { zone }) {
    const feed = readPage(page);
    const dates = { fetchedAt: page.fetchedAt, zone: target.timezone ?? zone };
    const shared = sharedLinks(feed.entries);
    const drafts = feed.entries
      .filter(({ title, text }) => title !== null || text !== "")
      .map((entry): Draft => {
        const publishedAt = entry.published === null ? null : parseDate(entry.published, dates);
        const updatedAt = entry.updated === null ? null : parseDate(entry.updated, dates);
        return {
          nativeId: nativeIdOf(entry, target.url),
          ownUrl: entry.link === null || shared.has(entry.link) ? null : canonicalUrl(entry.link),
          pageUrl: canonicalUrl(target.url),
          kind: target.kind,
          url: entry.link,
          title: entry.title,
          text: entry.text,
          rating: null,
          language: entry.language,
          region: null,
          author: entry.author,
          reach: null,
          reply: null,
          printedDate: entry.published,
          publishedAt,
          editedAt: updatedAt !== null && publishedAt !== null && updatedAt.at > publishedAt.at ? updatedAt : null,
          extra: feed.title === null ? {} : { feed: feed.title.slice(0, 200) },
        };
      });
    if (drafts.length === 0 && feed.entries.length > 0) {
      throw layoutChanged(ID, page, `none of the ${feed.entries.length} entries has a title or a text`);
    }
    const next =
      feed.next !== null && new URL(feed.next).host === new URL(page.finalUrl).host
        ? [pageRequest(feed.next, { kind: "feed" })]
        : [];
    return { drafts, next, publicRating: null, expected: null, complete: false };
  },
});
