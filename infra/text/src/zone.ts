import type { Instant } from "@molva/contracts";
import { instantOf, millisOf } from "@molva/contracts";

/** A moment as a clock on a wall shows it, as the milliseconds it would have if that clock were UTC. */
export type WallMillis = number;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const formatters = new Map<string, Intl.DateTimeFormat>();

const formatterOf = (zone: string): Intl.DateTimeFormat => {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formatters.set(zone, made);
  return made;
};

/** Whether this is a zone of the IANA database that the engine knows, e.g. `Europe/Moscow` or `UTC`. */
export const isZone = (zone: string): boolean => {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
};

/** `Date.UTC` reads the years 0–99 as 1900–1999; this does not. Overflowing parts carry, as there. */
export const wallOf = (
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  ms = 0,
): WallMillis => {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, ms);
  return date.getTime();
};

/** `01/31/2026 A, 10:00:00` as en-US prints it. */
const PRINTED = /^(\d+)\/(\d+)\/(\d+) ([AB])\D*(\d+):(\d+):(\d+)$/;

/** What the wall clock of a zone shows at a moment. @throws {RangeError} on an unknown zone or a time out of range. */
export const wallAt = (millis: number, zone: string): WallMillis => {
  if (zone === "UTC") return millis;
  const m = PRINTED.exec(formatterOf(zone).format(millis));
  if (m === null) throw new RangeError(`the engine printed no time for the zone ${zone}`);
  const year = m[4] === "B" ? 1 - Number(m[3]) : Number(m[3]);
  const ms = ((millis % 1000) + 1000) % 1000;
  return wallOf(year, Number(m[1]), Number(m[2]), Number(m[5]), Number(m[6]), Number(m[7]), ms);
};

const offsetAt = (millis: number, zone: string): number => wallAt(millis, zone) - millis;

/**
 * The moment at which a zone's wall clock shows this. Where the clock shows it twice (set back) the first; where it
 * never shows it (set forward) the same stretch later, so that a skipped midnight gives the first moment of the day.
 */
export const millisAt = (wall: WallMillis, zone: string): number => {
  if (zone === "UTC") return wall;
  const before = offsetAt(wall - DAY, zone);
  const after = offsetAt(wall + DAY, zone);
  // The clock was not set within these two days.
  if (before === after) return wall - before;
  const shown = [wall - Math.max(before, after), wall - Math.min(before, after)].find(
    (t) => t + offsetAt(t, zone) === wall,
  );
  return shown ?? wall - before;
};

export const STEPS = ["hour", "day", "week", "month"] as const;
/** Weeks begin on Monday. */
export type Step = (typeof STEPS)[number];

/** The midnight a wall moment's day, ISO week or month begins with. */
const floorWall = (wall: WallMillis, step: Exclude<Step, "hour">): WallMillis => {
  const date = new Date(wall);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  if (step === "month") return wallOf(year, month, 1);
  return wallOf(year, month, step === "day" ? day : day - ((date.getUTCDay() + 6) % 7));
};

const startOfHour = (millis: number, zone: string): number => {
  const wall = wallAt(millis, zone);
  const floor = Math.floor(wall / HOUR) * HOUR;
  const start = millis - (wall - floor);
  const offset = offsetAt(start, zone);
  // A clock set by half an hour within this very hour (Lord Howe): the hour began under the other offset.
  return start + offset === floor ? start : floor - offset;
};

/** The first moment of the hour, day, ISO week or month of a zone that an instant lies in. */
export const startOfStep = (instant: Instant, step: Step, zone: string): Instant => {
  const millis = millisOf(instant);
  return instantOf(step === "hour" ? startOfHour(millis, zone) : millisAt(floorWall(wallAt(millis, zone), step), zone));
};

/**
 * So many steps later (or, with a negative count, earlier) on the zone's calendar, with the same time of day; give it the start of
 * a step and the result is the start of one. An hour is 60 minutes. A month later than the 31st is the last day of a shorter month.
 */
export const addSteps = (instant: Instant, count: number, step: Step, zone: string): Instant => {
  const millis = millisOf(instant);
  if (step === "hour") return instantOf(millis + count * HOUR);
  const shown = wallAt(millis, zone);
  const midnight = floorWall(shown, "day");
  // The start of a day whose midnight the zone skips stands for that midnight.
  const wall = millisAt(midnight, zone) === millis ? midnight : shown;
  if (step !== "month") return instantOf(millisAt(wall + count * (step === "day" ? DAY : 7 * DAY), zone));
  const date = new Date(wall);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1 + count];
  const lastDay = new Date(wallOf(year, month + 1, 0)).getUTCDate();
  const day = wallOf(year, month, Math.min(date.getUTCDate(), lastDay));
  return instantOf(millisAt(day + (wall - midnight), zone));
};

/**
 * The boundaries of the steps that cover `[from, to)`, in order: the start of the step that holds `from`, …, and last the first
 * boundary at or after `to`. Step i is `[result[i], result[i + 1])`. Empty when `from` ≥ `to`. A day that a zone skipped
 * (Samoa, 2011-12-30) is no step.
 */
export const stepBoundaries = (from: Instant, to: Instant, step: Step, zone: string): readonly Instant[] => {
  if (from >= to) return [];
  const first = startOfStep(from, step, zone);
  const found = [first];
  for (let i = 1, last = first; last < to; i++) {
    const next = addSteps(first, i, step, zone);
    if (next > last) found.push(next);
    last = next;
  }
  return found;
};
