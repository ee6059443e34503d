import { Readable } from "node:stream";
import { ZipFile } from "yazl";
import { flat, type ExportColumn, type ExportRow } from "./columns.ts";
import { safeCell } from "./safe-cell.ts";

/** With the line of names, what a sheet can hold. */
const SHEET_ROWS = 1_048_575;
/** What a cell can hold. */
const CELL_CHARACTERS = 32_767;
const PIECE = 64 * 1024;

const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** Signs that XML cannot hold at all. */
// eslint-disable-next-line no-control-regex -- exactly these
const NO_XML = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu;
const escaped = (text: string): string =>
  text
    .replaceAll(NO_XML, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;")
    // What a spreadsheet would take for an escape of its own.
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/gu, "_x005F_");

const textCell = (text: string): string =>
  `<c t="inlineStr"><is><t xml:space="preserve">${escaped(safeCell(text).slice(0, CELL_CHARACTERS))}</t></is></c>`;

const cellOf = (value: unknown): string => {
  if (value === null || value === undefined) return "<c/>";
  if (typeof value === "number") return Number.isFinite(value) ? `<c><v>${value}</v></c>` : "<c/>";
  if (typeof value === "boolean") return `<c t="b"><v>${value ? 1 : 0}</v></c>`;
  return textCell(typeof value === "string" ? value : JSON.stringify(value));
};

const sheetPieces = async function* (
  columns: readonly ExportColumn[],
  rows: AsyncIterator<ExportRow>,
  first: ExportRow | null,
  most: number,
  full: (next: ExportRow) => void,
): AsyncGenerator<Buffer> {
  let text = `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData><row>${columns.map(({ name }) => textCell(name)).join("")}</row>`;
  let count = 0;
  let row = first;
  for (;;) {
    if (row === null) {
      const next = await rows.next();
      if (next.done === true) break;
      row = next.value;
    }
    if (count === most) {
      full(row);
      break;
    }
    const cells: ExportRow = row;
    text += `<row>${columns.map(({ name }) => cellOf(flat(cells[name]))).join("")}</row>`;
    row = null;
    count += 1;
    if (text.length < PIECE) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(`${text}</sheetData></worksheet>`);
};

const list = (count: number, write: (number: number) => string): string =>
  Array.from({ length: count }, (_, i) => write(i + 1)).join("");

const addParts = (zip: ZipFile, sheets: number, title: string): void => {
  const part = (name: string, text: string): void => zip.addBuffer(Buffer.from(HEAD + text), name);
  part(
    "xl/workbook.xml",
    `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${list(sheets, (i) => `<sheet name="${title}${i === 1 ? "" : ` ${i}`}" sheetId="${i}" r:id="rId${i}"/>`)}</sheets></workbook>`,
  );
  part(
    "xl/_rels/workbook.xml.rels",
    `<Relationships xmlns="${PACKAGE}/relationships">${list(sheets, (i) => `<Relationship Id="rId${i}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${i}.xml"/>`)}</Relationships>`,
  );
  part(
    "_rels/.rels",
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  );
  const spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  part(
    "[Content_Types].xml",
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${spreadsheet}.sheet.main+xml"/>${list(sheets, (i) => `<Override PartName="/xl/worksheets/sheet${i}.xml" ContentType="${spreadsheet}.worksheet+xml"/>`)}</Types>`,
  );
};

/**
 * A workbook, packed as its rows come; what does not fit on a sheet goes on on the next. Texts are texts and never formulas.
 * @param most rows of a sheet, without the line of names
 */
export const xlsxPieces = async function* (
  columns: readonly ExportColumn[],
  rows: AsyncIterable<ExportRow>,
  title: string,
  most = SHEET_ROWS,
): AsyncGenerator<Buffer> {
  const zip = new ZipFile();
  const iterator = rows[Symbol.asyncIterator]();
  const failed = new Promise<never>((_, reject) => zip.on("error", reject));
  failed.catch(() => {}); // told by the pieces
  const addSheet = (number: number, first: ExportRow | null): void => {
    let carried: ExportRow | null = null;
    const sheet = Readable.from(sheetPieces(columns, iterator, first, most, (next) => (carried = next)));
    sheet.on("error", (error) => zip.outputStream.emit("error", error));
    sheet.on("end", () => {
      if (carried !== null) return addSheet(number + 1, carried);
      addParts(zip, number, title);
      zip.end();
    });
    zip.addReadStream(sheet, `xl/worksheets/sheet${number}.xml`);
  };
  addSheet(1, null);
  try {
    for await (const piece of zip.outputStream) yield piece as Buffer;
  } finally {
    await iterator.return?.();
  }
};
