import { PipelineError } from "@molva/contracts";
import { namesOf } from "./context.ts";
import { openRows } from "./open-rows.ts";
import { RowReader } from "./row-reader.ts";
import type { BrokenRow, ImportFormat, ImportItem, ImportOptions, RawRow, ReadRow, RejectedRow } from "./shapes.ts";

/** From the first rows it is told what the columns are; they are held until then. */
const SAMPLE_ROWS = 1000;
const SAMPLE_CHARACTERS = 8 * 1024 * 1024;

const sizeOf = (row: ReadRow): number => {
  if ("broken" in row) return row.raw.length;
  let size = 0;
  for (const cell of row.cells.values()) size += typeof cell === "string" ? cell.length : 16;
  return size;
};

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

const refused = ({ broken, ...row }: BrokenRow, bytes: number): RejectedRow => ({
  type: "rejected",
  reason: broken,
  bytes,
  ...row,
});

/**
 * Brings mentions in from a file of JSON Lines, a JSON list, CSV or a spreadsheet, as a stream: first the plan (how the file is read), then one item a
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
  const { format, delimiter, rows, state } = await openRows(stream, options);
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
