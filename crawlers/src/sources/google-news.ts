import { z } from "zod";
import { datesOf, draftOf, extraOf } from "../read/draft.ts";
import type { Feed } from "../read/feed.ts";
import { defineSource, pageRequest, type Page } from "../source.ts";
import { feedOn } from "./feed-page.ts";
import { layoutChanged } from "./layout-changed.ts";
import { onceEach } from "./json-page.ts";

const ID = "google-news";

const targetSchema = z.strictObject({
  query: z
    .string()
    .trim()
    .min(1)
    .max(300)
    .describe("Words to search for, in Google's syntax; `when:7d` limits the age"),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(?:-[A-Z]{2,4})?$/, "for example en or pt-BR")
    .default("en")
    .describe("Language of the edition"),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, "two capital letters, for example US")
    .default("US")
    .describe("Country of the edition"),
});
type NewsTarget = z.infer<typeof targetSchema>;

const address = ({ query, language, country }: NewsTarget): string =>
  `https://news.google.com/rss/search?q=${encodeURIComponent(query)}&hl=${language}&gl=${country}&ceid=${country}:${language}`;

const readPage = (page: Page): Feed =>
  feedOn(ID, page, "this is no feed. Google may ask for consent, or refuse programs");

interface Headline {
  readonly title: string;
  readonly publisher: string | null;
}

/** `Headline - Publisher`: the name is told in `source`, too, and may hold a dash of its own; without it the last dash is where it begins. */
const headlineOf = (title: string, told: string | null): Headline => {
  const suffix = told === null ? null : ` - ${told}`;
  if (suffix !== null && title.length > suffix.length && title.endsWith(suffix))
    return { title: title.slice(0, -suffix.length).trim(), publisher: told };
  const cut = title.lastIndexOf(" - ");
  if (told !== null || cut <= 0) return { title, publisher: told };
  return { title: title.slice(0, cut).trim(), publisher: title.slice(cut + 3).trim() || null };
};

/** Headlines that Google News finds, by its search feed. */
export const googleNews = defineSource<NewsTarget>({
  id: ID,
  title: "Google News search",
  version: 1,
  requestsPerMinute: 6,
  transports: ["http"],
  target: targetSchema,
  example: { query: '"aurora bank" when:7d', language: "en", country: "US" },
  match: "query",
  orderOf: () => "any",
  credentials: [],
  limits: [
    "The feed's own notice allows personal readers only: ask Google, or use the publishers' own feeds with `rss`",
    "Headlines only, 100 at most; links lead through Google, and the articles behind them are not read",
  ],

  titleOf: ({ query, language, country }) => `Google News "${query}" (${language}-${country})`,
  pageLimit: () => 1,
  start: (target) => [
    pageRequest(address(target), { kind: "feed", headers: { accept: "application/rss+xml, application/xml;q=0.9" } }),
  ],

  parse(page, target, { zone }) {
    const { entries } = readPage(page);
    const drafts = entries.flatMap((entry) => {
      if (entry.title === null) return [];
      const { title, publisher } = headlineOf(entry.title, entry.takenFrom);
      return [
        draftOf({
          kind: "article",
          nativeId: entry.id,
          pageUrl: address(target),
          url: entry.link,
          title,
          // The description repeats the headline and lists other articles: none of it is this one's words.
          text: "",
          language: entry.language ?? target.language.slice(0, 2),
          region: target.country,
          author: publisher,
          ...datesOf(entry.published, null, { fetchedAt: page.fetchedAt, zone }),
          extra: extraOf({ publisher }),
        }),
      ];
    });
    if (drafts.length === 0 && entries.length > 0) throw layoutChanged(ID, page, "none of the entries has a headline");
    return { drafts: onceEach(drafts), next: [], publicRating: null, expected: null, complete: false };
  },
});
