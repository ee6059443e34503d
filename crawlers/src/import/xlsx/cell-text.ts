import { unescaped, type Workbook } from "./workbook.ts";

/** A cell as the sheet holds it. */
export interface SheetCell {
  /** `s` shared, `str` a formula's text, `inlineStr`, `b`, `e`, `d`, else a number. */
  readonly type: string;
  readonly style: number;
  readonly value: string;
}

const DAY_MS = 86_400_000;
/** Day 1 is 1 January 1900, and there is a 29 February 1900 that never was. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
const LAST_DAY = 2_958_466;

/** A count of days as the wall clock that the sheet shows: no zone, for a sheet knows none. */
const dateText = (days: number, from1904: boolean): string | null => {
  if (!(days >= 0 && days < LAST_DAY)) return null;
  const shifted = from1904 || days >= 60 ? days : days + 1;
  const at = new Date(
    (from1904 ? EPOCH_1904 : EPOCH_1900) + Math.round((shifted * DAY_MS) / 1000) * 1000,
  ).toISOString();
  const time = at.slice(11, 19);
  if (days < 1 && !from1904) return time;
  if (time === "00:00:00") return at.slice(0, 10);
  return `${at.slice(0, 10)}T${time.endsWith(":00") ? time.slice(0, 5) : time}`;
};

/** What stands in the cell, as CSV would have it: dates as dates, formulas as the value that was last computed, errors as nothing. */
export const cellText = (cell: SheetCell, book: Workbook): string => {
  const { type, value } = cell;
  if (type === "s") return book.shared[Number(value)] ?? "";
  if (type === "str" || type === "inlineStr") return unescaped(value);
  if (type === "e" || value === "") return "";
  if (type === "b") return value === "1" ? "true" : "false";
  if (type === "d") return value;
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  const date = book.dateStyles[cell.style] === true ? dateText(number, book.from1904) : null;
  return date ?? (Number.isInteger(number) && Math.abs(number) < 2 ** 53 ? number.toFixed(0) : String(number));
};
