import { flat, type ExportColumn, type ExportRow } from "./columns.ts";
import { safeCell } from "./safe-cell.ts";

const quoted = (text: string): string => (/[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const cellOf = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  return quoted(typeof value === "string" ? safeCell(value) : JSON.stringify(value));
};

/** CSV as RFC 4180 has it, in UTF-8, with a line of names. */
export const csvLines = {
  head: (columns: readonly ExportColumn[]): string => `${columns.map(({ name }) => name).join(",")}\r\n`,
  row: (columns: readonly ExportColumn[], row: ExportRow): string =>
    `${columns.map(({ name }) => cellOf(flat(row[name]))).join(",")}\r\n`,
};

/** One JSON object a line, with the columns' own types. */
export const jsonLines = {
  head: (): string => "",
  row: (columns: readonly ExportColumn[], row: ExportRow): string =>
    `${JSON.stringify(Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null])))}\n`,
};

const PIECE = 64 * 1024;

/** Rows as text in pieces of some size. */
export const textPieces = async function* (
  format: typeof csvLines | typeof jsonLines,
  columns: readonly ExportColumn[],
  rows: AsyncIterable<ExportRow>,
): AsyncGenerator<Buffer> {
  let text = format.head(columns);
  for await (const row of rows) {
    text += format.row(columns, row);
    if (text.length < PIECE) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
};
