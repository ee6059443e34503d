import type { Precision } from "@molva/contracts";
import { millisAt, wallOf } from "../zone.ts";

/** What was printed of a date; what was not is null. */
export interface Printed {
  readonly year: number | null;
  readonly month: number | null;
  readonly day: number | null;
  readonly time: Clock | null;
}

export interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number | null;
  readonly ms: number;
  /** Minutes east of UTC; null when no zone is printed. */
  readonly offset: number | null;
}

/** No review is older than the web: smaller years are numbers that look like one. */
const FIRST_YEAR = 1970;

export const isDay = (year: number, month: number, day: number): boolean => {
  const back = new Date(wallOf(year, month, day));
  return year >= FIRST_YEAR && back.getUTCMonth() + 1 === month && back.getUTCDate() === day;
};

const isClock = (c: Clock): boolean =>
  c.hour <= 23 && c.minute <= 59 && (c.second ?? 0) <= 60 && Math.abs(c.offset ?? 0) <= 14 * 60;

/** The moment of a wall date and time in a zone, or under the offset that is printed with it. Null when there is no such day or time. */
export const momentOf = (year: number, month: number, day: number, time: Clock | null, zone: string): number | null => {
  if (!isDay(year, month, day)) return null;
  if (time === null) return millisAt(wallOf(year, month, day), zone);
  if (!isClock(time)) return null;
  // A leap second is the last one before it.
  const wall = wallOf(year, month, day, time.hour, time.minute, Math.min(time.second ?? 0, 59), time.ms);
  return time.offset === null ? millisAt(wall, zone) : wall - time.offset * 60_000;
};

export const precisionOf = (p: Printed): Precision => {
  if (p.time !== null) return p.time.second === null ? "minute" : "second";
  if (p.day !== null) return "day";
  return p.month === null ? "year" : "month";
};
