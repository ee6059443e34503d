import { claim, comparisonOf, readWeekCounts, type CountedWeek, type Sample } from "@molva/aggregator";
import {
  millisOf,
  type Against,
  type Figure,
  type FigureKey,
  type Instant,
  type MeasuredRow,
  type Report,
  type Store,
} from "@molva/contracts";
import type { Moments } from "@molva/numbers";
import { addSteps } from "@molva/text";
import type { Week } from "./weeks.ts";

/** Weeks of the line, and those before them that the volume's swing is known from. */
export const LINE_WEEKS = 12;
const PAST_WEEKS = 12;
const COMPARED_WEEKS = 4;
const YEAR_WEEKS = 52;

export interface Weeks {
  /** Thirteen weeks, the reported one last. */
  readonly rows: readonly CountedWeek[];
  /** The same weeks a year before as the last twelve of them. */
  readonly lastYear: readonly CountedWeek[];
  /** Stars of the reported week and of the four before it, the reported one last. */
  readonly ratings: readonly Moments[];
}

/** The weeks that the reports of some brands look back on: whole weeks of the zone's calendar, as of one point. */
export const readWeeks = async (
  store: Store,
  question: {
    readonly brands: readonly string[];
    readonly week: Week;
    readonly zone: string;
    readonly asOf: Instant | null;
  },
): Promise<ReadonlyMap<string, Weeks>> => {
  const { brands, week, zone, asOf } = question;
  const at = (weeks: number) => ({
    from: addSteps(week.from, -weeks, "week", zone),
    to: addSteps(week.from, 1 - weeks, "week", zone),
  });
  const lastYear = Array.from({ length: LINE_WEEKS }, (_, i) => at(YEAR_WEEKS + LINE_WEEKS - 1 - i));
  const rows = Array.from({ length: PAST_WEEKS + 1 }, (_, i) => at(PAST_WEEKS - i));
  const weeks = [...lastYear, ...rows];
  const counted = await readWeekCounts(store, { brands, weeks, rated: COMPARED_WEEKS + 1, asOf });
  return new Map(
    [...counted].map(([brand, found]) => [
      brand,
      {
        lastYear: found.weeks.slice(0, lastYear.length),
        rows: found.weeks.slice(lastYear.length),
        ratings: found.ratings,
      },
    ]),
  );
};

export const volumeOf = ({ n, unscored }: Pick<CountedWeek, "n" | "unscored">): number => n + unscored;
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

const sampleOf = (rows: readonly CountedWeek[], ratings: readonly Moments[]): Sample => ({
  positive: sum(rows.map(({ positive }) => positive)),
  neutral: sum(rows.map(({ neutral }) => neutral)),
  negative: sum(rows.map(({ negative }) => negative)),
  volume: sum(rows.map(volumeOf)),
  ratings: {
    n: sum(ratings.map(({ n }) => n)),
    sum: sum(ratings.map((one) => one.sum)),
    squares: sum(ratings.map(({ squares }) => squares)),
  },
  weeks: rows.length,
});

/** From the first week with a mention on: before it the brand was not watched, which is no calm. */
const sinceFirst = (volumes: readonly number[]): readonly number[] => {
  const first = volumes.findIndex((count) => count > 0);
  return first < 0 ? [] : volumes.slice(first);
};

/** The four numbers that matter, each against the week before and the four weeks before. What may be claimed of them is not told yet. */
export const comparedFigures = ({ rows, ratings }: Weeks, measured: MeasuredRow): readonly Figure[] => {
  const before = rows.slice(0, -1);
  const volumes = sinceFirst(before.map(volumeOf));
  const now = sampleOf(rows.slice(-1), ratings.slice(-1));
  const past = (weeks: number): Sample => {
    const known = Math.min(weeks, volumes.length);
    return sampleOf(before.slice(-known), ratings.slice(0, -1).slice(-known));
  };
  const samples: readonly (readonly [Against, Sample])[] = [
    ...(volumes.length === 0 ? [] : [["week", past(1)] as const]),
    ...(volumes.length < COMPARED_WEEKS ? [] : [["four-weeks", past(COMPARED_WEEKS)] as const]),
  ];
  const comparisons = (key: FigureKey): Figure["comparisons"] =>
    samples.map(([against, sample]) => comparisonOf(key, against, now, sample, volumes));
  const { n, state, rated } = measured;
  const figure = (key: FigureKey, told: Omit<Figure, "key" | "comparisons">): Figure => ({
    key,
    ...told,
    comparisons: comparisons(key),
  });
  return [
    figure("nsr", { value: measured.nsr, low: measured.low, high: measured.high, n, state }),
    figure("volume", {
      value: measured.volume,
      low: measured.volumeLow,
      high: measured.volumeHigh,
      n: measured.volume,
      state: measured.volume === 0 ? "empty" : "ok",
    }),
    figure("negative-share", {
      value: measured.negativeShare,
      low: measured.negativeLow,
      high: measured.negativeHigh,
      n,
      state,
    }),
    figure("mean-rating", {
      value: measured.meanRating,
      low: measured.ratingLow,
      high: measured.ratingHigh,
      n: rated,
      state: rated === 0 ? "empty" : rated < 10 ? "counts-only" : rated < 30 ? "low-base" : "ok",
    }),
  ];
};

/** With what may be claimed of all of them together: the numbers of one report. */
export const figuresOf = (weeks: Weeks, measured: MeasuredRow): readonly Figure[] =>
  claim(comparedFigures(weeks, measured));

export const stepsOf = ({ rows, lastYear }: Weeks): Report["line"]["steps"] =>
  rows.slice(-LINE_WEEKS).map(({ from, n, nsr, low, high }, i) => {
    const then = lastYear[i];
    return {
      from,
      n,
      nsr,
      low,
      high,
      lastYear: then?.nsr ?? null,
      lastYearLow: then?.low ?? null,
      lastYearHigh: then?.high ?? null,
      lastYearN: then?.n ?? 0,
    };
  });

/** Weeks without a mention after the first that had one: silence, or a crawler that died. */
export const gapsOf = ({ rows }: Weeks): readonly Instant[] => {
  const line = rows.slice(-LINE_WEEKS);
  const first = line.findIndex((row) => volumeOf(row) > 0);
  return first < 0 ? [] : line.slice(first).flatMap((row) => (volumeOf(row) === 0 ? [row.from] : []));
};

export const isWithin = (at: Instant, from: Instant, to: Instant): boolean =>
  millisOf(at) >= millisOf(from) && millisOf(at) < millisOf(to);
