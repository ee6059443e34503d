import { posix } from "node:path";
import { unusable, type Archive } from "./archive.ts";
import { readWhole } from "./elements.ts";

/** What is needed to read one sheet's cells. */
export interface Workbook {
  readonly sheetName: string;
  readonly sheetPart: string;
  readonly shared: readonly string[];
  /** By a cell's style: it holds a date. */
  readonly dateStyles: readonly boolean[];
  /** Days are counted from 1904, as old Macs did. */
  readonly from1904: boolean;
}

/** Words that cells share, in characters. They are the one thing of a workbook that is held in memory. */
const SHARED_CHARACTERS = 256 * 1024 ** 2;

interface Sheet {
  readonly name: string;
  readonly relation: string;
  readonly hidden: boolean;
}

const relationsOf = async (archive: Archive, part: string): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  const folder = posix.dirname(part);
  await readWhole(archive.text(`${folder}/_rels/${posix.basename(part)}.rels`.replace(/^\.\//u, "")), {
    open: (name, a) => {
      if (name !== "Relationship" || a["TargetMode"] === "External") return;
      const target = a["Target"] ?? "";
      const path = target.startsWith("/") ? target.slice(1) : posix.join(folder, target);
      found.set(a["Id"] ?? "", path);
      found.set((a["Type"] ?? "").split("/").at(-1) ?? "", path);
    },
  });
  return found;
};

/** `_x000D_` stands for a sign that XML cannot hold. */
const unescaped = (text: string): string =>
  text.replaceAll(/_x([0-9A-Fa-f]{4})_/gu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const sharedStrings = async (pieces: AsyncIterable<string> | null): Promise<readonly string[]> => {
  const found: string[] = [];
  let [text, reading, phonetic, characters] = ["", false, false, 0];
  await readWhole(pieces, {
    open: (name) => {
      if (name === "si") text = "";
      else if (name === "rPh") phonetic = true;
      else if (name === "t") reading = !phonetic;
    },
    text: (piece) => {
      if (!reading) return;
      text += piece;
      characters += piece.length;
      if (characters > SHARED_CHARACTERS) throw unusable("it holds too much text for one go; save the sheet as CSV");
    },
    close: (name) => {
      if (name === "t") reading = false;
      else if (name === "rPh") phonetic = false;
      else if (name === "si") found.push(unescaped(text));
    },
  });
  return found;
};

/** Formats that every spreadsheet knows by number. */
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** A code such as `dd.mm.yyyy`; words in quotes, colours and locales in brackets are no part of it. */
const isDateCode = (code: string): boolean =>
  /[dmyhs]/iu.test(code.replaceAll(/"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]/giu, "").split(";", 1)[0] ?? "");

const dateStylesOf = async (pieces: AsyncIterable<string> | null): Promise<readonly boolean[]> => {
  const codes = new Map<number, string>();
  const styles: boolean[] = [];
  let inCells = false;
  await readWhole(pieces, {
    open: (name, a) => {
      if (name === "cellXfs") inCells = true;
      const id = Number(a["numFmtId"]);
      if (name === "numFmt") codes.set(id, a["formatCode"] ?? "");
      if (name !== "xf" || !inCells) return;
      const code = codes.get(id);
      styles.push(code === undefined ? isBuiltInDate(id) : code.toLowerCase() !== "general" && isDateCode(code));
    },
    close: (name) => {
      if (name === "cellXfs") inCells = false;
    },
  });
  return styles;
};

const chosen = (sheets: readonly Sheet[], asked: string | null): Sheet => {
  const names = sheets.map((sheet) => sheet.name.slice(0, 60)).join(", ");
  if (asked === null) {
    const first = sheets.find((sheet) => !sheet.hidden) ?? sheets[0];
    if (first === undefined) throw unusable("it has no sheet");
    return first;
  }
  const found = sheets.find((sheet) => sheet.name.toLowerCase() === asked.trim().toLowerCase());
  if (found === undefined) throw unusable(`it has no sheet "${asked}"; its sheets are ${names}`);
  return found;
};

/**
 * Finds the sheet asked for by name, or the first that is not hidden, and what its cells refer to.
 * @throws {PipelineError} `USAGE`
 */
export const readWorkbook = async (archive: Archive, asked: string | null): Promise<Workbook> => {
  const top = await relationsOf(archive, "");
  const part = top.get("officeDocument") ?? "xl/workbook.xml";
  const pieces = archive.text(part);
  if (pieces === null) throw unusable("it is a ZIP, but no XLSX workbook");
  const sheets: Sheet[] = [];
  let from1904 = false;
  await readWhole(pieces, {
    open: (name, a) => {
      if (name === "workbookPr") from1904 = /^(1|true)$/u.test(a["date1904"] ?? "");
      if (name !== "sheet") return;
      const relation = Object.entries(a).find(([key]) => /(^|:)id$/u.test(key) && key !== "sheetId")?.[1] ?? "";
      sheets.push({ name: a["name"] ?? "", relation, hidden: (a["state"] ?? "visible") !== "visible" });
    },
  });
  const relations = await relationsOf(archive, part);
  const sheet = chosen(sheets, asked);
  return {
    sheetName: sheet.name,
    sheetPart: relations.get(sheet.relation) ?? "",
    shared: await sharedStrings(archive.text(relations.get("sharedStrings") ?? "")),
    dateStyles: await dateStylesOf(archive.text(relations.get("styles") ?? "")),
    from1904,
  };
};

export { unescaped };
