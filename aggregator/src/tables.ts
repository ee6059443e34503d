import type { Table } from "@molva/contracts";
import { z } from "zod";

/** Of 128 or 64 bits, without a sign: an id as the contracts write it. */
const id128 = z.string().regex(/^[0-9a-f]{32}$/);
const id64 = z.string().regex(/^[0-9a-f]{16}$/);
const flag = z.union([z.literal(0), z.literal(1)]);
const millis = z.int().nonnegative();
/** A 64-bit number of an answer that is known to lie below 2^53: the store writes it as text. */
export const whole = z.coerce.number().int();
/** Milliseconds since 1970. */
const instant = z.int();
/** Seconds since 1970, on the hour. */
const hour = z.int().nonnegative().multipleOf(3600);
const text = z.string();
/** A probability in ten-thousandths. */
const share = z.int().min(0).max(10_000);

export const factRowSchema = z.strictObject({
  brand: text,
  hour,
  source: text,
  id: id128,
  kind: z.enum(["content", "gone", "human", "exclude", "undo", "group"]),
  model: text,
  event: id64,
  at: instant,
  /** How long the stretch is that the date names, in seconds. */
  span: millis,
  precision: z.enum(["", "year", "month", "day", "hour", "minute", "second"]),
  origin: z.enum(["", "source", "relative", "fetch"]),
  clamped: flag,
  /** observedAt or decidedAt, in milliseconds. */
  ver: millis,
  /** The log's append time, in milliseconds. */
  known: millis,
  first: z.bigint().nonnegative(),
  input: id64,
  label: z.enum(["", "unscored", "negative", "neutral", "positive"]),
  p_negative: share,
  p_neutral: share,
  p_positive: share,
  form: text,
  rating: text,
  rating_value: z.number(),
  rating_max: z.number(),
  language: text,
  region: text,
  topics: z.array(text),
  /** Of each topic; '' is the mention's label. */
  topic_labels: z.array(z.enum(["", "negative", "neutral", "positive"])),
  /** When the topics were drawn anew, in milliseconds; 0: with the label. */
  topic_ver: millis,
  /** When the brand answered, in milliseconds; 0: no answer, 1: at a time that is not told to the hour. */
  answered: millis,
  grp: text,
  audit: flag,
  by: text,
  reason: text,
  undoes: id64,
});
export type FactRow = z.infer<typeof factRowSchema>;
export const FACT: Table<FactRow> = {
  name: "fact",
  row: factRowSchema,
  typed: true,
  hex: ["id", "event", "input", "undoes"],
};

/** A copy of a row in another hour differs in `hour` alone. */
export const FACT_COLUMNS = Object.keys(factRowSchema.shape) as readonly (keyof FactRow)[];

const placeRowSchema = z.strictObject({ id: id128, hour, brand: text, source: text });
export type PlaceRow = z.infer<typeof placeRowSchema>;
export const PLACE: Table<PlaceRow> = { name: "place", row: placeRowSchema, typed: true, hex: ["id"] };

const choiceRowSchema = z.strictObject({
  brand: text,
  model: text,
  rank: millis,
  by: text,
  ver: millis,
  known: millis,
  first: z.bigint().nonnegative(),
});
export type ChoiceRow = z.infer<typeof choiceRowSchema>;
export const CHOICE: Table<ChoiceRow> = { name: "choice", row: choiceRowSchema };

const textRowSchema = z.strictObject({
  id: id128,
  input: id64,
  ver: millis,
  brand: text,
  title: text,
  text,
  url: text,
  author: text,
  reply: text,
  reach: z.number(),
  edited: instant,
  extra: z.record(z.string(), text),
  /** 1 until retention clears the row's words. */
  kept: flag,
});
export type TextRow = z.infer<typeof textRowSchema>;
export const MENTION_TEXT: Table<TextRow> = {
  name: "mention_text",
  row: textRowSchema,
  typed: true,
  hex: ["id", "input"],
};
