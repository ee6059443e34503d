import type { Dimension, Measures, Query, Store } from "@molva/contracts";
import { meanOf, MIN_RATE, round4, shareOf, type Moments } from "@molva/numbers";
import { z } from "zod";
import { FINAL_SETTINGS, foldedMentions } from "../fold-sql.ts";
import { whole } from "../tables.ts";

/** How many mentions have which rating, as it is printed: `4`, `7/10`; '' is none. */
export interface RatedCount {
  readonly rating: string;
  readonly count: number;
}

const STARS = 5;
/** Of five: answers that are content. */
const CONTENT = 4;

/** On a scale that ends with five stars; null for no rating. The store keeps the top of a scale: 8 of 10 is 4 of 5. */
const starsOf = (rating: string): number | null => {
  if (rating === "") return null;
  const [value, top] = rating.split("/").map(Number);
  const stars = ((value ?? Number.NaN) / (top ?? STARS)) * STARS;
  return Number.isFinite(stars) ? stars : null;
};

const given = (counts: readonly RatedCount[]): readonly { readonly stars: number; readonly count: number }[] =>
  counts.flatMap(({ rating, count }) => {
    const stars = starsOf(rating);
    return stars === null || count === 0 ? [] : [{ stars, count }];
  });

const momentsOf = (answers: ReturnType<typeof given>): Moments =>
  answers.reduce(
    (m: Moments, { stars, count }) => ({
      n: m.n + count,
      sum: m.sum + stars * count,
      squares: m.squares + stars * stars * count,
    }),
    { n: 0, sum: 0, squares: 0 },
  );

/** Of ratings as they are printed (`4`, `7/10`; '' is none), on a scale that ends with five stars. */
export const ratingMoments = (counts: readonly RatedCount[]): Moments => momentsOf(given(counts));

/** Review CSAT and the mean rating of the mentions that have a rating, unscored ones too: stars without words are an answer. */
export const ratingMeasures = (
  counts: readonly RatedCount[],
): Pick<Measures, "rated" | "reviewCsat" | "csatLow" | "csatHigh" | "meanRating" | "ratingLow" | "ratingHigh"> => {
  const answers = given(counts);
  const moments = momentsOf(answers);
  const content = answers.reduce((sum, { stars, count }) => sum + (stars >= CONTENT ? count : 0), 0);
  const csat = shareOf(content, moments.n);
  const lowest = answers.reduce((least, { stars }) => Math.min(least, stars), 1);
  const mean = moments.n < MIN_RATE ? null : meanOf(moments, { min: lowest, max: STARS });
  return {
    rated: moments.n,
    reviewCsat: csat.value,
    csatLow: csat.low,
    csatHigh: csat.high,
    meanRating: mean === null ? null : round4(mean.mean),
    ratingLow: mean?.interval == null ? null : round4(mean.interval.low),
    ratingHigh: mean?.interval == null ? null : round4(mean.interval.high),
  };
};

const VALUE: Readonly<Record<Exclude<Dimension, "rating">, string>> = {
  source: "toString(source)",
  language: "toString(language_)",
  region: "toString(region_)",
  topic: "arrayJoin(if(empty(topics_), [''], arrayDistinct(arrayMap(t -> toString(t), topics_))))",
};

const params = z.strictObject({
  brands: z.array(z.string()),
  lo: z.int(),
  hi: z.int(),
  from: z.int(),
  to: z.int(),
  fine: z.int(),
  bounds: z.array(z.int()),
  asOf: z.int(),
});
export interface CrossedRow extends RatedCount {
  readonly value: string;
  /** The bound with which the segment begins, in milliseconds. */
  readonly segment: number;
}

const crossed = (by: Exclude<Dimension, "rating">): Query<z.infer<typeof params>, CrossedRow> => ({
  name: `fold-ratings-by-${by}`,
  sql: `SELECT value_ AS value, toString(rating_) AS rating, roundDown(toUnixTimestamp64Milli(at_), {bounds:Array(Int64)}) AS segment, count() AS count
    FROM (SELECT *, ${VALUE[by]} AS value_
      FROM (${foldedMentions("brand IN {brands:Array(String)} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour <= toDateTime({hi:UInt32}, 'UTC')")})
      WHERE counted AND rating_ != '' AND (coarse_ = 0 OR {fine:UInt8} = 0)
        AND toUnixTimestamp64Milli(at_) >= {from:Int64} AND toUnixTimestamp64Milli(at_) < {to:Int64})
    GROUP BY value, rating, segment SETTINGS ${FINAL_SETTINGS}`,
  params,
  row: z.object({ value: z.string(), rating: z.string(), segment: whole, count: whole }),
});

const QUERIES = {
  source: crossed("source"),
  language: crossed("language"),
  region: crossed("region"),
  topic: crossed("topic"),
} as const;

const onClock = (millis: number): number => Math.min(Math.max(Math.floor(millis / 3_600_000) * 3600, 0), 4_294_965_600);

/** Ratings of one brand by another dimension, between neighbouring bounds. Buckets hold one dimension only, so this folds the facts of the stretch. */
export const readCrossedRatings = (
  store: Store,
  ask: {
    readonly brand: string;
    readonly by: Exclude<Dimension, "rating">;
    readonly bounds: readonly number[];
    readonly coarse: boolean;
    readonly asOf: number;
  },
): Promise<readonly CrossedRow[]> => {
  const [from, to] = [ask.bounds[0] ?? 0, ask.bounds.at(-1) ?? 0];
  return store.query(QUERIES[ask.by], {
    brands: [ask.brand],
    lo: onClock(from),
    hi: onClock(to),
    from,
    to,
    fine: ask.coarse ? 0 : 1,
    bounds: [...ask.bounds],
    asOf: ask.asOf,
  });
};
