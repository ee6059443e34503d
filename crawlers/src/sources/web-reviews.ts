import { isZone, parseDate, type DateContext } from "@molva/text";
import { z } from "zod";
import { challengeIn } from "../read/challenge.ts";
import { decodeText } from "../read/charset.ts";
import { replyOf } from "../read/draft.ts";
import { readStructuredPage, type StructuredPage } from "../read/structured/page.ts";
import type { FoundReview } from "../read/structured/reviews.ts";
import { canonicalUrl, isWebUrl, primaryLanguage, resolveUrl } from "../read/url.ts";
import { defineSource, pageRequest, type Draft, type Page, type PageRequest, type PublicRating } from "../source.ts";
import { blockedBy, layoutChanged } from "./layout-changed.ts";

const ID = "web-reviews";

const targetSchema = z.strictObject({
  url: z.string().refine(isWebUrl, "the page's address, http or https").describe("The page that shows the reviews"),
  render: z
    .enum(["http", "browser"])
    .default("http")
    .describe("`browser` when the reviews appear only after scripts have run"),
  waitFor: z
    .string()
    .min(1)
    .max(500)
    .nullable()
    .default(null)
    .describe("CSS selector that stands on the page once its reviews do"),
  pages: z.int().min(1).max(1000).default(10).describe("Pages to follow by rel=next"),
  order: z
    .enum(["newest", "any"])
    .default("any")
    .describe(
      "`newest` when the newest reviews stand first: a round then ends at what it knows, and reads deeper now and then",
    ),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/)
    .nullable()
    .default(null)
    .describe("Language of reviews that do not tell theirs"),
  timezone: z
    .string()
    .refine(isZone, "an IANA zone, for example Europe/Moscow")
    .nullable()
    .default(null)
    .describe("Zone of dates without one"),
});
type WebTarget = z.infer<typeof targetSchema>;

/**
 * A review's own address, of what its `url` or `@id` says: another document than its page. A fragment of the page counts
 * when it holds a long number: `#review-48213` names a review, `#review-2` names a place in the list.
 */
const ownAddress = (told: string | null, page: Page, target: WebTarget): string | null => {
  const url = resolveUrl(told, page.finalUrl);
  if (url === null) return null;
  const canonical = canonicalUrl(url);
  const [document, fragment] = canonical.split("#", 2) as [string, string | undefined];
  const listing = [page.finalUrl, page.request.url, target.url].some(
    (place) => canonicalUrl(place).replace(/#.*$/, "") === document,
  );
  return !listing || (fragment !== undefined && /\d{4,}|[\da-f]{8,}/i.test(fragment)) ? canonical : null;
};

interface Names {
  readonly nativeId: string | null;
  readonly ownUrl: string | null;
}

/** A name that is unique wherever it stands: `tag:` (RFC 4151) or `urn:` (RFC 8141). */
const globalName = (id: string | null): string | null =>
  id !== null && id.length <= 500 && /^(tag|urn):./i.test(id) ? id : null;

/** What tells the review apart: a global `@id`, else `identifier` in the namespace of its host, else an `@id` that is an address of its own. */
const namesOf = (found: FoundReview, page: Page, target: WebTarget): Names => {
  const { identifier } = found;
  const named = identifier !== null && identifier.length <= 200 ? `${new URL(page.finalUrl).host} ${identifier}` : null;
  return {
    nativeId: globalName(found.id) ?? named ?? ownAddress(found.id, page, target),
    ownUrl: ownAddress(found.url, page, target),
  };
};

/** Names that several reviews of a page share are the product's or the author's, not theirs. */
const shared = (urls: readonly (string | null)[]): ReadonlySet<string> => {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const url of urls) if (url !== null) (seen.has(url) ? twice : seen).add(url);
  return twice;
};

const requestFor = (url: string, { render, waitFor }: WebTarget): PageRequest =>
  pageRequest(url, { transport: render, waitFor: render === "browser" ? waitFor : null });

const nextPages = ({ $ }: StructuredPage, page: Page, target: WebTarget): readonly PageRequest[] => {
  const { host } = new URL(page.finalUrl);
  const here = new Set([page.finalUrl, page.request.url]);
  const href = $("link[rel~='next'][href], a[rel~='next'][href]").first().attr("href");
  const url = resolveUrl(href, page.finalUrl)?.replace(/#.*$/, "") ?? null;
  return url === null || new URL(url).host !== host || here.has(url) ? [] : [requestFor(url, target)];
};

const readPage = (page: Page): StructuredPage => {
  const { text } = decodeText(page.body, page.headers["content-type"] ?? "");
  const gate = challengeIn(text);
  if (gate !== null) throw blockedBy(ID, page, gate);
  try {
    return readStructuredPage(text, page.finalUrl);
  } catch (error) {
    throw layoutChanged(ID, page, "the page could not be read", error);
  }
};

const draftOf = (
  found: FoundReview,
  { nativeId, ownUrl }: Names,
  page: Page,
  target: WebTarget,
  dates: DateContext,
): Draft => {
  const publishedAt = found.published === null ? null : parseDate(found.published, dates);
  const modifiedAt = found.modified === null ? null : parseDate(found.modified, dates);
  return {
    nativeId,
    ownUrl,
    pageUrl: canonicalUrl(target.url),
    kind: "review",
    // Not the page it stood on today: a review slides from page to page, and that is no edit.
    url: ownUrl ?? target.url,
    title: found.title,
    text: found.text,
    rating: found.rating,
    language: found.language ?? primaryLanguage(target.language),
    region: found.region,
    author: found.author,
    reach: null,
    reply: replyOf(found.reply?.text ?? null, found.reply?.date ?? null, dates),
    printedDate: found.published,
    publishedAt,
    editedAt: modifiedAt !== null && (publishedAt === null || modifiedAt.at > publishedAt.at) ? modifiedAt : null,
    extra: found.subject === null ? {} : { subject: found.subject.slice(0, 200) },
  };
};

/** Any page whose reviews are marked up with schema.org: JSON-LD, Microdata or RDFa. */
export const webReviews = defineSource<WebTarget>({
  id: ID,
  title: "Review pages with schema.org markup",
  version: 1,
  requestsPerMinute: 12,
  transports: ["http", "browser"],
  target: targetSchema,
  example: { url: "https://shop.example/product/reviews" },
  match: "all",
  orderOf: ({ order }) => order,
  credentials: [],
  limits: [
    "Reads what the page describes in schema.org terms, and nothing that is only drawn",
    "Removals are noticed only where the page tells how many reviews there are",
  ],

  titleOf: ({ url }) => url,
  pageLimit: ({ pages }) => pages,
  start: (target) => [requestFor(target.url, target)],

  parse(page, target, { zone }) {
    const read = readPage(page);
    const { reviews, aggregate } = read;
    const told = aggregate?.reviewCount ?? null;
    if (reviews.length === 0 && told !== 0) {
      const hint =
        target.render === "http"
          ? "If a browser shows them, set render: browser"
          : "Look at the page: its markup may have changed";
      const why =
        read.broken > 0
          ? `no review was found, and ${read.broken} JSON-LD scripts could not be read`
          : "no schema.org review was found on the page";
      throw layoutChanged(ID, page, `${why}. ${hint}`);
    }
    const names = reviews.map((found) => namesOf(found, page, target));
    const [ids, urls] = [shared(names.map(({ nativeId }) => nativeId)), shared(names.map(({ ownUrl }) => ownUrl))];
    const dates: DateContext = { fetchedAt: page.fetchedAt, zone: target.timezone ?? zone };
    const drafts = reviews.map((found, index) => {
      const { nativeId, ownUrl } = names[index] as Names;
      const own: Names = {
        nativeId: ids.has(nativeId ?? "") ? null : nativeId,
        ownUrl: urls.has(ownUrl ?? "") ? null : ownUrl,
      };
      return draftOf(found, own, page, target, dates);
    });
    const publicRating: PublicRating | null =
      aggregate === null
        ? null
        : {
            mean: aggregate.rating.value,
            min: aggregate.rating.min,
            max: aggregate.rating.max,
            count: aggregate.reviewCount ?? aggregate.ratingCount,
          };
    // Whether absence means removal is for the count to prove, over all pages of the round.
    return { drafts, next: nextPages(read, page, target), publicRating, expected: told, complete: false };
  },
});
