import { claim, comparisonOf, ratingMoments, readNsr, type Sample } from "@molva/aggregator";
import {
  millisOf,
  type Against,
  type Figure,
  type FigureKey,
  type Instant,
  type MeasuredRow,
  type NsrRow,
  type Report,
  type Store,
} from "@molva/contracts";
import { addSteps } from "@molva/text";
import type { Week } from "./weeks.ts";

/** Weeks of the line, and those before them that the volume's swing is known from. */
export const LINE_WEEKS = 12;
const PAST_WEEKS = 12;
const COMPARED_WEEKS = 4;
const YEAR_WEEKS = 52;

export interface WeeksQuestion {
  readonly brand: string;
  readonly week: Week;
  readonly zone: string;
  readonly asOf: Instant | null;
  readonly horizon: Instant | null;
}

export interface Weeks {
  /** Thirteen weeks, the reported one last. */
  readonly rows: readonly NsrRow[];
  readonly lastYear: readonly NsrRow[];
  /** The reported week, and the four before it. */
  readonly ratings: readonly NsrRow[];
}

/** The weeks that a report looks back on: whole weeks of the zone's calendar, as of one point. */
export const readWeeks = async (store: Store, { brand, week, zone, asOf, horizon }: WeeksQuestion): Promise<Weeks> => {
  const back = (weeks: number, from: Instant = week.from): Instant => addSteps(from, -weeks, "week", zone);
  const ask = { brands: [brand], window: null, step: "week" as const, tz: zone, asOf, horizon };
  const rows = await readNsr(store, { ...ask, by: null, from: back(PAST_WEEKS), to: week.to });
  const lastYear = await readNsr(store, {
    ...ask,
    by: null,
    from: back(LINE_WEEKS - 1 + YEAR_WEEKS),
    to: back(YEAR_WEEKS, week.to),
  });
  const ratings = await readNsr(store, { ...ask, by: "rating", from: back(COMPARED_WEEKS), to: week.to });
  return { rows, lastYear, ratings };
};

const volumeOf = (row: NsrRow): number => row.n + row.unscored;
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

const sampleOf = (rows: readonly NsrRow[], ratings: readonly NsrRow[]): Sample => {
  const froms = new Set<string>(rows.map(({ from }) => from));
  const rated = ratings.filter(({ from }) => froms.has(from));
  return {
    positive: sum(rows.map(({ positive }) => positive)),
    neutral: sum(rows.map(({ neutral }) => neutral)),
    negative: sum(rows.map(({ negative }) => negative)),
    volume: sum(rows.map(volumeOf)),
    ratings: ratingMoments(
      rated.map((row) => ({ rating: row.rating === "none" ? "" : (row.rating ?? ""), count: volumeOf(row) })),
    ),
    weeks: rows.length,
  };
};

/** From the first week with a mention on: before it the brand was not watched, which is no calm. */
const sinceFirst = (volumes: readonly number[]): readonly number[] => {
  const first = volumes.findIndex((count) => count > 0);
  return first < 0 ? [] : volumes.slice(first);
};

/** The four numbers that matter, each against the week before and the four weeks before, with what may be claimed of all of them together. */
export const figuresOf = ({ rows, ratings }: Weeks, measured: MeasuredRow): readonly Figure[] => {
  const before = rows.slice(0, -1);
  const volumes = sinceFirst(before.map(volumeOf));
  const now = sampleOf(rows.slice(-1), ratings);
  const known = (count: number): readonly NsrRow[] => before.slice(-Math.min(count, volumes.length));
  const samples: readonly (readonly [Against, readonly NsrRow[]])[] = [
    ...(volumes.length === 0 ? [] : [["week", known(1)] as const]),
    ...(volumes.length < COMPARED_WEEKS ? [] : [["four-weeks", known(COMPARED_WEEKS)] as const]),
  ];
  const comparisons = (key: FigureKey): Figure["comparisons"] =>
    samples.map(([against, past]) => comparisonOf(key, against, now, sampleOf(past, ratings), volumes));
  const { n, state } = measured;
  return claim([
    {
      key: "nsr",
      value: measured.nsr,
      low: measured.low,
      high: measured.high,
      n,
      state,
      comparisons: comparisons("nsr"),
    },
    {
      key: "volume",
      value: measured.volume,
      low: measured.volumeLow,
      high: measured.volumeHigh,
      n: measured.volume,
      state: measured.volume === 0 ? "empty" : "ok",
      comparisons: comparisons("volume"),
    },
    {
      key: "negative-share",
      value: measured.negativeShare,
      low: measured.negativeLow,
      high: measured.negativeHigh,
      n,
      state,
      comparisons: comparisons("negative-share"),
    },
    {
      key: "mean-rating",
      value: measured.meanRating,
      low: measured.ratingLow,
      high: measured.ratingHigh,
      n: measured.rated,
      state:
        measured.rated === 0 ? "empty" : measured.rated < 10 ? "counts-only" : measured.rated < 30 ? "low-base" : "ok",
      comparisons: comparisons("mean-rating"),
    },
  ]);
};

export const stepsOf = ({ rows, lastYear }: Weeks): Report["line"]["steps"] =>
  rows.slice(-LINE_WEEKS).map(({ from, n, nsr, low, high }, i) => ({
    from,
    n,
    nsr,
    low,
    high,
    lastYear: lastYear[i]?.nsr ?? null,
  }));

/** Weeks without a mention after the first that had one: silence, or a crawler that died. */
export const gapsOf = ({ rows }: Weeks): readonly Instant[] => {
  const line = rows.slice(-LINE_WEEKS);
  const first = line.findIndex((row) => volumeOf(row) > 0);
  return first < 0 ? [] : line.slice(first).flatMap((row) => (volumeOf(row) === 0 ? [row.from] : []));
};

export const isWithin = (at: Instant, from: Instant, to: Instant): boolean =>
  millisOf(at) >= millisOf(from) && millisOf(at) < millisOf(to);
