import { z } from "zod";
import { datesOf, draftOf } from "../read/draft.ts";
import { tidy } from "../read/html-text.ts";
import { toldText } from "../read/told.ts";
import { primaryLanguage } from "../read/url.ts";
import { defineSource, pageRequest, type PageRequest } from "../source.ts";
import { onceEach, readItems, readJson } from "./json-page.ts";

const ID = "bluesky";
const KEY = "BLUESKY_TOKEN";

const targetSchema = z.strictObject({
  query: z.string().trim().min(1).max(300).describe("Words to search for, in Bluesky's own syntax"),
  language: z
    .string()
    .regex(/^[a-z]{2}$/)
    .nullable()
    .default(null)
    .describe("Only posts that say they are in this language"),
  pages: z.int().min(1).max(50).default(5).describe("Pages of 100 posts, newest first"),
});
type BlueskyTarget = z.infer<typeof targetSchema>;

const answerSchema = z.object({ posts: z.array(z.unknown()), cursor: toldText });

const postSchema = z.object({
  uri: z.string().regex(/^at:\/\/[\w:.%-]{3,300}\/app\.bsky\.feed\.post\/[\w.~:-]{1,512}$/),
  author: z.object({ did: z.string(), handle: toldText }),
  record: z.object({
    text: z.string().catch(""),
    createdAt: toldText,
    langs: z.array(z.string()).catch([]),
    reply: z.unknown().optional(),
  }),
  indexedAt: toldText,
});

const pageAt = (
  { query, language }: BlueskyTarget,
  cursor: string | null,
  headers: PageRequest["headers"],
): PageRequest =>
  pageRequest(
    `https://bsky.social/xrpc/app.bsky.feed.searchPosts?q=${encodeURIComponent(query)}&limit=100&sort=latest${
      language === null ? "" : `&lang=${language}`
    }${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
    { headers },
  );

/** A post's page: by the handle, or by the account's own id where the handle is broken. */
const permalink = (did: string, handle: string | null, uri: string): string => {
  const who = handle !== null && handle !== "handle.invalid" && /^[\w.-]{3,253}$/.test(handle) ? handle : did;
  return `https://bsky.app/profile/${who}/post/${uri.slice(uri.lastIndexOf("/") + 1)}`;
};

/** Posts on Bluesky, by its search. */
export const bluesky = defineSource<BlueskyTarget>({
  id: ID,
  title: "Bluesky posts",
  version: 1,
  requestsPerMinute: 60,
  transports: ["http"],
  target: targetSchema,
  example: { query: "aurora bank" },
  match: "query",
  orderOf: () => "newest",
  credentials: [KEY],
  limits: [
    `Without ${KEY} (a session's access token) the search answers now and then, and mostly refuses: that is told as a block`,
    "A post's date is its author's word; a date after it was first seen by the network counts as that",
  ],

  titleOf: ({ query }) => `Bluesky "${query}"`,
  pageLimit: ({ pages }) => pages,
  start(target, { credentials }) {
    const headers = {
      accept: "application/json",
      ...(credentials[KEY] === undefined ? {} : { authorization: `Bearer {${KEY}}` }),
    };
    return [pageAt(target, null, headers)];
  },

  parse(page, target, { zone }) {
    const answer = readJson(ID, page, answerSchema);
    const dates = { fetchedAt: page.fetchedAt, zone };
    const drafts = readItems(ID, page, answer.posts, postSchema).map((post) => {
      const { record, indexedAt } = post;
      // A clock that runs ahead, or a lie: the network saw it earlier than it was written.
      const isAhead =
        record.createdAt !== null && indexedAt !== null && Date.parse(record.createdAt) > Date.parse(indexedAt);
      return draftOf({
        kind: record.reply === undefined || record.reply === null ? "post" : "comment",
        nativeId: post.uri,
        url: permalink(post.author.did, post.author.handle, post.uri),
        text: tidy(record.text),
        language: primaryLanguage(record.langs[0]),
        author: post.author.handle ?? post.author.did,
        ...datesOf(isAhead ? indexedAt : (record.createdAt ?? indexedAt), null, dates),
      });
    });
    const here = new URL(page.request.url).searchParams.get("cursor");
    const more = drafts.length > 0 && answer.cursor !== null && answer.cursor !== "" && answer.cursor !== here;
    return {
      drafts: onceEach(drafts),
      next: more ? [pageAt(target, answer.cursor, page.request.headers)] : [],
      publicRating: null,
      expected: null,
      complete: false,
      unreadable: answer.posts.length - drafts.length,
    };
  },
});
