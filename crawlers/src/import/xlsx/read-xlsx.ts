import { PipelineError } from "@molva/contracts";
import { RAW_LIMIT, ROW_LIMIT } from "../cells.ts";
import { headerOf } from "../csv.ts";
import type { ReadRow } from "../shapes.ts";
import { openArchive, unusable } from "./archive.ts";
import { cellText } from "./cell-text.ts";
import { readElements } from "./elements.ts";
import { readWorkbook, type Workbook } from "./workbook.ts";

/** A packed workbook is held in memory; what it unpacks to is not. */
const FILE_BYTES = 512 * 1024 ** 2;
/** What the format itself allows. */
const MOST_ROWS = 1_048_576;
const MOST_COLUMNS = 500;

export const isSpreadsheet = (head: Uint8Array): boolean => head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03;
/** XLS of before 2007, and workbooks with a password. */
export const isOldSpreadsheet = (head: Uint8Array): boolean =>
  head[0] === 0xd0 && head[1] === 0xcf && head[2] === 0x11 && head[3] === 0xe0;

export const collected = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += piece.length;
    if (size > FILE_BYTES) throw unusable(`it has more than ${FILE_BYTES / 1024 ** 2} MiB; save the sheet as CSV`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
};

/** `BC7` → 54: columns are numbered from 0; −1 where no column is named. */
const columnOf = (place: string | undefined): number => {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/u.exec(place ?? "")?.[0] ?? "") column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
};

/** Collects one sheet's rows; each is ready when its element ends. */
class SheetRows {
  readonly ready: { readonly line: number; readonly cells: readonly string[]; readonly tooLarge: boolean }[] = [];
  readonly #book: Workbook;
  #line = 0;
  #cells: string[] = [];
  #size = 0;
  #column = -1;
  #type = "";
  #style = 0;
  #value = "";
  #reading = false;

  constructor(book: Workbook) {
    this.#book = book;
  }

  open(name: string, a: Readonly<Record<string, string>>): void {
    if (name === "row") {
      this.#line = Number(a["r"]) || this.#line + 1;
      [this.#cells, this.#size, this.#column] = [[], 0, -1];
    } else if (name === "c") {
      const named = columnOf(a["r"]);
      this.#column = named >= 0 ? named : this.#column + 1;
      [this.#type, this.#style, this.#value] = [a["t"] ?? "n", Number(a["s"] ?? 0), ""];
    } else if (name === "v" || name === "t") this.#reading = name === "t" ? this.#type === "inlineStr" : true;
    else if (name === "rPh") this.#type = "phonetic";
  }

  text(piece: string): void {
    if (!this.#reading) return;
    this.#size += piece.length;
    if (this.#size <= ROW_LIMIT) this.#value += piece;
  }

  close(name: string): void {
    if (name === "v" || name === "t") this.#reading = false;
    else if (name === "rPh") this.#type = "inlineStr";
    else if (name === "c" && this.#column >= 0 && this.#column < MOST_COLUMNS) {
      const text = cellText({ type: this.#type, style: this.#style, value: this.#value }, this.#book);
      this.#size += this.#type === "s" ? text.length : 0;
      while (this.#cells.length < this.#column) this.#cells.push("");
      this.#cells[this.#column] = text;
    } else if (name === "row")
      this.ready.push({ line: this.#line, cells: this.#cells, tooLarge: this.#size > ROW_LIMIT });
  }
}

/**
 * Rows of one sheet, whose first row with anything in it names the columns. The packed file is in memory, its rows are not.
 * @param sheet a sheet's name; null: the first that is not hidden
 * @throws {PipelineError} `USAGE` for what is no XLSX, is damaged, would unpack to more than a sheet ever is, or lacks the sheet.
 */
export const readXlsx = async function* (bytes: Buffer, sheet: string | null): AsyncGenerator<ReadRow> {
  const archive = await openArchive(bytes);
  try {
    const book = await readWorkbook(archive, sheet);
    const pieces = archive.text(book.sheetPart);
    if (pieces === null) throw unusable(`its sheet "${book.sheetName}" is missing`);
    const rows = new SheetRows(book);
    let names: readonly string[] | null = null;
    let count = 0;
    for await (const _ of readElements(pieces, rows)) {
      for (const { line, cells, tooLarge } of rows.ready.splice(0)) {
        if (cells.every((cell) => cell.trim() === "")) continue;
        count += 1;
        if (count > MOST_ROWS) throw unusable(`it has more than ${MOST_ROWS} rows, which no spreadsheet can`);
        if (names === null) names = headerOf(cells);
        else if (tooLarge)
          yield {
            line,
            broken: "row-too-large",
            message: "the row is too large",
            raw: cells.join(" ").slice(0, RAW_LIMIT),
          };
        else {
          const header: readonly string[] = names;
          yield { line, cells: new Map(cells.map((cell, i) => [header[i] ?? `column ${i + 1}`, cell])) };
        }
      }
    }
  } catch (error) {
    throw error instanceof PipelineError ? error : unusable("it is damaged; save it again", error);
  } finally {
    archive.close();
  }
};
