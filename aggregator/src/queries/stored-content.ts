import {
  inputOf,
  instantOf,
  MENTION_KINDS,
  PRECISIONS,
  type BrandId,
  type Fact,
  type Mention,
  type MentionId,
  type SourceId,
} from "@molva/contracts";
import { z } from "zod";
import { whole } from "../tables.ts";

/** A content fact as the store keeps it, its words beside it. */
export const storedContent = z.object({
  id: z.string(),
  brand: z.string(),
  source: z.string(),
  form: z.enum(MENTION_KINDS),
  ver: whole,
  at: whole,
  precision: z.enum(PRECISIONS),
  origin: z.enum(["source", "relative", "fetch"]),
  clamped: z.int(),
  input: z.string(),
  rating_value: z.number(),
  rating_max: z.number(),
  language: z.string(),
  region: z.string(),
  grp: z.string(),
  title: z.string(),
  text: z.string(),
  url: z.string(),
  author: z.string(),
  reply: z.string(),
  answered: whole,
  reach: z.number(),
  edited: whole,
  extra: z.record(z.string(), z.string()),
  kept: z.int(),
});
export type StoredContent = z.infer<typeof storedContent>;

/** All of a content fact but what a model says. */
export type StoredFact = Pick<
  Extract<Fact, { readonly type: "content" }>,
  "mention" | "observedAt" | "input" | "language" | "group"
>;

const orNull = (text: string): string | null => (text === "" ? null : text);

/** Bottoms of rating scales, the usual ones first: the store keeps the top alone. */
const BOTTOMS = [1, 0, -1, -5, -10] as const;

/**
 * What the model read, as it was: of the ways in which the columns may be read back, the one whose hash is the input's. Text that the store
 * could not keep to the letter (half a character pair) has none; then the usual scale is taken.
 */
const readBack = (row: StoredContent, input: string): Pick<Mention, "title" | "rating"> => {
  const titles = row.title === "" ? [null, ""] : [row.title];
  const bottoms = BOTTOMS.filter((min) => min < row.rating_max && min <= row.rating_value);
  const ratings: readonly Mention["rating"][] =
    row.rating_max === 0
      ? [null, ...bottoms.map((min) => ({ value: row.rating_value, min, max: row.rating_max }))]
      : bottoms.map((min) => ({ value: row.rating_value, min, max: row.rating_max }));
  for (const title of titles)
    for (const rating of ratings) if (inputOf({ title, text: row.text, rating }) === input) return { title, rating };
  return { title: titles[0] ?? null, rating: ratings[0] ?? null };
};

/** The fact that a row was written from. Null when its words are no longer there, by retention or by erasure. */
export const storedFactOf = (row: StoredContent): StoredFact | null => {
  if (row.kept === 0) return null;
  const input = BigInt(row.input).toString(16).padStart(16, "0");
  const mention: Mention = {
    mentionId: row.id as MentionId,
    brandId: row.brand as BrandId,
    sourceId: row.source as SourceId,
    kind: row.form,
    url: orNull(row.url),
    text: row.text,
    language: orNull(row.language),
    region: orNull(row.region),
    authorHash: orNull(row.author),
    reach: row.reach === 0 ? null : row.reach,
    reply: row.reply === "" ? null : { text: row.reply, at: row.answered <= 1 ? null : instantOf(row.answered) },
    publishedAt: { at: instantOf(row.at), precision: row.precision, from: row.origin, clamped: row.clamped === 1 },
    editedAt:
      row.edited === 0 ? null : { at: instantOf(row.edited), precision: "second", from: "source", clamped: false },
    extra: row.extra,
    ...readBack(row, input),
  };
  return { mention, observedAt: instantOf(row.ver), input, language: mention.language, group: orNull(row.grp) };
};
