import { z } from "zod";
import { datesOf, draftOf, extraOf } from "../read/draft.ts";
import { htmlToText, looseText } from "../read/html-text.ts";
import { requiredId, toldNumber, toldText } from "../read/told.ts";
import { defineSource, pageRequest, type PageRequest } from "../source.ts";
import { onceEach, readItems, readJson } from "./json-page.ts";
import { layoutChanged } from "./layout-changed.ts";

const ID = "hacker-news";
/** The search gives 1000 results, however many there are. */
const PAGE_SIZE = 100;
const LAST_PAGE = 10;

const targetSchema = z.strictObject({
  query: z.string().trim().min(1).max(200).describe("Words to search for"),
  read: z.enum(["all", "stories", "comments"]).default("all").describe("Stories, comments or both"),
  pages: z.int().min(1).max(LAST_PAGE).default(2).describe(`Pages of ${PAGE_SIZE}, newest first`),
});
type HackerNewsTarget = z.infer<typeof targetSchema>;

const TAGS = { all: "(story,comment)", stories: "story", comments: "comment" } as const;

const answerSchema = z.object({
  hits: z.array(z.unknown()),
  nbHits: z.number().nonnegative(),
  nbPages: z.number().nonnegative(),
  page: z.number().nonnegative(),
});

const hitSchema = z.object({
  objectID: requiredId.refine((id) => /^\d+$/.test(id)),
  author: toldText,
  title: toldText,
  story_title: toldText,
  url: toldText,
  story_text: toldText,
  comment_text: toldText,
  created_at: toldText,
  created_at_i: toldNumber,
  _tags: z.array(z.string()).catch([]),
});

/** @param span of a backfill, as the interface's `numericFilters`; null: the newest. */
const pageOf = ({ query, read }: HackerNewsTarget, page: number, span: string | null): PageRequest =>
  pageRequest(
    `https://hn.algolia.com/api/v1/search_by_date?query=${encodeURIComponent(query)}&tags=${TAGS[read]}&hitsPerPage=${PAGE_SIZE}${span === null ? "" : `&numericFilters=${encodeURIComponent(span)}`}&page=${page}`,
    { headers: { accept: "application/json" } },
  );

const plain = (html: string | null): string => (html === null ? "" : htmlToText(html));

/** Stories and comments on Hacker News, by the search that the site itself uses. */
export const hackerNews = defineSource<HackerNewsTarget>({
  id: ID,
  title: "Hacker News",
  version: 1,
  requestsPerMinute: 60,
  transports: ["http"],
  target: targetSchema,
  example: { query: "aurora bank" },
  match: "query",
  orderOf: () => "newest",
  credentials: [],
  limits: [
    "The newest 1000 results of a search; its words match loosely, so the brand's query decides",
    "Points and comments are not a reach: none is told",
  ],

  titleOf: ({ query, read }) => `Hacker News "${query}"${read === "all" ? "" : ` (${read})`}`,
  pageLimit: ({ pages }) => pages,
  start: (target, { since }) => [
    pageOf(target, 0, since === null ? null : `created_at_i>=${Math.floor(Date.parse(since) / 1000)}`),
  ],

  parse(page, target, { zone }) {
    const answer = readJson(ID, page, answerSchema);
    if (answer.hits.length === 0 && answer.nbHits > 0 && answer.page < answer.nbPages) {
      throw layoutChanged(ID, page, `${answer.nbHits} results are announced and none is there`);
    }
    const dates = { fetchedAt: page.fetchedAt, zone };
    const drafts = readItems(ID, page, answer.hits, hitSchema).map((hit) => {
      const isComment = hit.comment_text !== null || hit["_tags"].includes("comment");
      const printed = hit.created_at ?? (hit.created_at_i === null ? null : String(hit.created_at_i));
      return draftOf({
        kind: isComment ? "comment" : "post",
        nativeId: hit.objectID,
        url: `https://news.ycombinator.com/item?id=${hit.objectID}`,
        // A comment answers a story; the story's title is not its words.
        title: isComment || hit.title === null ? null : looseText(hit.title) || null,
        text: plain(isComment ? hit.comment_text : hit.story_text),
        author: hit.author,
        ...datesOf(printed, null, dates),
        extra: extraOf({
          story: isComment && hit.story_title !== null ? looseText(hit.story_title) : null,
          link: isComment ? null : hit.url,
        }),
      });
    });
    const span = new URL(page.request.url).searchParams.get("numericFilters");
    const oldest = Math.min(...answer.hits.map((hit) => hitSchema.safeParse(hit).data?.created_at_i ?? Infinity));
    // Behind the last page that is shown a backfill asks anew, for what is older than that.
    const older =
      span !== null && answer.page + 1 >= LAST_PAGE && drafts.length === PAGE_SIZE && oldest < Infinity
        ? [pageOf(target, 0, `${span.split(",")[0] ?? ""},created_at_i<${oldest}`)]
        : [];
    const more = drafts.length > 0 && answer.page + 1 < Math.min(answer.nbPages, LAST_PAGE);
    return {
      drafts: onceEach(drafts),
      next: more ? [pageOf(target, answer.page + 1, span)] : older,
      publicRating: null,
      expected: null,
      complete: true,
      unreadable: answer.hits.length - drafts.length,
    };
  },
});
