import { z } from "zod";
import { datesOf, draftOf, ratingOn, replyOf } from "../../src/read/draft.ts";
import { requiredId, toldNumber, toldObject, toldText } from "../../src/read/told.ts";
import { defineSource, pageRequest, type PageRequest } from "../../src/source.ts";
import { onceEach, readItems, readJson } from "../../src/sources/json-page.ts";
import { layoutChanged } from "../../src/sources/layout-changed.ts";

const ID = "tea-board";

const targetSchema = z.strictObject({
  house: z
    .string()
    .regex(/^[a-z0-9-]+$/, "the tea house's name as in its address")
    .describe("What follows /houses/ in the address"),
  pages: z.int().min(1).max(100).default(3).describe("Pages of 50 comments, newest first"),
});
type HouseTarget = z.infer<typeof targetSchema>;

const answerSchema = z.object({ total: z.number(), comments: z.array(z.unknown()), more: z.boolean() });

const commentSchema = z.object({
  id: requiredId,
  words: toldText,
  cups: toldNumber,
  by: toldText,
  written: toldText,
  edited: toldText,
  answer: toldObject({ words: toldText, written: toldText }),
});

const pageAt = ({ house }: HouseTarget, page: number): PageRequest =>
  pageRequest(`https://tea-board.example/api/houses/${house}/comments?page=${page}`);

/** Comments on tea houses: an invented site, for docs/sources/adding.md. */
export const teaBoard = defineSource<HouseTarget>({
  id: ID,
  title: "Tea board",
  version: 1,
  requestsPerMinute: 20,
  transports: ["http"],
  target: targetSchema,
  example: { house: "velmora" },
  match: "all",
  orderOf: () => "newest",
  credentials: [],
  limits: ["Ratings are told in cups, one to six"],

  titleOf: ({ house }) => `tea-board ${house}`,
  pageLimit: ({ pages }) => pages,
  start: (target) => [pageAt(target, 1)],

  parse(page, target, { zone }) {
    const { total, comments, more } = readJson(ID, page, answerSchema);
    if (comments.length === 0 && total > 0)
      throw layoutChanged(ID, page, `${total} comments are announced and none is there`);
    const dates = { fetchedAt: page.fetchedAt, zone };
    const told = readItems(ID, page, comments, commentSchema);
    const here = Number(new URL(page.request.url).searchParams.get("page"));
    return {
      drafts: onceEach(
        told.map((one) =>
          draftOf({
            kind: "review",
            nativeId: one.id,
            url: `https://tea-board.example/comments/${encodeURIComponent(one.id)}`,
            text: one.words ?? "",
            rating: ratingOn(one.cups, 1, 6),
            author: one.by,
            reply: replyOf(one.answer?.words ?? null, one.answer?.written ?? null, dates),
            ...datesOf(one.written, one.edited, dates),
          }),
        ),
      ),
      next: more ? [pageAt(target, here + 1)] : [],
      publicRating: null,
      expected: total,
      complete: true,
      unreadable: comments.length - told.length,
    };
  },
});
