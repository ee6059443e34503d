import type { ListedMention, MeasuredRow } from "@molva/contracts";

/** What a column holds; times are instants as the JSON of every command prints them. */
export type ColumnType = "text" | "list" | "number" | "integer" | "flag" | "time";

export interface ExportColumn {
  readonly name: string;
  readonly type: ColumnType;
}

export type ExportRow = Readonly<Record<string, unknown>>;

type Item = string | ListedMention["topics"][number];

/** A list as one cell: `delivery: negative; price: neutral`, `aurora; borealis`. Anything else as it is. */
export const flat = (value: unknown): unknown =>
  Array.isArray(value)
    ? (value as readonly Item[])
        .map((item) => (typeof item === "string" ? item : `${item.topic}: ${item.label}`))
        .join("; ")
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
  ["topics", "list"],
  ["title", "text"],
  ["text", "text"],
  ["url", "text"],
];
export const MENTION_COLUMNS: readonly ExportColumn[] = MENTION_FIELDS.map(([name, type]) => ({ name, type }));

const measured = (type: ColumnType, names: readonly (keyof MeasuredRow)[]): readonly ExportColumn[] =>
  typed(type, names);

/** @param by the dimension that splits the rows; null when none does */
export const nsrColumns = (by: string | null): readonly ExportColumn[] => [
  ...measured("text", ["brand"]),
  ...measured("time", ["from", "to"]),
  ...typed("text", by === null ? [] : [by]),
  ...measured("integer", ["positive", "neutral", "negative", "unscored", "n", "originals"]),
  ...measured("number", ["previous", "nsr", "low", "high", "nsrPolar", "polarLow", "polarHigh"]),
  ...measured("text", ["verdict", "state"]),
  ...measured("number", ["nsrAdjusted", "adjustedLow", "adjustedHigh", "opinionLow", "opinionHigh"]),
  ...measured("text", ["adjustedState"]),
  ...measured("integer", ["audits", "auditsInside"]),
  ...measured("number", ["negativeShare", "negativeLow", "negativeHigh", "voiceShare", "voiceLow", "voiceHigh"]),
  ...measured("integer", ["voiceOf"]),
  ...measured("list", ["voiceAgainst"]),
  ...measured("integer", ["rated"]),
  ...measured("number", ["reviewCsat", "csatLow", "csatHigh", "meanRating", "ratingLow", "ratingHigh"]),
  ...measured("integer", ["volume"]),
  ...measured("number", ["volumeLow", "volumeHigh"]),
  ...measured("time", ["asOf"]),
];
