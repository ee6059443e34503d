import { millisOf, type Counts, type Instant, type Store } from "@molva/contracts";
import { rate, type Moments, type Rate } from "@molva/numbers";
import { ratingMoments } from "../queries/ratings.ts";
import { countStretches } from "../queries/segments.ts";
import { FOREVER } from "../steps.ts";

/** A week of one brand. Rates in percent, or null. */
export interface CountedWeek extends Counts, Pick<Rate, "n" | "nsr" | "low" | "high"> {
  readonly from: Instant;
  readonly to: Instant;
}

export interface WeekCounts {
  /** In the order of the question. */
  readonly weeks: readonly CountedWeek[];
  /** Stars of the last weeks that were asked for, the newest last. */
  readonly ratings: readonly Moments[];
}

/** Any weeks of many brands, in two statements whatever their number. `rated`: of how many of the last weeks the ratings are read. */
export const readWeekCounts = async (
  store: Store,
  question: {
    readonly brands: readonly string[];
    readonly weeks: readonly { readonly from: Instant; readonly to: Instant }[];
    readonly rated: number;
    readonly asOf: Instant | null;
  },
): Promise<ReadonlyMap<string, WeekCounts>> => {
  const { brands, weeks, rated, asOf } = question;
  const stretches = weeks.map(({ from, to }) => ({ from: millisOf(from), to: millisOf(to) }));
  const ask = { brands, coarse: true, asOf: asOf === null ? FOREVER : millisOf(asOf), originals: false };
  const counted = await countStretches(store, { ...ask, stretches, by: null });
  const last = stretches.slice(-rated);
  const stars = await countStretches(store, { ...ask, stretches: last, by: "rating" });
  return new Map(
    brands.map((brand) => [
      brand,
      {
        weeks: weeks.map(({ from, to }, i) => {
          const { originals: _, ...counts } = counted.over(brand, "", stretches[i] as (typeof stretches)[number]);
          const { n, nsr, low, high } = rate(counts);
          return { from, to, ...counts, n, nsr, low, high };
        }),
        ratings: last.map((stretch) =>
          ratingMoments(
            stars.values(brand).map((rating) => {
              const { positive, neutral, negative, unscored } = stars.over(brand, rating, stretch);
              return { rating, count: positive + neutral + negative + unscored };
            }),
          ),
        ),
      },
    ]),
  );
};
