import { instantOf, millisOf, type Instant, type SourceDate } from "@molva/contracts";
import { wallAt } from "../zone.ts";
import { printedDate, type SlashOrder } from "./grammar.ts";
import { relativeDate, type Moment } from "./relative.ts";
import { isDay, momentOf, precisionOf, type Printed } from "./wall.ts";

export interface DateContext {
  /** When the text was fetched: what "yesterday" and a missing year are told from, and what no date may exceed. */
  readonly fetchedAt: Instant;
  /** IANA zone of dates that print none. The machine's zone is never used. */
  readonly zone: string;
  /** How `03/04/2024` is read; default `mdy`. */
  readonly slashes?: SlashOrder;
}

/** Longer texts are prose, not a date. */
const LONGEST = 200;
const FIRST_EPOCH = 100_000_000;

const EPOCH = /^(\d{9,10})(?:\.(\d+))?$|^(\d{12,13})$|^(\d{15,16})$/u;

/** Seconds, milliseconds or microseconds since 1970, told apart by their length. */
const epoch = (text: string): Moment | null => {
  const m = EPOCH.exec(text);
  if (m === null) return null;
  const millis =
    m[1] === undefined
      ? m[3] === undefined
        ? Math.floor(Number(m[4]) / 1000)
        : Number(m[3])
      : Math.floor(Number(text) * 1000);
  return millis / 1000 < FIRST_EPOCH ? null : { millis, precision: "second" };
};

/** The year of the latest such day that is not after the day of the fetch: 29 February may be eight years back. */
const latestYear = (month: number, day: number, today: Date): number | null => {
  const year = today.getUTCFullYear();
  const later = month * 100 + day > (today.getUTCMonth() + 1) * 100 + today.getUTCDate();
  const first = later ? year - 1 : year;
  return [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => first - i).find((y) => isDay(y, month, day)) ?? null;
};

const absolute = (p: Printed, today: Date, zone: string): Moment | null => {
  const year = p.year ?? (p.month === null || p.day === null ? null : latestYear(p.month, p.day, today));
  if (year === null) return null;
  const millis = momentOf(year, p.month ?? 1, p.day ?? 1, p.time, zone);
  return millis === null ? null : { millis, precision: precisionOf(p) };
};

const dated = ({ millis, precision }: Moment, from: "source" | "relative", fetched: number): SourceDate => {
  const clamped = millis > fetched;
  return { at: instantOf(clamped ? fetched : millis), precision, from, clamped };
};

/** One spelling for what people and programs write: case, ё, wide digits, no-break spaces, typographic dashes. */
const plain = (printed: string): string =>
  printed
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("ё", "е")
    .replaceAll(/[\u2010-\u2015\u2212]/gu, "-")
    .replaceAll(/\s+/gu, " ")
    .trim();

/**
 * A date as a program or a person writes it, in English or Russian: ISO 8601, epoch (s, ms, µs), RFC 2822, `31.05.2025 14:52`,
 * `6 сентября`, `May 25, 2026`, `30-Jul-18`, `сегодня, 13:28`, `2 дня назад`, also with words around it (`Отзыв написан …`).
 *
 * - `at` is the start of what is told: a day begins at its midnight in the zone. Told in weeks, months or years ago, it is midnight of that
 *   day so many weeks, months or years back, with the precision `month` or `year`.
 * - Without a year: the latest such day that is not after the day of the fetch.
 * - Later than the fetch: the fetch, `clamped`.
 * - Null: nothing that is a date, no such day (31.02.), a year before 1970, or more than 200 characters.
 *
 * @throws {RangeError} on a zone that is none (see `isZone`).
 */
export const parseDate = (printed: string, { fetchedAt, zone, slashes = "mdy" }: DateContext): SourceDate | null => {
  if (printed.length > LONGEST) return null;
  const text = plain(printed);
  const now = millisOf(fetchedAt);
  const today = new Date(wallAt(now, zone));
  const stamp = epoch(text);
  if (stamp !== null) return dated(stamp, "source", now);
  const found = printedDate(text, today.getUTCFullYear(), slashes);
  if (found !== null) {
    const moment = absolute(found, today, zone);
    return moment === null ? null : dated(moment, "source", now);
  }
  const relative = relativeDate(text, now, zone);
  return relative === null ? null : dated(relative, "relative", now);
};
