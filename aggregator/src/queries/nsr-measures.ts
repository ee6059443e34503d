import { millisOf, type Counts, type MeasuredRow, type Measures, type NsrRow, type Store } from "@molva/contracts";
import { round4, shareOf, volumeInterval } from "@molva/numbers";
import { FOREVER } from "../steps.ts";
import { NONE, readNsr, type NsrQuestion } from "./nsr.ts";
import { takesCoarse, windowOf, type Stretch } from "./periods.ts";
import { ratingMeasures, readCrossedRatings, type RatedCount } from "./ratings.ts";
import { countStretches, type Counted } from "./segments.ts";
import { earlierWindows, sinceFirst } from "./volume.ts";

export interface MeasuresQuestion extends NsrQuestion {
  /** The brands against which share of voice is measured, the row's own added where it is missing. Null: none is told. */
  readonly against: readonly string[] | null;
}

const size = ({ positive, neutral, negative, unscored }: Counts): number => positive + neutral + negative + unscored;

const stretchOf = (row: NsrRow): Stretch => ({ from: millisOf(row.from), to: millisOf(row.to) });

type RatingsOf = (row: NsrRow) => readonly RatedCount[];

const valueOf = (row: NsrRow, by: MeasuresQuestion["by"], known: readonly string[]): string => {
  const value = by === null ? "" : (row[by] ?? "");
  return value === NONE && !known.includes(NONE) ? "" : value;
};

/** From the buckets, where the division is by rating or by nothing. */
const ratingsFrom =
  (rated: Counted, by: MeasuresQuestion["by"]): RatingsOf =>
  (row) =>
    rated
      .values(row.brand)
      .filter((rating) => by === null || rating === valueOf(row, by, rated.values(row.brand)))
      .map((rating) => ({ rating, count: size(rated.over(row.brand, rating, stretchOf(row))) }));

const crossedRatings = async (
  store: Store,
  rows: readonly NsrRow[],
  by: "source" | "language" | "region" | "topic",
  { coarse, asOf }: { readonly coarse: boolean; readonly asOf: number },
): Promise<RatingsOf> => {
  const found = new Map<string, { readonly segment: number; readonly rating: string; readonly count: number }[]>();
  const values = new Map<string, Set<string>>();
  for (const brand of new Set(rows.map((row) => row.brand))) {
    const own = rows.filter((row) => row.brand === brand);
    const bounds = [...new Set(own.map(stretchOf).flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
    values.set(brand, new Set());
    for (const { value, ...rest } of await readCrossedRatings(store, { brand, by, bounds, coarse, asOf })) {
      const key = JSON.stringify([brand, value]);
      const list = found.get(key) ?? [];
      list.push(rest);
      found.set(key, list);
      values.get(brand)?.add(value);
    }
  }
  return (row) => {
    const { from, to } = stretchOf(row);
    const value = valueOf(row, by, [...(values.get(row.brand) ?? [])]);
    return (found.get(JSON.stringify([row.brand, value])) ?? []).filter(
      ({ segment }) => segment >= from && segment < to,
    );
  };
};

const measuresOf = (
  row: NsrRow,
  by: MeasuresQuestion["by"],
  counted: Counted,
  ratings: readonly RatedCount[],
  against: readonly string[] | null,
): Measures => {
  const own = stretchOf(row);
  const volume = row.n + row.unscored;
  const value = valueOf(row, by, counted.values(row.brand));
  const negative = shareOf(row.negative, row.n);
  const set = against === null ? null : [...new Set([row.brand, ...against])].toSorted();
  const all = set?.reduce((sum, brand) => sum + size(counted.over(brand, value, own)), 0) ?? 0;
  const voice = set === null ? null : shareOf(volume, all);
  const earlier = earlierWindows(own).map((window) => size(counted.over(row.brand, value, window)));
  const swing = volumeInterval(volume, sinceFirst(earlier));
  return {
    negativeShare: negative.value,
    negativeLow: negative.low,
    negativeHigh: negative.high,
    voiceShare: voice?.value ?? null,
    voiceLow: voice?.low ?? null,
    voiceHigh: voice?.high ?? null,
    voiceOf: set === null ? null : all,
    voiceAgainst: set,
    ...ratingMeasures(ratings),
    volume,
    volumeLow: swing === null ? null : round4(swing.low),
    volumeHigh: swing === null ? null : round4(swing.high),
  };
};

/**
 * The rows of `readNsr` with what else is measured over the same mentions, as of the same point: share of negative, share of voice, review CSAT, mean
 * rating, volume. By source, language, region or topic the ratings are folded from the facts, which takes longer than the rates.
 * @throws {PipelineError} as `readNsr`.
 */
export const readMeasures = async (store: Store, question: MeasuresQuestion): Promise<readonly MeasuredRow[]> => {
  const rows = await readNsr(store, question);
  if (rows.length === 0) return [];
  const { by, against, step, tz } = question;
  const coarse = takesCoarse({ window: question.window === null ? null : windowOf(question.window), step, tz });
  const point = rows[0]?.asOf ?? null;
  const asOf = point === null ? FOREVER : millisOf(point);
  const periods = rows.map(stretchOf);
  const brands = [...new Set([...question.brands, ...(against ?? [])])];
  const stretches = [...periods, ...periods.flatMap(earlierWindows)];
  const counted = await countStretches(store, { brands, stretches, by, coarse, asOf });
  const ratings =
    by === null || by === "rating"
      ? ratingsFrom(
          by === "rating"
            ? counted
            : await countStretches(store, { brands: question.brands, stretches: periods, by: "rating", coarse, asOf }),
          by,
        )
      : await crossedRatings(store, rows, by, { coarse, asOf });
  return rows.map((row) => ({ ...row, ...measuresOf(row, by, counted, ratings(row), against) }));
};
