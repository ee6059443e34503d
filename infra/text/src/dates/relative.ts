import type { Precision } from "@molva/contracts";
import { wallAt, wallOf, millisAt } from "../zone.ts";
import { clockIn } from "./grammar.ts";
import { momentOf } from "./wall.ts";
import { UNIT_SOURCE, unitOf, type Unit } from "./words.ts";

export interface Moment {
  readonly millis: number;
  readonly precision: Precision;
}

const MILLIS = { second: 1000, minute: 60_000, hour: 3_600_000 } as const;

const AGO = new RegExp(
  `(?<![\\p{L}\\d])(?:(\\d{1,4}|an?|one|одну?|один|пару?|a couple of|a few|несколько)\\s+)?${UNIT_SOURCE}\\s+(?:ago|назад)(?!\\p{L})`,
  "u",
);
const HALF = /(?<!\p{L})(half an hour|полчаса|полгода)\s+(?:ago|назад)(?!\p{L})/u;
const NOW = /^(?:just now|now|a moment ago|moments ago|только что|сейчас)$/u;
const NAMED = /(?<!\p{L})(today|yesterday|сегодня|вчера|позавчера)(?!\p{L})/u;
const DAYS_BACK: Readonly<Record<string, number>> = { today: 0, сегодня: 0, yesterday: 1, вчера: 1, позавчера: 2 };

/** Midnight in the zone, so many days and months before the day of `now`. A day that a month does not have is its last. */
const daysBack = (now: number, months: number, days: number, zone: string): number => {
  const date = new Date(wallAt(now, zone));
  const month = date.getUTCMonth() + 1 - months;
  const year = date.getUTCFullYear();
  const last = new Date(wallOf(year, month + 1, 0)).getUTCDate();
  return millisAt(wallOf(year, month, Math.min(date.getUTCDate(), last) - days), zone);
};

const back = (now: number, count: number, unit: Unit, zone: string): Moment => {
  switch (unit) {
    case "second":
    case "minute":
    case "hour": {
      const size = MILLIS[unit];
      return { millis: Math.floor((now - count * size) / size) * size, precision: unit };
    }
    case "day":
      return { millis: daysBack(now, 0, count, zone), precision: "day" };
    // There is no precision of a week; "month" is the next coarser one and claims less, not more.
    case "week":
      return { millis: daysBack(now, 0, 7 * count, zone), precision: "month" };
    case "month":
      return { millis: daysBack(now, count, 0, zone), precision: "month" };
    case "year":
      return { millis: daysBack(now, 12 * count, 0, zone), precision: "year" };
  }
};

const countOf = (word: string | undefined): number => {
  if (word !== undefined && /^\d/u.test(word)) return Number(word);
  return word === "пару" || word === "пара" || word === "a couple of"
    ? 2
    : word === "a few" || word === "несколько"
      ? 3
      : 1;
};

const named = (text: string, now: number, zone: string): Moment | null => {
  const word = NAMED.exec(text)?.[1];
  const days = word === undefined ? undefined : DAYS_BACK[word];
  if (days === undefined) return null;
  const midnight = daysBack(now, 0, days, zone);
  const time = clockIn(text);
  if (time === null) return { millis: midnight, precision: "day" };
  const day = new Date(wallAt(midnight, zone));
  const millis = momentOf(day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate(), time, zone);
  return millis === null ? null : { millis, precision: time.second === null ? "minute" : "second" };
};

/** "2 дня назад", "yesterday at 5:10 PM", "только что": a moment told from the fetch; null when the text tells none. */
export const relativeDate = (text: string, now: number, zone: string): Moment | null => {
  if (NOW.test(text)) return { millis: Math.floor(now / MILLIS.minute) * MILLIS.minute, precision: "minute" };
  const half = HALF.exec(text)?.[1];
  if (half !== undefined) return half === "полгода" ? back(now, 6, "month", zone) : back(now, 30, "minute", zone);
  const ago = AGO.exec(text);
  const unit = ago === null ? null : unitOf(ago[2] ?? "");
  if (ago !== null && unit !== null) return back(now, countOf(ago[1]), unit, zone);
  return named(text, now, zone);
};
