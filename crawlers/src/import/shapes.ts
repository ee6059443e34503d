import type { BrandId, Instant, Mention, MENTION_KINDS, SourceId } from "@molva/contracts";
import type { SlashOrder } from "@molva/text";

export const IMPORT_FORMATS = ["jsonl", "json", "csv", "xlsx"] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** What a column of a file can be; `--map FIELD=COLUMN` names them. */
export const IMPORT_FIELDS = [
  "id",
  "text",
  "title",
  "url",
  "author",
  "rating",
  "publishedAt",
  "editedAt",
  "language",
  "region",
  "brand",
  "reply",
  "repliedAt",
  "kind",
  "fetchedAt",
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

export interface ImportOptions {
  readonly source: SourceId;
  /** The brand of every row; null: a column says it. */
  readonly brand: BrandId | null;
  /** The brand a name in a column means; default `brandIdFor`. Null: the name is unusable, the row is rejected. */
  readonly brandOf?: (name: string) => BrandId | null;
  /** Field → column. What is not mapped is guessed from the columns' names. */
  readonly map: Readonly<Partial<Record<ImportField, string>>>;
  /** IANA zone of dates without one: `--tz`, else the source's, else the brand's, else UTC. */
  readonly zoneOf: (brand: BrandId) => string;
  /** Top of the rating scale; default 5. */
  readonly ratingMax?: number;
  /** Bottom of it; default 1 up to a top of 5, else 0. */
  readonly ratingMin?: number;
  /** Null: told from the file's name and first characters. */
  readonly format: ImportFormat | null;
  /** Of a spreadsheet: which sheet; default the first that is not hidden. */
  readonly sheet?: string | null;
  /** WHATWG name, e.g. `windows-1251`. Null: told from the bytes. */
  readonly encoding: string | null;
  /** The file's name, for its ending; null: standard input. */
  readonly name: string | null;
  /** The time of the import: no date may exceed it. */
  readonly fetchedAt: Instant;
  /**
   * When the file was written (its modification time); null for standard input. What "yesterday" and dates without a year are told from
   * when no column says when a row was fetched, and the date of rows that have none. Not believed when rows are newer.
   */
  readonly writtenAt?: Instant | null;
  readonly hashAuthor: (name: string) => string;
  /** Null: `review` when there is a rating or the columns speak of reviews, `comment` when they speak of comments, else `post`. */
  readonly kind?: (typeof MENTION_KINDS)[number] | null;
  /** How `03/04/2024` is read; default: told from the first rows, else month first. */
  readonly slashes?: SlashOrder;
}

/** What was done to a row that came in all the same. */
export type ImportNote =
  | "text-cut"
  | "no-date"
  | "date-clamped"
  | "rating-ignored"
  | "url-ignored"
  | "extra-cut"
  | "bad-characters";

export type RejectReason = "not-a-row" | "row-too-large" | "no-text" | "no-brand" | "bad-brand" | "bad-date";

/** How the file is read: the first item, before any row. */
export interface ImportPlan {
  readonly type: "plan";
  readonly format: ImportFormat;
  readonly encoding: string;
  readonly delimiter: string | null;
  /** Field → column, as mapped or guessed. */
  readonly columns: Readonly<Partial<Record<ImportField, string>>>;
  /** A column called like an id that only numbers the rows: not kept, for the next export gives its numbers to other reviews. */
  readonly ignored: readonly string[];
  /** Columns that go to `extra`. */
  readonly extra: readonly string[];
  /** What tells one mention from another, best first; `content` is author, date and the beginning of title or text. */
  readonly identity: readonly ("id" | "url" | "content")[];
  /** Bytes of the stream read so far. */
  readonly bytes: number;
}

export interface ImportRow {
  readonly type: "mention";
  /** Line of the file at which the row begins, from 1. */
  readonly line: number;
  readonly bytes: number;
  readonly mention: Mention;
  /** 16 hex digits: equal when the same row comes again, whenever that is; an edit changes it. */
  readonly hash: string;
  /** When the row says it was fetched; null when it does not. Orders content better than the time of the import. */
  readonly fetchedAt: Instant | null;
  /** An earlier row of this file has the same identity and content. */
  readonly duplicate: boolean;
  /** How many earlier rows of this file have the same identity and other content: the highest is the newest. */
  readonly version: number;
  readonly notes: readonly ImportNote[];
}

export interface RejectedRow {
  readonly type: "rejected";
  readonly line: number;
  readonly bytes: number;
  readonly reason: RejectReason;
  /** For people: what is wrong and what to do. Holds no text of the row beyond the value that was refused. */
  readonly message: string;
  /** The row as it was read, for the file of rejected rows; at most 10 000 characters. */
  readonly raw: string;
}

export type ImportItem = ImportPlan | ImportRow | RejectedRow;

/** A row as the file holds it, before anything is known about its columns. */
export interface RawRow {
  readonly line: number;
  /** A Map, for a column may be called `__proto__`. */
  readonly cells: ReadonlyMap<string, unknown>;
}
/** What stands where a row should be. */
export interface BrokenRow extends Omit<RejectedRow, "type" | "reason" | "bytes"> {
  readonly broken: "not-a-row" | "row-too-large";
}
export type ReadRow = RawRow | BrokenRow;
