/** What is usual for an hour, on the logarithmic scale: the level of the last week, the hour of the day, the hour of the week. */
export interface Baseline {
  /** Mean with a half-life of a week, and its weight in rows. */
  readonly level: number;
  readonly levelWeight: number;
  /** By UTC hour of the day: what is usual, and on how many days it was seen. */
  readonly day: readonly number[];
  readonly days: readonly number[];
  /** By hour of the week: the difference to the hour of the day, and in how many weeks it was seen. */
  readonly week: readonly number[];
  readonly weeks: readonly number[];
  /** The hour that is being seen, in hours since 1970; sum and number of its rows. */
  readonly hour: number | null;
  readonly sum: number;
  readonly rows: number;
}

const HOUR_MS = 3_600_000;
const LEVEL_HALF_LIFE_MS = 7 * 24 * HOUR_MS;
/** Nothing moves the baseline further than this at once, in either direction (e¹ = 2.7 times): incidents are trimmed. */
const TRIM = 1;
/** The newest day weighs at least this much in its hour of the day, the newest week in its hour of the week. */
const NEWEST_DAY = 0.15;
const NEWEST_WEEK = 0.2;
/** An hour seen on so many days (in so many weeks) is believed by half. */
const DAYS_OF_DOUBT = 2;
const WEEKS_OF_DOUBT = 3;

const zeros = (length: number): readonly number[] => Array.from<number>({ length }).fill(0);

export const EMPTY_BASELINE: Baseline = {
  level: 0,
  levelWeight: 0,
  day: zeros(24),
  days: zeros(24),
  week: zeros(168),
  weeks: zeros(168),
  hour: null,
  sum: 0,
  rows: 0,
};

const at = (list: readonly number[], index: number): number => list[index] ?? 0;
const put = (list: readonly number[], index: number, value: number): readonly number[] => list.with(index, value);
const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS);
const trimmed = (value: number, around: number): number => Math.max(around - TRIM, Math.min(around + TRIM, value));

/** What is usual at this moment; null before anything was seen. */
export const usualAt = (baseline: Baseline, ms: number): number | null => {
  if (baseline.levelWeight === 0) return null;
  const hour = hourOf(ms);
  let believed = 0;
  let sum = 0;
  for (const [shift, share] of [
    [-1, 0.25],
    [0, 0.5],
    [1, 0.25],
  ] as const) {
    const of = (hour + shift + 24) % 24;
    const days = at(baseline.days, of);
    const weight = (share * days) / (days + DAYS_OF_DOUBT);
    sum += weight * at(baseline.day, of);
    believed += weight;
  }
  const weeks = at(baseline.weeks, hour % 168);
  const weekly = (at(baseline.week, hour % 168) * weeks) / (weeks + WEEKS_OF_DOUBT);
  return baseline.level * (1 - believed) + sum + weekly;
};

/** The hour is over: what was seen in it moves its hour of the day and of the week. */
const endHour = (baseline: Baseline): Baseline => {
  const { hour, rows } = baseline;
  if (hour === null || rows === 0) return baseline;
  const mean = baseline.sum / rows;
  const ofDay = hour % 24;
  const days = at(baseline.days, ofDay);
  const known = at(baseline.day, ofDay);
  const usual = days === 0 ? mean : known + Math.max(1 / (days + 1), NEWEST_DAY) * (trimmed(mean, known) - known);
  const ofWeek = hour % 168;
  const weeks = at(baseline.weeks, ofWeek);
  const weekly = at(baseline.week, ofWeek);
  return {
    ...baseline,
    day: put(baseline.day, ofDay, usual),
    days: put(baseline.days, ofDay, days + 1),
    week: put(
      baseline.week,
      ofWeek,
      weekly + Math.max(1 / (weeks + 1), NEWEST_WEEK) * (trimmed(mean - usual, weekly) - weekly),
    ),
    weeks: put(baseline.weeks, ofWeek, weeks + 1),
  };
};

/** @param value on the logarithmic scale @param elapsedMs that the row stands for */
export const learn = (before: Baseline, ms: number, value: number, elapsedMs: number): Baseline => {
  const hour = hourOf(ms);
  const baseline = before.hour === hour ? before : { ...endHour(before), hour, sum: 0, rows: 0 };
  const seen = baseline.levelWeight === 0 ? value : trimmed(value, baseline.level);
  const kept = baseline.levelWeight * 0.5 ** (elapsedMs / LEVEL_HALF_LIFE_MS);
  return {
    ...baseline,
    level: (baseline.level * kept + seen) / (kept + 1),
    levelWeight: kept + 1,
    sum: baseline.sum + seen,
    rows: baseline.rows + 1,
  };
};
