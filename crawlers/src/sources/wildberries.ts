import { load, type Cheerio } from "cheerio";
import type { Element } from "domhandler";
import { z } from "zod";
import { assertShallow } from "../read/depth.ts";
import { datesOf, draftOf, extraOf, ratingOn, replyOf } from "../read/draft.ts";
import { tidy } from "../read/html-text.ts";
import { countOf } from "../read/structured/rating.ts";
import { requiredId, toldNumber, toldObject, toldText } from "../read/told.ts";
import { defineSource, pageRequest, type Draft, type Page, type PageRequest, type ParsedPage } from "../source.ts";
import { onceEach, readItems, readJson, textOf } from "./json-page.ts";
import { layoutChanged } from "./layout-changed.ts";

const ID = "wildberries";

const targetSchema = z.strictObject({
  item: z.coerce
    .string()
    .regex(/^\d{4,15}$/, "the article number, for example 12345678")
    .describe("The article number in the goods' address"),
  root: z.coerce
    .string()
    .regex(/^\d{4,15}$/)
    .nullable()
    .default(null)
    .describe("The number (imtId) that all variants share; with it the list is read without a browser"),
});
type GoodsTarget = z.infer<typeof targetSchema>;

/** Words, then what is liked and disliked, in lines of their own. */
const wordsOf = (text: string, pros: string, cons: string): string =>
  [text, pros === "" ? "" : `+ ${pros}`, cons === "" ? "" : `− ${cons}`].filter((part) => part !== "").join("\n");

const pageUrl = (item: string): string => `https://www.wildberries.ru/catalog/${item}/feedbacks`;

const requests = ({ item, root }: GoodsTarget): readonly PageRequest[] =>
  root === null
    ? [pageRequest(pageUrl(item), { kind: "page", transport: "browser", waitFor: "[itemprop=review]" })]
    : // Half of all goods lie on either host; the wrong one answers with nothing.
      [1, 2].map((host) =>
        pageRequest(`https://feedbacks${host}.wb.ru/feedbacks/v2/${root}`, {
          kind: "list",
          headers: { accept: "application/json" },
        }),
      );

const answerSchema = z.object({
  feedbackCount: z.number().nonnegative(),
  valuation: toldNumber,
  feedbacks: z.array(z.unknown()).nullable(),
});

const feedbackSchema = z.object({
  id: requiredId,
  nmId: toldText,
  wbUserDetails: toldObject({ name: toldText, country: toldText }),
  text: toldText,
  pros: toldText,
  cons: toldText,
  bables: z.array(z.string()).catch([]),
  productValuation: toldNumber,
  color: toldText,
  size: toldText,
  createdDate: toldText,
  updatedDate: toldText,
  answer: toldObject({ text: toldText, createDate: toldText }),
});

const fromList = (page: Page, zone: string): ParsedPage => {
  const answer = readJson(ID, page, answerSchema);
  const feedbacks = answer.feedbacks ?? [];
  if (feedbacks.length === 0 && answer.feedbackCount > 0) {
    throw layoutChanged(ID, page, `${answer.feedbackCount} reviews are announced and none is there`);
  }
  const dates = { fetchedAt: page.fetchedAt, zone };
  const drafts = readItems(ID, page, feedbacks, feedbackSchema).map((one) =>
    draftOf({
      kind: "review",
      nativeId: one.id,
      url: one.nmId !== null && /^\d+$/.test(one.nmId) ? pageUrl(one.nmId) : null,
      text: wordsOf(tidy(one.text ?? ""), tidy(one.pros ?? ""), tidy(one.cons ?? "")),
      rating: ratingOn(one.productValuation, 1, 5),
      region: one.wbUserDetails?.country?.toUpperCase() || null,
      author: one.wbUserDetails?.name || null,
      reply: replyOf(one.answer === null ? null : tidy(one.answer.text ?? ""), one.answer?.createDate ?? null, dates),
      ...datesOf(one.createdDate, one.updatedDate, dates),
      extra: extraOf({ item: one.nmId, color: one.color, size: one.size, tags: one.bables.join(", ") }),
    }),
  );
  const mean = ratingOn(answer.valuation, 1, 5);
  return {
    drafts: onceEach(drafts),
    next: [],
    publicRating: mean === null ? null : { mean: mean.value, min: 1, max: 5, count: answer.feedbackCount },
    expected: drafts.length === 0 ? null : answer.feedbackCount,
    complete: false,
    unreadable: feedbacks.length - drafts.length,
  };
};

/** A review as the page draws it. It has no id: page, author, words and, where it lasts, the date tell it from others. */
const fromItem = (item: Cheerio<Element>, page: Page, target: GoodsTarget, zone: string): Draft => {
  const text = (selector: string): string => tidy(item.find(selector).first().text());
  item.find(".feedback__expand, .feedback__text--item-bold").remove();
  const stars = /\bstar([1-5])\b/.exec(item.find(".feedback__rating").first().attr("class") ?? "")?.[1];
  const author = item.find("meta[itemprop=author]").attr("content")?.trim() || text(".feedback__header") || null;
  const labelled = ["-pro", "-con"].map((kind) => text(`[itemprop=reviewBody] .feedback__text--item${kind}`));
  item.find(".feedback__text--item-pro, .feedback__text--item-con").remove();
  const words = wordsOf(text("[itemprop=reviewBody]"), labelled[0] ?? "", labelled[1] ?? "");
  const dates = { fetchedAt: page.fetchedAt, zone };
  const color = text(".feedback__params-item--color") || null;
  const wordless = words === "" ? `${pageUrl(target.item)} ${author ?? ""} ${color ?? ""} ${stars ?? ""}` : null;
  return draftOf({
    kind: "review",
    nativeId: wordless,
    pageUrl: pageUrl(target.item),
    url: pageUrl(target.item),
    text: words,
    rating: ratingOn(stars === undefined ? null : Number(stars), 1, 5),
    author,
    reply: replyOf(text(".feedback__text--sellers-reply"), null, dates),
    ...datesOf(text(".feedback__date") || null, null, dates),
    extra: extraOf({
      color,
      state: text(".feedback__state--text") || null,
      tags: item
        .find(".feedbacks-bables__item")
        .toArray()
        .map((tag) => tidy(item.find(tag).text()))
        .join(", "),
    }),
  });
};

const fromPage = (text: string, page: Page, target: GoodsTarget, zone: string): ParsedPage => {
  assertShallow(text);
  const $ = load(text);
  const count = countOf(/^[\d\s\u00a0]+/.exec($(".rating-product__review").first().text())?.[0] ?? null);
  const items = $("li.feedback[itemprop=review], [itemprop=review].comments__item");
  if (items.length === 0 && count !== 0) throw layoutChanged(ID, page, "no review stands on the page");
  const drafts = items.toArray().map((item) => fromItem($(item), page, target, zone));
  const mean = ratingOn(Number($(".rating-product__numb").first().text().trim().replace(",", ".")) || null, 1, 5);
  return {
    drafts: onceEach(drafts),
    next: [],
    publicRating: mean === null ? null : { mean: mean.value, min: 1, max: 5, count },
    expected: null,
    complete: false,
  };
};

/** Reviews of goods on Wildberries. */
export const wildberries = defineSource<GoodsTarget>({
  id: ID,
  title: "Wildberries reviews",
  version: 1,
  requestsPerMinute: 6,
  transports: ["http", "browser"],
  target: targetSchema,
  example: { item: "123456789" },
  match: "all",
  orderOf: () => "any",
  credentials: [],
  limits: [
    "The page shows the newest 30 or so, without ids; two votes without words by namesakes on one day may become one",
    "With `root` the list behind it is read, up to 1000 reviews: unverified, no captured answer was there to test it on",
    "Sellers read reviews of their own goods by the seller's interface, and import them",
  ],

  titleOf: ({ item }) => `Wildberries ${item}`,
  pageLimit: () => 2,
  start: requests,

  parse(page, target, { zone }) {
    const text = textOf(ID, page);
    if (/^\s*[[{]/.test(text)) return fromList(page, zone);
    try {
      return fromPage(text, page, target, zone);
    } catch (error) {
      if (error instanceof RangeError) throw layoutChanged(ID, page, "the page could not be read", error);
      throw error;
    }
  },
});
