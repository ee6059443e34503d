import type { ListedMention, NsrRow } from "@molva/contracts";

/** What a column holds; times are instants as the JSON of every command prints them. */
export type ColumnType = "text" | "topics" | "number" | "integer" | "flag" | "time";

export interface ExportColumn {
  readonly name: string;
  readonly type: ColumnType;
}

export type ExportRow = Readonly<Record<string, unknown>>;

/** A list of topics as one cell: `delivery: negative; price: neutral`. Anything else as it is. */
export const flat = (value: unknown): unknown =>
  Array.isArray(value)
    ? (value as readonly ListedMention["topics"][number][]).map(({ topic, label }) => `${topic}: ${label}`).join("; ")
    : value;

const typed = (type: ColumnType, names: readonly string[]): readonly ExportColumn[] =>
  names.map((name) => ({ name, type }));

const MENTION_FIELDS: readonly (readonly [keyof ListedMention, ColumnType])[] = [
  ["id", "text"],
  ["brand", "text"],
  ["source", "text"],
  ["kind", "text"],
  ["publishedAt", "time"],
  ["precision", "text"],
  ["label", "text"],
  ["confidence", "number"],
  ["provenance", "text"],
  ["onEarlierText", "flag"],
  ["rating", "number"],
  ["ratingMax", "number"],
  ["language", "text"],
  ["region", "text"],
  ["topics", "topics"],
  ["title", "text"],
  ["text", "text"],
  ["url", "text"],
];
export const MENTION_COLUMNS: readonly ExportColumn[] = MENTION_FIELDS.map(([name, type]) => ({ name, type }));

const RATES: readonly (keyof NsrRow)[] = [
  "previous",
  "nsr",
  "low",
  "high",
  "nsrPolar",
  "polarLow",
  "polarHigh",
  "nsrAdjusted",
  "adjustedLow",
  "adjustedHigh",
];

/** @param by the dimension that splits the rows; null when none does */
export const nsrColumns = (by: string | null): readonly ExportColumn[] => [
  ...typed("text", ["brand"]),
  ...typed("time", ["from", "to"]),
  ...typed("text", by === null ? [] : [by]),
  ...typed("integer", ["positive", "neutral", "negative", "unscored", "n", "originals"]),
  ...typed("number", RATES),
  ...typed("text", ["verdict", "state"]),
  ...typed("time", ["asOf"]),
];
