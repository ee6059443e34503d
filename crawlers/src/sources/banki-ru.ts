import type { CheerioAPI } from "cheerio";
import { z } from "zod";
import { datesOf, draftOf, extraOf, ratingOn, replyOf } from "../read/draft.ts";
import { htmlToText, looseText } from "../read/html-text.ts";
import { readStructuredPage } from "../read/structured/page.ts";
import type { FoundReview } from "../read/structured/reviews.ts";
import { requiredId, toldNumber, toldObject, toldText } from "../read/told.ts";
import { defineSource, pageRequest, type Draft, type Page, type PageRequest, type ParsedPage } from "../source.ts";
import { onceEach, readItems, readJson, textOf } from "./json-page.ts";
import { layoutChanged } from "./layout-changed.ts";

const ID = "banki-ru";
/** The site prints Moscow's time, without saying so. */
const ZONE = "Europe/Moscow";

const targetSchema = z.strictObject({
  bank: z
    .string()
    .regex(/^[\w-]{2,80}$/, "as in the page's address, for example velmora-bank")
    .describe("The bank's name in the address of its reviews"),
  read: z
    .enum(["page", "list"])
    .default("page")
    .describe("The pages that people read, or the list behind them, which also holds the bank's answers"),
  pages: z.int().min(1).max(400).default(4).describe("Pages of 25 reviews, newest first"),
});
type BankTarget = z.infer<typeof targetSchema>;

const listSchema = z.object({ data: z.array(z.unknown()), hasMorePages: z.boolean().catch(false), total: toldNumber });
const responseSchema = z.object({
  id: requiredId.refine((id) => /^\d+$/.test(id)),
  title: toldText,
  text: toldText,
  grade: toldNumber,
  dateCreate: toldText,
  userName: toldText,
  agentAnswerText: toldText,
  company: toldObject({ name: toldText }),
});

const pageOf = ({ bank, read }: BankTarget, page: number): PageRequest =>
  read === "list"
    ? pageRequest(`https://www.banki.ru/services/responses/list/ajax/?page=${page}&bank=${bank}&is_countable=on`, {
        kind: "list",
        headers: { accept: "application/json", "x-requested-with": "XMLHttpRequest" },
      })
    : pageRequest(
        `https://www.banki.ru/services/responses/bank/${bank}/${page === 1 ? "" : `?page=${page}&is_countable=on`}`,
        { kind: "page" },
      );

const pageNumber = (page: Page): number => Number(/[?&]page=(\d{1,5})/.exec(page.request.url)?.[1] ?? 1);
const link = (id: string): string => `https://www.banki.ru/services/responses/bank/response/${id}/`;

const fromList = (page: Page, target: BankTarget): ParsedPage => {
  const list = readJson(ID, page, listSchema);
  if (list.data.length === 0 && list.total !== 0)
    throw layoutChanged(ID, page, "the list is empty and does not say so");
  const dates = { fetchedAt: page.fetchedAt, zone: ZONE };
  const drafts = readItems(ID, page, list.data, responseSchema).map((response) =>
    draftOf({
      kind: "review",
      nativeId: response.id,
      url: link(response.id),
      title: response.title === null ? null : looseText(response.title) || null,
      text: htmlToText(response.text ?? ""),
      rating: ratingOn(response.grade, 1, 5),
      language: "ru",
      author: response.userName,
      reply: replyOf(response.agentAnswerText === null ? null : htmlToText(response.agentAnswerText), null, dates),
      ...datesOf(response.dateCreate, null, dates),
      extra: extraOf({ bank: response.company?.name ?? null }),
    }),
  );
  return {
    drafts: onceEach(drafts),
    next: list.hasMorePages && drafts.length > 0 ? [pageOf(target, pageNumber(page) + 1)] : [],
    publicRating: null,
    expected: drafts.length === 0 ? null : list.total,
    complete: true,
    unreadable: list.data.length - drafts.length,
  };
};

/** One review as the page draws it: its id and title, and what finds the same review in the description. */
interface Card {
  readonly id: string;
  readonly title: string;
  readonly grade: string;
  readonly date: string;
}

const cardsOf = ($: CheerioAPI): readonly Card[] =>
  $("[data-test='responses__response']")
    .toArray()
    .flatMap((element) => {
      const card = $(element);
      const anchors = card.find("a[href*='/services/responses/bank/response/']");
      const id = /\/response\/(\d{3,12})\/?/.exec(anchors.first().attr("href") ?? "")?.[1];
      if (id === undefined) return [];
      const date = /(\d{2})\.(\d{2})\.(\d{4}) (\d{2}:\d{2})/.exec(card.text());
      return [
        {
          id,
          title: looseText(card.find("h3").first().text()),
          grade: card.attr("data-test-grade") ?? "",
          date: date === null ? "" : `${date[3]}-${date[2]}-${date[1]} ${date[4]}`,
        },
      ];
    });

/** The description has words, authors and seconds, but no ids; the cards have ids. Date to the minute and grade bring them together. */
const cardOf = (found: FoundReview, cards: Card[]): Card | null => {
  const at = cards.findIndex(
    ({ date, grade }) =>
      found.published?.startsWith(date) === true && date !== "" && Number(grade) === (found.rating?.value ?? 0),
  );
  return at === -1 ? null : (cards.splice(at, 1)[0] as Card);
};

const fromPage = (text: string, page: Page, target: BankTarget): ParsedPage => {
  const { $, reviews, aggregate } = readStructuredPage(text, page.finalUrl);
  if (reviews.length === 0 && aggregate?.reviewCount !== 0)
    throw layoutChanged(ID, page, "no review is described on the page");
  const cards = [...cardsOf($)];
  const drafts = reviews.map((found): Draft => {
    const card = cardOf(found, cards);
    return draftOf({
      kind: "review",
      nativeId: card?.id ?? null,
      pageUrl: pageOf({ ...target, read: "page" }, 1).url,
      url: card === null ? page.finalUrl : link(card.id),
      title: found.title ?? (card?.title || null),
      text: found.text,
      rating: found.rating,
      language: "ru",
      region: found.region,
      author: found.author,
      ...datesOf(found.published, found.modified, { fetchedAt: page.fetchedAt, zone: ZONE }),
    });
  });
  const here = pageNumber(page);
  const total = aggregate?.reviewCount ?? null;
  return {
    drafts: onceEach(drafts),
    next: drafts.length > 0 && total !== null && here * 25 < total ? [pageOf(target, here + 1)] : [],
    publicRating:
      aggregate === null
        ? null
        : { mean: aggregate.rating.value, min: aggregate.rating.min, max: aggregate.rating.max, count: total },
    expected: drafts.length === 0 ? null : total,
    complete: false,
  };
};

/** Reviews of banks on banki.ru. */
export const bankiRu = defineSource<BankTarget>({
  id: ID,
  title: "banki.ru reviews",
  version: 1,
  requestsPerMinute: 12,
  transports: ["http"],
  target: targetSchema,
  example: { bank: "velmora-bank" },
  match: "all",
  orderOf: () => "newest",
  credentials: [],
  limits: [
    "The page tells no answers of the bank; `read: list` does, and is unverified: no captured answer was there to test it on",
    "Requests at the same time are refused: one every five seconds is what it takes",
  ],

  titleOf: ({ bank }) => `banki.ru ${bank}`,
  pageLimit: ({ pages }) => pages,
  start: (target) => [pageOf(target, 1)],

  parse(page, target) {
    const text = textOf(ID, page);
    if (/^\s*[[{]/.test(text)) return fromList(page, target);
    try {
      return fromPage(text, page, target);
    } catch (error) {
      if (error instanceof RangeError) throw layoutChanged(ID, page, "the page could not be read", error);
      throw error;
    }
  },
});
