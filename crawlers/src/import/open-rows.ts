import { PipelineError } from "@molva/contracts";
import { readCsv } from "./csv.ts";
import { decodeStream } from "./decode.ts";
import { delimiterOf, formatOf, HEAD } from "./format.ts";
import { readJson } from "./json.ts";
import { readJsonLines } from "./jsonl.ts";
import { peek } from "./pieces.ts";
import type { ImportFormat, ImportOptions, ReadRow } from "./shapes.ts";
import { collected, isOldSpreadsheet, isSpreadsheet, readXlsx } from "./xlsx/read-xlsx.ts";

export type RowOptions = Pick<ImportOptions, "format" | "encoding" | "name" | "sheet">;

export interface OpenRows {
  readonly format: ImportFormat;
  readonly delimiter: string | null;
  readonly rows: AsyncIterable<ReadRow>;
  /** Both change while the rows are read. */
  readonly state: { readonly bytes: number; readonly encoding: string };
}

const MAGIC = 4;

/** The first bytes, and a stream that still holds them. */
const peekBytes = async (
  stream: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: Uint8Array; readonly all: AsyncIterable<Uint8Array> }> => {
  const iterator = stream[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < MAGIC) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  const all = async function* (): AsyncGenerator<Uint8Array> {
    try {
      if (head.length > 0) yield head;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  };
  return { head, all: all() };
};

/**
 * Rows of a file as it holds them, its format told from its name and first bytes where it is not given.
 * @throws {PipelineError} `USAGE` for an unknown encoding, a spreadsheet of before 2007 and one that cannot be read.
 */
export const openRows = async (stream: AsyncIterable<Uint8Array>, options: RowOptions): Promise<OpenRows> => {
  const { head: magic, all: bytes } = await peekBytes(stream);
  if (isOldSpreadsheet(magic))
    throw new PipelineError(
      "This is an old XLS workbook, or one with a password: save it as XLSX without a password, or as CSV",
      { code: "USAGE", recovery: "exit" },
    );
  if (options.format === "xlsx" || (options.format === null && isSpreadsheet(magic))) {
    const whole = await collected(bytes);
    const state = { bytes: whole.length, encoding: "utf-8" };
    return { format: "xlsx", delimiter: null, rows: readXlsx(whole, options.sheet ?? null), state };
  }
  const { pieces, state } = decodeStream(bytes, options.encoding);
  const { head, all } = await peek(pieces, HEAD);
  const format = options.format ?? formatOf(head, options.name);
  const delimiter = format === "csv" ? delimiterOf(head) : null;
  if (delimiter !== null) return { format, delimiter, rows: readCsv(all, delimiter), state };
  return { format, delimiter, rows: format === "json" ? readJson(head, all) : readJsonLines(all), state };
};
