import { z } from "zod";
import { datesOf, draftOf, extraOf, replyOf } from "../read/draft.ts";
import { tidy } from "../read/html-text.ts";
import { requiredId, toldNumber, toldObject, toldText, toldTrue } from "../read/told.ts";
import { defineSource, pageRequest, type Page, type PageRequest, type PublicRating } from "../source.ts";
import { onceEach, readItems, readJson } from "./json-page.ts";
import { layoutChanged } from "./layout-changed.ts";
import { steamLanguage } from "./steam-languages.ts";

const ID = "steam";

const targetSchema = z.strictObject({
  app: z.coerce
    .string()
    .regex(/^\d{1,12}$/, "the number in the store's address, for example 440")
    .describe("The number in the game's store address"),
  language: z
    .string()
    .regex(/^[a-z]{2,20}$/)
    .default("all")
    .describe("`all`, or one of Steam's names: english, russian, schinese, …"),
  pages: z.int().min(1).max(500).default(5).describe("Pages of 100 reviews, newest first"),
});
type SteamTarget = z.infer<typeof targetSchema>;

const answerSchema = z.object({
  success: z.union([z.literal(1), z.literal(true)]),
  query_summary: z.object({ num_reviews: toldNumber, total_positive: toldNumber, total_reviews: toldNumber }),
  reviews: z.array(z.unknown()),
  cursor: toldText,
});

const reviewSchema = z.object({
  recommendationid: requiredId,
  author: toldObject({ steamid: toldText, playtime_at_review: toldNumber }),
  language: toldText,
  review: toldText,
  timestamp_created: toldNumber,
  timestamp_updated: toldNumber,
  voted_up: z.boolean(),
  steam_purchase: toldTrue,
  received_for_free: toldTrue,
  written_during_early_access: toldTrue,
  developer_response: toldText,
  timestamp_dev_responded: toldNumber,
});

/** Steam's own markup: `[b]`, `[h1]`, `[url=…]`, `[spoiler]`. */
const MARKUP =
  /\[\/?(?:h[1-3]|b|i|u|strike|spoiler|noparse|hr|list|olist|\*|quote|code|table|tr|th|td|url)(?:=[^\]\n]{0,500})?\]/gi;
const plain = (text: string | null): string => tidy((text ?? "").replace(MARKUP, ""));

const pageAt = ({ app, language }: SteamTarget, cursor: string): PageRequest =>
  pageRequest(
    `https://store.steampowered.com/appreviews/${app}?json=1&filter=recent&language=${language}&purchase_type=all&num_per_page=100&cursor=${encodeURIComponent(cursor)}`,
    { headers: { accept: "application/json" } },
  );

const nextPage = (page: Page, target: SteamTarget, cursor: string | null): readonly PageRequest[] => {
  const here = new URL(page.request.url).searchParams.get("cursor");
  return cursor === null || cursor === "" || cursor === "*" || cursor === here ? [] : [pageAt(target, cursor)];
};

/** The share of "recommended" among all reviews, which Steam shows as words ("Mostly positive"). */
const shareRecommended = (positive: number | null, total: number | null): PublicRating | null =>
  positive === null || total === null || total <= 0 || positive > total
    ? null
    : { mean: positive / total, min: 0, max: 1, count: total };

const epoch = (seconds: number | null): string | null => (seconds === null || seconds <= 0 ? null : String(seconds));

/** Reviews of a game on Steam, by the store's public interface. */
export const steam = defineSource<SteamTarget>({
  id: ID,
  title: "Steam reviews",
  version: 1,
  requestsPerMinute: 30,
  transports: ["http"],
  target: targetSchema,
  example: { app: "440" },
  match: "all",
  orderOf: () => "newest",
  credentials: [],
  limits: [
    "The only rating is whether the game is recommended: 1 or 0",
    "Authors are numbers: the interface tells no names and no places",
  ],

  titleOf: ({ app, language }) => `Steam ${app}${language === "all" ? "" : ` (${language})`}`,
  pageLimit: ({ pages }) => pages,
  start: (target) => [pageAt(target, "*")],

  parse(page, target, { zone }) {
    const answer = readJson(ID, page, answerSchema);
    const summary = answer.query_summary;
    if (answer.reviews.length === 0 && (summary.num_reviews ?? 0) > 0) {
      throw layoutChanged(ID, page, `${summary.num_reviews} reviews are announced and none is there`);
    }
    const dates = { fetchedAt: page.fetchedAt, zone };
    const drafts = readItems(ID, page, answer.reviews, reviewSchema).map((review) =>
      draftOf({
        kind: "review",
        nativeId: review.recommendationid,
        url:
          review.author?.steamid && /^\d{5,20}$/.test(review.author.steamid)
            ? `https://steamcommunity.com/profiles/${review.author.steamid}/recommended/${target.app}/`
            : `https://store.steampowered.com/app/${target.app}/`,
        text: plain(review.review),
        rating: { value: review.voted_up ? 1 : 0, min: 0, max: 1 },
        language: steamLanguage(review.language),
        author: review.author?.steamid ?? null,
        ...datesOf(epoch(review.timestamp_created), epoch(review.timestamp_updated), dates),
        reply: replyOf(plain(review.developer_response), epoch(review.timestamp_dev_responded), dates),
        extra: extraOf({
          playedMinutes: review.author?.playtime_at_review?.toFixed(0) ?? null,
          purchased: review.steam_purchase ? "yes" : null,
          free: review.received_for_free ? "yes" : null,
          earlyAccess: review.written_during_early_access ? "yes" : null,
        }),
      }),
    );
    return {
      drafts: onceEach(drafts),
      next: drafts.length === 0 ? [] : nextPage(page, target, answer.cursor),
      publicRating: shareRecommended(summary.total_positive, summary.total_reviews),
      // The summary's total lags behind the list by a few: it cannot prove that something is gone.
      expected: null,
      complete: true,
      unreadable: answer.reviews.length - drafts.length,
    };
  },
});
