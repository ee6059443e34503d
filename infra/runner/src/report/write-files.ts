import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Weekly } from "@molva/contracts";
import { LINE_CID, reportRows, SHEET_COLUMNS, withPictures, type SheetRow } from "@molva/dashboards/report";
import type { ExportColumn } from "../export/columns.ts";
import { csvLines, textPieces } from "../export/lines.ts";
import { xlsxPieces } from "../export/xlsx.ts";
import type { ReportCopy } from "./archive.ts";
import type { PdfPrinter } from "./pdf.ts";

const TEXTS: readonly (keyof SheetRow)[] = ["section", "name", "against", "verdict"];
const COLUMNS: readonly ExportColumn[] = SHEET_COLUMNS.map((name) => ({
  name,
  type: TEXTS.includes(name) ? "text" : name === "claimed" ? "flag" : "number",
}));

const bytesOf = async (pieces: AsyncIterable<Buffer>): Promise<Buffer> => {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
};

const rowsOf = async function* (report: Weekly): AsyncGenerator<Readonly<Record<string, unknown>>> {
  for (const row of reportRows(report)) yield { ...row };
};

export const reportCsv = (report: Weekly): Promise<Buffer> => bytesOf(textPieces(csvLines, COLUMNS, rowsOf(report)));
export const reportXlsx = (report: Weekly): Promise<Buffer> => bytesOf(xlsxPieces(COLUMNS, rowsOf(report), "Report"));

/** The page as it opens by itself: its picture in it. */
export const pageOf = (copy: ReportCopy): string => withPictures(copy.html, new Map([[LINE_CID, copy.picture]]));

/** Writes every form of a report into a folder, and resolves to their names. */
export const writeFiles = async (
  folder: string,
  report: Weekly,
  copy: ReportCopy,
  printer: PdfPrinter | null,
): Promise<readonly string[]> => {
  await mkdir(folder, { recursive: true });
  const page = pageOf(copy);
  const files: Readonly<Record<string, Uint8Array | string>> = {
    "report.html": page,
    "report.txt": copy.text,
    "report.json": `${JSON.stringify(report, null, 1)}\n`,
    "nsr.png": copy.picture,
    "numbers.csv": await reportCsv(report),
    "numbers.xlsx": await reportXlsx(report),
    ...(printer === null ? {} : { "report.pdf": await printer.print(page) }),
  };
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return Object.keys(files);
};
