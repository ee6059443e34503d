import { mentionIdOf, PipelineError, TEXT_LIMIT, type Instant, type Mention } from "@molva/contracts";
import { parseDate, type SlashOrder } from "@molva/text";
import { mentionOf } from "../round/mention.ts";
import { canonicalJson, shortHash } from "../round/target.ts";
import { draftOfRow, type FileContext, type FileDraft, type Refusal } from "../sources/file.ts";
import { RAW_LIMIT } from "./cells.ts";
import { columnsFor, type Columns } from "./columns.ts";
import { readCsv } from "./csv.ts";
import { decodeStream } from "./decode.ts";
import { delimiterOf, formatOf, HEAD } from "./format.ts";
import { canonicalOf, FileHistory, FileIdentity, idOf, type RowIdentity } from "./identity.ts";
import { readJson } from "./json.ts";
import { readJsonLines } from "./jsonl.ts";
import { peek } from "./pieces.ts";
import type {
  BrokenRow,
  ImportFormat,
  ImportItem,
  ImportOptions,
  RawRow,
  ReadRow,
  RejectedRow,
  RejectReason,
} from "./shapes.ts";
import { bottomOf, textOf } from "./values.ts";

/** From the first rows it is told what the columns are; they are held until then. */
const SAMPLE_ROWS = 1000;
const SAMPLE_CHARACTERS = 8 * 1024 * 1024;

/** Counts up when the same row is read differently, so that a file imported before is taken in anew. */
const READING = 1;

const sizeOf = (row: ReadRow): number => {
  if ("broken" in row) return row.raw.length;
  let size = 0;
  for (const cell of row.cells.values()) size += typeof cell === "string" ? cell.length : 16;
  return size;
};

const rawOf = (cells: ReadonlyMap<string, unknown>): string =>
  JSON.stringify(Object.fromEntries(cells)).slice(0, RAW_LIMIT);

const rejected = (row: RawRow, bytes: number, reason: RejectReason, message: string): RejectedRow => ({
  type: "rejected",
  line: row.line,
  bytes,
  reason,
  message,
  raw: rawOf(row.cells),
});

/** A number above 12 in front of a slash can only be a day. */
const slashOrderOf = (dates: readonly string[]): SlashOrder =>
  dates.some((date) => Number(/^\s*(\d{1,2})\/\d{1,2}\/\d{2,4}/u.exec(date)?.[1] ?? 0) > 12) ? "dmy" : "mdy";

const kindOf = (columns: Columns, options: ImportOptions): FileContext["kind"] => {
  if (options.kind !== undefined && options.kind !== null) return options.kind;
  const names = Object.values(columns).join(" ");
  if (/review|отзыв/iu.test(names)) return "review";
  return /comment|комментар/iu.test(names) ? "comment" : null;
};

/** The file's own time, unless its rows are newer than that: archives set such times at will. */
const referenceOf = (dates: readonly string[], zone: string, slashes: SlashOrder, options: ImportOptions): Instant => {
  const { writtenAt = null, fetchedAt } = options;
  if (writtenAt === null || writtenAt > fetchedAt) return fetchedAt;
  return dates.some((date) => parseDate(date, { fetchedAt: writtenAt, zone, slashes })?.clamped === true)
    ? fetchedAt
    : writtenAt;
};

const identityOf = (row: RawRow, found: FileDraft, columns: Columns, options: ImportOptions): RowIdentity => ({
  id: columns.id === undefined ? "" : idOf(row.cells.get(columns.id)),
  url: canonicalOf(found.draft.url),
  author: found.draft.author,
  printedDate: found.draft.publishedAt?.from === "source" ? found.draft.printedDate : null,
  title: found.draft.title,
  text: found.draft.text,
  rating: found.draft.rating === null ? "" : String(found.draft.rating.value),
  brandId: found.brandId,
  sourceId: options.source,
});

/**
 * The same for the same row, whenever it is imported: dates count as they are printed, for what "yesterday" and a missing year resolve to
 * moves with the time of the import.
 */
const hashOf = (mention: Mention, found: FileDraft): string =>
  shortHash(
    canonicalJson([
      READING,
      { ...mention, publishedAt: null, editedAt: mention.editedAt === null ? null : mention.editedAt.precision },
      [found.draft.printedDate, found.printedFetch, found.zone, found.publishedAt.clamped],
    ]),
  );

const refused = ({ broken, ...row }: BrokenRow, bytes: number): RejectedRow => ({
  type: "rejected",
  reason: broken,
  bytes,
  ...row,
});

const isRefusal = (found: FileDraft | Refusal): found is Refusal => "reason" in found;

interface Sample {
  readonly rows: readonly ReadRow[];
  /** The file has no more rows than these. */
  readonly whole: boolean;
  readonly rest: AsyncIterator<ReadRow>;
}

const takeSample = async (rows: AsyncIterable<ReadRow>): Promise<Sample> => {
  const rest = rows[Symbol.asyncIterator]();
  const taken: ReadRow[] = [];
  let characters = 0;
  while (taken.length < SAMPLE_ROWS && characters < SAMPLE_CHARACTERS) {
    const next = await rest.next();
    if (next.done === true) return { rows: taken, whole: true, rest };
    taken.push(next.value);
    characters += sizeOf(next.value);
  }
  return { rows: taken, whole: false, rest };
};

const unreadable = (row: ReadRow | undefined, format: ImportFormat): PipelineError =>
  new PipelineError(
    `None of the first ${SAMPLE_ROWS} rows could be read as ${format}${row !== undefined && "broken" in row ? ` (line ${row.line}: ${row.message})` : ""}. Say what the file is with --format`,
    { code: "USAGE", recovery: "exit" },
  );

const rowsOf = function* (rows: readonly ReadRow[]): Generator<RawRow> {
  for (const row of rows) if (!("broken" in row)) yield row;
};

const namesOf = (rows: readonly RawRow[]): ReadonlySet<string> => new Set(rows.flatMap((row) => [...row.cells.keys()]));

const contextOf = (rows: readonly RawRow[], options: ImportOptions): FileContext => {
  const columns = columnsFor(namesOf(rows), options);
  const cellsOf = (column: string | undefined): readonly string[] =>
    column === undefined ? [] : rows.map((row) => textOf(row.cells.get(column))).filter((cell) => cell !== "");
  const dates = cellsOf(columns.publishedAt);
  const slashes = options.slashes ?? slashOrderOf(dates);
  const max = options.ratingMax ?? 5;
  // Whose zone it is matters little here: a file is not older than its rows by hours.
  const zone = options.brand === null ? "UTC" : options.zoneOf(options.brand);
  return {
    columns,
    options,
    slashes,
    scale: { min: options.ratingMin ?? bottomOf(max), max },
    kind: kindOf(columns, options),
    reference: referenceOf(dates, zone, slashes, options),
  };
};

/** Reads rows one by one once it is known what the columns are. */
class RowReader {
  readonly #context: FileContext;
  readonly #identity: FileIdentity;
  readonly #history = new FileHistory();

  /** @param sample the first rows, at least one */
  constructor(sample: readonly RawRow[], options: ImportOptions) {
    const context = contextOf(sample, options);
    this.#context = context;
    const identities = sample.flatMap((row) => {
      const found = draftOfRow(row.cells, context);
      return isRefusal(found) ? [] : [identityOf(row, found, context.columns, options)];
    });
    this.#identity = new FileIdentity(context.columns, options.map, identities);
  }

  /** Without a column of ids that is none. */
  get columns(): Columns {
    const { id, ...others } = this.#context.columns;
    return id === undefined || this.#identity.order.includes("id") ? this.#context.columns : others;
  }

  get ignored(): readonly string[] {
    const { id } = this.#context.columns;
    return id === undefined || !this.#identity.numbersRows ? [] : [id];
  }

  get identity(): FileIdentity["order"] {
    return this.#identity.order;
  }

  /** An id that did not become the identity is kept beside it; a row number is not, for it changes with every export. */
  #unusedId(id: string, key: string): Readonly<Record<string, string>> {
    const column = textOf(this.#context.columns.id);
    if (id === "" || id === key || column === "__proto__" || this.#identity.numbersRows) return {};
    return { [column]: textOf(id.slice(0, 200)) };
  }

  read(row: RawRow, bytes: number): ImportItem {
    const { columns, options } = this.#context;
    const found = draftOfRow(row.cells, this.#context);
    if (isRefusal(found)) return rejected(row, bytes, found.reason, found.message);
    const says = identityOf(row, found, columns, options);
    const key = this.#identity.keyOf(says);
    const place = {
      brandId: found.brandId,
      sourceId: options.source,
      mentionId: mentionIdOf(found.brandId, options.source, key),
    };
    const draft = { ...found.draft, extra: { ...found.draft.extra, ...this.#unusedId(says.id, key) } };
    const mention = mentionOf(draft, place, found.publishedAt, options.fetchedAt, options.hashAuthor);
    const hash = hashOf(mention, found);
    return {
      type: "mention",
      line: row.line,
      bytes,
      mention,
      hash,
      fetchedAt: found.fetchedAt,
      ...this.#history.next(mention.mentionId, hash),
      notes: found.draft.text.length > TEXT_LIMIT ? ["text-cut", ...found.notes] : found.notes,
    };
  }
}

const readRows = (head: string, all: AsyncIterable<string>, options: ImportOptions) => {
  const format = options.format ?? formatOf(head, options.name);
  const delimiter = format === "csv" ? delimiterOf(head) : null;
  if (delimiter !== null) return { format, delimiter, rows: readCsv(all, delimiter) };
  return { format, delimiter, rows: format === "json" ? readJson(head, all) : readJsonLines(all) };
};

/**
 * Brings mentions in from a file of JSON Lines, a JSON list, or CSV, as a stream: first the plan (how the file is read), then one item a
 * row, in the order of the file. A row that cannot be used is an item of its own and never ends the import.
 *
 * The same file gives the same mention ids and the same hashes whenever and wherever it is imported. Memory: the first 1000 rows, and about
 * 200 bytes a row for what was seen (up to two million rows).
 *
 * @throws {PipelineError} `USAGE` (exit), with what to write instead: an unknown encoding, a mapped column that is not there, no column of
 * text, no brand. What the stream itself throws passes through.
 */
export const readImport = async function* (
  stream: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): AsyncGenerator<ImportItem> {
  const { pieces, state } = decodeStream(stream, options.encoding);
  const { head, all } = await peek(pieces, HEAD);
  const { format, delimiter, rows } = readRows(head, all, options);
  const sample = await takeSample(rows);
  try {
    const good = [...rowsOf(sample.rows)];
    if (good.length === 0 && !sample.whole) throw unreadable(sample.rows[0], format);
    const reader = good.length === 0 ? null : new RowReader(good, options);
    const used = new Set([...Object.values(reader?.columns ?? {}), ...(reader?.ignored ?? [])]);
    yield {
      type: "plan",
      format,
      encoding: state.encoding,
      delimiter,
      columns: reader?.columns ?? {},
      ignored: reader?.ignored ?? [],
      extra: [...namesOf(good)].filter((name) => !used.has(name)),
      identity: reader?.identity ?? ["content"],
      bytes: state.bytes,
    };
    const itemOf = (row: ReadRow): readonly ImportItem[] => {
      if ("broken" in row) return [refused(row, state.bytes)];
      return reader === null ? [] : [reader.read(row, state.bytes)];
    };
    for (const row of sample.rows) yield* itemOf(row);
    for (let next = await sample.rest.next(); next.done !== true; next = await sample.rest.next())
      yield* itemOf(next.value);
  } finally {
    await sample.rest.return?.();
  }
};
