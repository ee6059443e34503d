import { instantOf, millisOf, type Instant } from "@molva/contracts";
import { addSteps, millisAt, startOfStep, wallAt } from "@molva/text";
import { usageError } from "../command.ts";

const DAY_MS = 86_400_000;

/** A week of the calendar in a zone, Monday to Monday, half-open. */
export interface Week {
  /** ISO 8601, e.g. `2026-W46`. */
  readonly name: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** Monday 00:00 of an ISO week, as a wall clock shows it: week 1 holds 4 January. */
const mondayOf = (year: number, week: number): number => {
  const fourth = Date.UTC(year, 0, 4);
  const weekday = (new Date(fourth).getUTCDay() + 6) % 7;
  return fourth + ((week - 1) * 7 - weekday) * DAY_MS;
};

const nameOf = (monday: number): string => {
  // A week belongs to the year of its Thursday.
  const year = new Date(monday + 3 * DAY_MS).getUTCFullYear();
  const number = Math.round((monday - mondayOf(year, 1)) / (7 * DAY_MS)) + 1;
  return `${year}-W${String(number).padStart(2, "0")}`;
};

/** The week that holds a moment. */
export const weekAt = (at: Instant, zone: string): Week => {
  const from = startOfStep(at, "week", zone);
  return { name: nameOf(wallAt(millisOf(from), zone)), from, to: addSteps(from, 1, "week", zone) };
};

/** The last week that is over at a moment. */
export const weekBefore = (at: Instant, zone: string): Week =>
  weekAt(addSteps(startOfStep(at, "week", zone), -1, "week", zone), zone);

/**
 * `2026-W46`, in a zone.
 * @throws {PipelineError} `USAGE` (exit) for what is no week
 */
export const weekNamed = (name: string, zone: string): Week => {
  const match = /^(\d{4})-?W(\d{2})$/i.exec(name.trim());
  const monday = match === null ? Number.NaN : mondayOf(Number(match[1]), Number(match[2]));
  if (match === null || nameOf(monday) !== `${match[1]}-W${match[2]}`)
    throw usageError(`--week: ${name} is no week; write the year and its ISO week, for example 2026-W46`);
  return weekAt(instantOf(millisAt(monday, zone)), zone);
};
