import { z } from "zod";
import { datesOf, draftOf, extraOf, ratingOn, replyOf } from "../read/draft.ts";
import { tidy } from "../read/html-text.ts";
import { requiredId, toldNumber, toldText } from "../read/told.ts";
import { defineSource, pageRequest, type PageRequest } from "../source.ts";
import { onceEach, readItems, readJson } from "./json-page.ts";
import { layoutChanged } from "./layout-changed.ts";

const ID = "google-play";
/** What one answer holds at most. */
const PAGE_SIZE = 150;
const RPC = "UsvDTd";

const targetSchema = z.strictObject({
  app: z
    .string()
    .regex(/^[a-z]\w*(?:\.\w+)+$/i, "the app's package, for example com.example.app")
    .max(150)
    .describe("What follows `id=` in the app's address"),
  language: z
    .string()
    .regex(/^[a-z]{2}$/)
    .default("en")
    .describe("Only reviews in this language: the store shows one at a time"),
  country: z
    .string()
    .regex(/^[a-z]{2}$/)
    .default("us")
    .describe("The storefront that is asked"),
  pages: z.int().min(1).max(50).default(3).describe(`Pages of ${PAGE_SIZE} reviews, newest first`),
});
type AppTarget = z.infer<typeof targetSchema>;

/** `[["wrb.fr", rpc, "json in a text", …], …]`: the answer to our one question. */
const envelopeSchema = z
  .array(z.unknown())
  .transform((rows) => rows.find((row) => Array.isArray(row) && row[0] === "wrb.fr" && row[1] === RPC))
  .pipe(z.tuple([z.literal("wrb.fr"), z.literal(RPC), z.string().nullable()], z.unknown()));

const payloadSchema = z.tuple([z.array(z.unknown()).nullable()], z.unknown());

/** Seconds since 1970, and nanoseconds that nobody needs. */
const stamp = z
  .tuple([z.number()], z.unknown())
  .nullable()
  .catch(null)
  .transform((at) => (at === null ? null : String(at[0])));

/** By position, as read in the package google-play-scraper 10.1.3 (lib/reviews.js). */
const reviewSchema = z
  .array(z.unknown())
  .transform((at) => ({
    id: at[0],
    author: Array.isArray(at[1]) ? at[1][0] : null,
    score: at[2],
    text: at[4],
    date: at[5],
    reply: Array.isArray(at[7]) ? at[7][1] : null,
    replied: Array.isArray(at[7]) ? at[7][2] : null,
    version: at[10],
  }))
  .pipe(
    z.object({
      id: requiredId,
      author: toldText,
      score: toldNumber,
      text: toldText,
      date: stamp,
      reply: toldText,
      replied: stamp,
      version: toldText,
    }),
  );

const pageAt = ({ app, language, country }: AppTarget, token: string | null): PageRequest => {
  const question = [null, null, [2, 2, [PAGE_SIZE, null, token], null, []], [app, 7]];
  return pageRequest(
    `https://play.google.com/_/PlayStoreUi/data/batchexecute?rpcids=${RPC}&hl=${language}&gl=${country}`,
    {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded;charset=UTF-8" },
      body: `f.req=${encodeURIComponent(JSON.stringify([[[RPC, JSON.stringify(question), null, "generic"]]]))}`,
    },
  );
};

const inner = (text: string | null): unknown => {
  try {
    return JSON.parse(text ?? "null") as unknown;
  } catch {
    return undefined;
  }
};

const tokenOf = (payload: readonly unknown[]): string | null => {
  const token: unknown = Array.isArray(payload[1]) ? (payload[1] as unknown[])[1] : null;
  return typeof token === "string" && token !== "" ? token : null;
};

/** Reviews of an app on Google Play, by the interface that its own page uses. */
export const googlePlay = defineSource<AppTarget>({
  id: ID,
  title: "Google Play reviews",
  version: 1,
  requestsPerMinute: 6,
  transports: ["http"],
  target: targetSchema,
  example: { app: "com.example.app" },
  match: "all",
  orderOf: () => "newest",
  credentials: [],
  limits: [
    "Unverified: no captured answer of the interface was there to test it on, only what a scraper made of one",
    "Google's robots.txt forbids programs to use it: for your own apps use the Play Developer API (the last week), or import the console's export",
    "One language a target; ratings without words are not shown",
  ],

  titleOf: ({ app, language, country }) => `Google Play ${app} (${language}-${country})`,
  pageLimit: ({ pages }) => pages,
  start: (target) => [pageAt(target, null)],

  parse(page, target, { zone }) {
    const [, , answer] = readJson(ID, page, envelopeSchema);
    const payload = answer === null ? null : payloadSchema.safeParse(inner(answer)).data;
    // No review in this language is `null`, or a list that is not there; anything else is another shape.
    if (payload === undefined) throw layoutChanged(ID, page, "the answer's inner part has another shape");
    const dates = { fetchedAt: page.fetchedAt, zone };
    const drafts = readItems(ID, page, payload?.[0] ?? [], reviewSchema).map((review) =>
      draftOf({
        kind: "review",
        nativeId: review.id,
        url: `https://play.google.com/store/apps/details?id=${target.app}&reviewId=${encodeURIComponent(review.id)}`,
        text: tidy(review.text ?? ""),
        rating: ratingOn(review.score, 1, 5),
        language: target.language,
        author: review.author,
        reply: replyOf(review.reply === null ? null : tidy(review.reply), review.replied, dates),
        ...datesOf(review.date, null, dates),
        extra: extraOf({ version: review.version }),
      }),
    );
    const token = payload === null ? null : tokenOf(payload);
    return {
      drafts: onceEach(drafts),
      next: token === null || drafts.length === 0 ? [] : [pageAt(target, token)],
      publicRating: null,
      expected: null,
      complete: false,
      unreadable: (payload?.[0]?.length ?? 0) - drafts.length,
    };
  },
});
