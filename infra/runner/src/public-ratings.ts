import { instantOf, millisOf, type Clock, type Store, type Table } from "@molva/contracts";
import type { TargetReport } from "@molva/crawlers";
import { z } from "zod";

const HOUR_MS = 3_600_000;

const ratingRow = z.strictObject({
  target: z.string(),
  /** The beginning of the hour: the last word of an hour is the one that stays. */
  at: z.string(),
  source: z.string(),
  brands: z.array(z.string()),
  title: z.string(),
  mean: z.number(),
  min: z.number(),
  max: z.number(),
  count: z.int().nonnegative().nullable(),
  ver: z.string(),
});
type RatingRow = z.infer<typeof ratingRow>;
const PUBLIC_RATING: Table<RatingRow> = { name: "public_rating", row: ratingRow };

/** Keeps what the sources of a round say of the whole, as a series beside our own numbers. @throws {PipelineError} what the store throws. */
export const savePublicRatings = async (
  store: Store,
  reports: readonly TargetReport[],
  clock: Clock,
): Promise<void> => {
  const now = millisOf(clock());
  const rows = reports.flatMap(({ health, publicRating, outcome }): readonly RatingRow[] =>
    outcome !== "done" || publicRating === null
      ? []
      : [
          {
            target: health.target,
            at: instantOf(Math.floor(now / HOUR_MS) * HOUR_MS),
            source: health.source,
            brands: health.brands,
            title: health.title,
            mean: publicRating.mean,
            min: publicRating.min,
            max: publicRating.max,
            count: publicRating.count === null ? null : Math.round(publicRating.count),
            ver: String(now),
          },
        ],
  );
  if (rows.length > 0) await store.insert(PUBLIC_RATING, rows);
};

const seriesRow = z.object({
  brand: z.string(),
  source: z.string(),
  target: z.string(),
  title: z.string(),
  at: z.string(),
  mean: z.number(),
  min: z.number(),
  max: z.number(),
  count: z.number().nullable(),
});
export type PublicRatingPoint = z.infer<typeof seriesRow>;

const SERIES = {
  name: "public-ratings",
  sql: `SELECT brand, source, target, title, formatDateTime(at, '%Y-%m-%dT%H:%i:%S.000Z', 'UTC') AS at, mean, min, max, toFloat64(count) AS count
FROM public_rating_of(brands = {brands:Array(String)})
ORDER BY brand, source, target, public_rating_of.at`,
  params: z.object({ brands: z.array(z.string()) }),
  row: seriesRow,
};

/** The series of these brands, oldest first within each target. */
export const readPublicRatings = (store: Store, brands: readonly string[]): Promise<readonly PublicRatingPoint[]> =>
  store.query(SERIES, { brands });
