import { MONTH_SOURCE, monthOf, ZONE_LETTERS } from "./words.ts";
import type { Clock, Printed } from "./wall.ts";

const YEAR4 = "((?:19|20)\\d{2})";
const YEAR = `${YEAR4}(?!\\d)`;
const ORDINAL = "(?:st|nd|rd|th|-?го|-?е)?";
/** No digit or letter may touch a date on its left. */
const START = "(?<![\\p{L}\\d.:/-])";

const ISO = new RegExp(`${START}(\\d{4})([-/])(\\d{1,2})\\2(\\d{1,2})(?!\\d)`, "u");
const ISO_MONTH = /^(\d{4})-(\d{2})$/u;
const COMPACT = /^((?:19|20)\d{2})(\d{2})(\d{2})(?:t(\d{2})(\d{2})(\d{2})(z)?)?$/u;
const DOTTED = new RegExp(`${START}(\\d{1,2})([./-])(\\d{1,2})\\2(\\d{4}|\\d{2})(?!\\d|\\.\\d)`, "u");
const DAY_MONTH = new RegExp(
  `${START}(\\d{1,2})${ORDINAL}[\\s-]+(?:of )?${MONTH_SOURCE}(?:,?[\\s-]*(?:${YEAR}|(?<=-)(\\d{2})(?!\\d)))?`,
  "u",
);
const MONTH_DAY = new RegExp(`${START}${MONTH_SOURCE}\\s+(\\d{1,2})${ORDINAL}(?![\\d:])(?:,?\\s*${YEAR})?`, "u");
const MONTH_YEAR = new RegExp(`${START}${MONTH_SOURCE},?\\s+${YEAR}`, "u");
const ONLY_YEAR = new RegExp(`^${YEAR4}(?: ?г\\.?| года?)?$`, "u");
const LAST_YEAR = new RegExp(`(?<!\\d)${YEAR4}(?: ?г\\.?| года?)?$`, "u");
const CLOCK =
  /(?<![\d.:])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?!\d)\s*(?:([ap])\.?m\.?(?!\p{L}))?\s*((?:gmt|utc)?[+-]\d{1,2}(?::?\d{2})?(?!\d)|\p{L}{1,4}(?!\p{L}))?/u;

/** Month and day of `03/04/2024`, which Americans and Europeans read differently; dots and dashes are always day first. */
export type SlashOrder = "mdy" | "dmy";

const offsetOf = (printed: string | undefined): number | null => {
  if (printed === undefined) return null;
  const letters = ZONE_LETTERS[printed];
  if (letters !== undefined) return letters;
  const m = /([+-])(\d{1,2}):?(\d{2})?$/u.exec(printed);
  return m === null ? null : (m[1] === "-" ? -1 : 1) * (Number(m[2]) * 60 + Number(m[3] ?? 0));
};

/** The time of day in a text, if any: `14:52`, `3:04:05 PM`, `13:00:00 +0200`. */
export const clockIn = (text: string): Clock | null => {
  const m = CLOCK.exec(text);
  if (m === null) return null;
  const printed = Number(m[1]);
  if (m[5] !== undefined && (printed < 1 || printed > 12))
    return { hour: 99, minute: 0, second: null, ms: 0, offset: null };
  const hour = m[5] === undefined ? printed : (printed % 12) + (m[5] === "p" ? 12 : 0);
  const ms = Number((m[4] ?? "").padEnd(3, "0").slice(0, 3));
  return { hour, minute: Number(m[2]), second: m[3] === undefined ? null : Number(m[3]), ms, offset: offsetOf(m[6]) };
};

/** `98` is 1998 and `26` is 2026: the century that gives no year after the next one. */
const fullYear = (printed: string, thisYear: number): number => {
  if (printed.length === 4) return Number(printed);
  const year = 2000 + Number(printed);
  return year > thisYear + 1 ? year - 100 : year;
};

type Rule = readonly [RegExp, (m: RegExpExecArray, thisYear: number, slashes: SlashOrder) => Omit<Printed, "time">];

const numbered = (m: RegExpExecArray, thisYear: number, slashes: SlashOrder): Omit<Printed, "time"> => {
  const [a, b] = [Number(m[1]), Number(m[3])];
  // What cannot be a month settles the order whatever the reader's habit is.
  const monthFirst = m[2] === "/" && b > 12 ? true : m[2] === "/" && a <= 12 && slashes === "mdy";
  return { year: fullYear(m[4] ?? "", thisYear), month: monthFirst ? a : b, day: monthFirst ? b : a };
};

const RULES: readonly Rule[] = [
  [ISO, (m) => ({ year: Number(m[1]), month: Number(m[3]), day: Number(m[4]) })],
  [DOTTED, numbered],
  [
    DAY_MONTH,
    (m, thisYear) => {
      const year = m[3] ?? m[4];
      return {
        year: year === undefined ? null : fullYear(year, thisYear),
        month: monthOf(m[2] ?? ""),
        day: Number(m[1]),
      };
    },
  ],
  [
    MONTH_DAY,
    (m) => ({ year: m[3] === undefined ? null : Number(m[3]), month: monthOf(m[1] ?? ""), day: Number(m[2]) }),
  ],
  [MONTH_YEAR, (m) => ({ year: Number(m[2]), month: monthOf(m[1] ?? ""), day: null })],
  [ISO_MONTH, (m) => ({ year: Number(m[1]), month: Number(m[2]), day: null })],
  [ONLY_YEAR, (m) => ({ year: Number(m[1]), month: null, day: null })],
];

const compact = (text: string): Printed | null => {
  const m = COMPACT.exec(text);
  if (m === null) return null;
  const time: Clock | null =
    m[4] === undefined
      ? null
      : {
          hour: Number(m[4]),
          minute: Number(m[5]),
          second: Number(m[6]),
          ms: 0,
          offset: m[7] === undefined ? null : 0,
        };
  return { year: Number(m[1]), month: Number(m[2]), day: Number(m[3]), time };
};

/** The first date printed in a text of at most a few words, lower case; null when there is none. It may still be no day of the calendar. */
export const printedDate = (text: string, thisYear: number, slashes: SlashOrder): Printed | null => {
  const short = compact(text);
  if (short !== null) return short;
  for (const [pattern, read] of RULES) {
    const m = pattern.exec(text);
    if (m === null) continue;
    const found = read(m, thisYear, slashes);
    const rest = `${text.slice(0, m.index)} ${text.slice(m.index + m[0].length).replace(/^t(?=\d)/u, "")}`;
    // `Wed Aug 27 13:08:45 +0000 2008`: the year stands behind the time.
    const year = found.year ?? (Number(LAST_YEAR.exec(rest)?.[1] ?? 0) || null);
    return { ...found, year, time: found.day === null ? null : clockIn(rest) };
  }
  return null;
};
