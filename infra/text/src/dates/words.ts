/** Months by their first letters, which is how English and Russian abbreviate and inflect them. */
const MONTHS: readonly (readonly [pattern: string, month: number])[] = [
  ["jan(?:uary)?|янв(?:ар[ья])?", 1],
  ["feb(?:ruary)?|фев(?:р(?:ал[ья])?)?", 2],
  ["mar(?:ch)?|мар(?:та?)?", 3],
  ["apr(?:il)?|апр(?:ел[ья])?", 4],
  ["may|ма[йя]", 5],
  ["june?|июн[ья]?", 6],
  ["july?|июл[ья]?", 7],
  ["aug(?:ust)?|авг(?:уста?)?", 8],
  ["sept?(?:ember)?|сент?(?:ябр[ья])?", 9],
  ["oct(?:ober)?|окт(?:ябр[ья])?", 10],
  ["nov(?:ember)?|ноя(?:б(?:р[ья])?)?", 11],
  ["dec(?:ember)?|дек(?:абр[ья])?", 12],
];

const MONTH_WORDS = MONTHS.map(([pattern, month]) => [new RegExp(`^(?:${pattern})$`, "u"), month] as const);

/** A regular expression's source that finds a month's name, with the dot of an abbreviation outside the group. */
export const MONTH_SOURCE = `(${MONTHS.map(([pattern]) => pattern).join("|")})(?![\\p{L}])\\.?`;

/** 1…12 of a name found by `MONTH_SOURCE`. */
export const monthOf = (word: string): number => MONTH_WORDS.find(([pattern]) => pattern.test(word))?.[1] ?? 0;

export type Unit = "second" | "minute" | "hour" | "day" | "week" | "month" | "year";

const UNITS: readonly (readonly [pattern: string, unit: Unit])[] = [
  ["seconds?|secs?|секунд[уы]?|сек", "second"],
  ["minutes?|mins?|минут[уы]?|мин", "minute"],
  ["hours?|hrs?|час(?:а|ов)?", "hour"],
  ["days?|день|дня|дней|сутки|суток", "day"],
  ["weeks?|недел[юиья]|нед", "week"],
  ["months?|месяц(?:а|ев)?|мес", "month"],
  ["years?|yrs?|год(?:а)?|лет", "year"],
];

const UNIT_WORDS = UNITS.map(([pattern, unit]) => [new RegExp(`^(?:${pattern})$`, "u"), unit] as const);

export const UNIT_SOURCE = `(${UNITS.map(([pattern]) => pattern).join("|")})(?![\\p{L}])\\.?`;

export const unitOf = (word: string): Unit | null => UNIT_WORDS.find(([pattern]) => pattern.test(word))?.[1] ?? null;

/** Zones that feeds and sites print by letters, in minutes east of UTC. Abbreviations with two meanings are left out. */
export const ZONE_LETTERS: Readonly<Record<string, number>> = {
  z: 0,
  utc: 0,
  gmt: 0,
  ut: 0,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  cet: 60,
  cest: 120,
  eet: 120,
  eest: 180,
  msk: 180,
  мск: 180,
};
