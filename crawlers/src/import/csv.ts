import { Readable } from "node:stream";
import { parse, type CsvError, type Info } from "csv-parse";
import { RAW_LIMIT, ROW_LIMIT } from "./cells.ts";
import type { BrokenRow, ReadRow } from "./shapes.ts";

interface Parsed {
  readonly record: readonly string[];
  readonly info: Info;
}

/** Two columns of one name would hide each other; a column without one cannot be mapped. */
export const headerOf = (record: readonly string[]): readonly string[] => {
  const seen = new Map<string, number>();
  return record.map((cell, i) => {
    const name = cell.trim() === "" ? `column ${i + 1}` : cell.trim();
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
};

/**
 * Rows of delimited text whose first record names the columns (RFC 4180, and what spreadsheets make of it). A row that is too short or too
 * long is read as far as it goes; what cannot be read at all is a broken row.
 */
export const readCsv = async function* (pieces: AsyncIterable<string>, delimiter: string): AsyncGenerator<ReadRow> {
  const broken: BrokenRow[] = [];
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: ROW_LIMIT,
    on_skip: (error: CsvError | undefined, raw: string | undefined) => {
      broken.push({
        line: Number(error?.["lines"] ?? 0),
        broken: error?.code === "CSV_MAX_RECORD_SIZE" ? "row-too-large" : "not-a-row",
        message:
          error?.code === "CSV_MAX_RECORD_SIZE"
            ? "the row is too large: is a quote never closed?"
            : `the row is not CSV (${error?.code ?? "unknown"})`,
        raw: (raw ?? "").slice(0, RAW_LIMIT),
      });
      return undefined;
    },
  });
  const source = Readable.from(pieces);
  source.once("error", (error) => parser.destroy(error));
  source.pipe(parser);
  let header: readonly string[] | null = null;
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      if (header === null) header = headerOf(record);
      else {
        const names = header;
        yield { line, cells: new Map(record.map((cell, i) => [names[i] ?? `column ${i + 1}`, cell])) };
      }
      line = info.lines + 1;
      yield* broken.splice(0);
    }
    yield* broken.splice(0);
  } finally {
    source.destroy();
    parser.destroy();
  }
};
