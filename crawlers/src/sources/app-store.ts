import { z } from "zod";
import { datesOf, draftOf, extraOf, ratingOn } from "../read/draft.ts";
import { tidy } from "../read/html-text.ts";
import { requiredId, toldText } from "../read/told.ts";
import { resolveUrl } from "../read/url.ts";
import { defineSource, pageRequest, type Page, type PageRequest } from "../source.ts";
import { onceEach, readItems, readJson } from "./json-page.ts";

const ID = "app-store";
/** Apple answers page 11 with an error. */
const LAST_PAGE = 10;

const targetSchema = z.strictObject({
  app: z.coerce
    .string()
    .regex(/^\d{1,15}$/, "the number in the app's address, for example 123456789")
    .describe("The app's number: what follows `id` in its App Store address"),
  country: z
    .string()
    .regex(/^[a-z]{2}$/, "two lower-case letters, for example us")
    .default("us")
    .describe("The storefront; each has reviews of its own"),
  pages: z.int().min(1).max(LAST_PAGE).default(LAST_PAGE).describe("Pages of 50 reviews"),
});
type AppTarget = z.infer<typeof targetSchema>;

const label = z
  .object({ label: toldText })
  .nullable()
  .catch(null)
  .transform((value) => value?.label ?? null);

const entrySchema = z.object({
  id: z.object({ label: requiredId }).transform(({ label: id }) => id),
  title: label,
  content: label,
  updated: label,
  "im:rating": label,
  "im:version": label,
  author: z
    .object({ name: label })
    .catch({ name: null })
    .transform(({ name }) => name),
  link: z
    .object({ attributes: z.object({ href: toldText }) })
    .nullable()
    .catch(null)
    .transform((link) => link?.attributes.href ?? null),
});

const linkSchema = z.object({ attributes: z.object({ rel: z.string(), href: z.string() }) });

/** One review is an object, several are a list, none is nothing at all. What proves the feed is its id. */
const feedSchema = z.object({
  feed: z.object({
    id: z.object({ label: z.string().regex(/customerreviews/i) }),
    entry: z
      .unknown()
      .optional()
      .transform((entry): readonly unknown[] => (Array.isArray(entry) ? entry : entry === undefined ? [] : [entry])),
    link: z.array(linkSchema.nullable().catch(null)).catch([]),
  }),
});

/** Old feeds begin with the app itself: it has a name and no rating. */
const isApp = (entry: unknown): boolean =>
  typeof entry === "object" && entry !== null && "im:name" in entry && !("im:rating" in entry);

/** The feed's own `next` leads to XML, so page numbers are ours. */
const pageOf = ({ app, country }: AppTarget, page: number): PageRequest =>
  pageRequest(`https://itunes.apple.com/${country}/rss/customerreviews/page=${page}/id=${app}/sortby=mostrecent/json`, {
    headers: { accept: "application/json" },
  });

const pageNumber = (address: string | undefined): number | null => {
  const number = /\/page=(\d{1,4})(?:\/|$)/.exec(address ?? "")?.[1];
  return number === undefined ? null : Number(number);
};

const nextPage = (page: Page, target: AppTarget, last: number | null): readonly PageRequest[] => {
  const here = pageNumber(page.request.url) ?? 1;
  return here < Math.min(LAST_PAGE, last ?? LAST_PAGE) ? [pageOf(target, here + 1)] : [];
};

/** Customer reviews of an app in one storefront, by Apple's public feed. */
export const appStore = defineSource<AppTarget>({
  id: ID,
  title: "App Store reviews",
  version: 1,
  requestsPerMinute: 20,
  transports: ["http"],
  target: targetSchema,
  example: { app: "123456789", country: "us" },
  match: "all",
  orderOf: () => "newest",
  credentials: [],
  limits: [
    "The newest 500 reviews of a storefront at most; ratings without words are not in the feed",
    "The feed is empty now and then: that is told as an error once reviews were seen",
    "Replies and languages are not told; the only date is that of the last edit",
  ],

  titleOf: ({ app, country }) => `App Store ${country} ${app}`,
  pageLimit: ({ pages }) => pages,
  start: (target) => [pageOf(target, 1)],

  parse(page, target, { zone }) {
    const { feed } = readJson(ID, page, feedSchema);
    const told = feed.entry.filter((entry) => !isApp(entry));
    const entries = readItems(ID, page, told, entrySchema);
    const drafts = entries.map((entry) =>
      draftOf({
        kind: "review",
        nativeId: entry.id,
        url: resolveUrl(entry.link, page.finalUrl),
        title: entry.title === null ? null : tidy(entry.title) || null,
        text: tidy(entry.content ?? ""),
        rating: ratingOn(/^\d$/.test(entry["im:rating"] ?? "") ? Number(entry["im:rating"]) : null, 1, 5),
        region: target.country.toUpperCase(),
        author: entry.author,
        ...datesOf(entry.updated, null, { fetchedAt: page.fetchedAt, zone }),
        extra: extraOf({ version: entry["im:version"] }),
      }),
    );
    const last = feed.link.find((link) => link?.attributes.rel === "last")?.attributes.href;
    return {
      drafts: onceEach(drafts),
      next: drafts.length === 0 ? [] : nextPage(page, target, pageNumber(last)),
      publicRating: null,
      expected: null,
      complete: true,
      unreadable: told.length - entries.length,
    };
  },
});
