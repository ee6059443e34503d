import { millisOf, type Instant, type Query, type Store } from "@molva/contracts";
import { z } from "zod";

/** A source's own rating of a brand's place there: the newest, and the one that stood a week before it. */
export interface RatingMove {
  readonly brand: string;
  readonly source: string;
  /** On the source's own scale. */
  readonly now: number;
  readonly before: number;
  readonly min: number;
  readonly max: number;
  readonly count: number | null;
}

const params = z.strictObject({ brands: z.array(z.string()).readonly(), since: z.string(), until: z.string() });
const row = z.object({
  brand: z.string(),
  source: z.string(),
  now: z.number(),
  before: z.number(),
  min: z.number(),
  max: z.number(),
  count: z.number().nullable(),
});

const MOVES: Query<z.infer<typeof params>, z.infer<typeof row>> = {
  name: "moves-of-public-ratings",
  sql: `SELECT brand_ AS brand, any(source) AS source, argMax(mean, at) AS now, argMin(mean, at) AS before,
      argMax(r.min, at) AS min, argMax(r.max, at) AS max, argMax(toNullable(toFloat64(r.count)), at) AS count
    FROM (SELECT *, arrayJoin(brands) AS brand_ FROM public_rating FINAL WHERE at >= parseDateTime64BestEffort({since:String}, 3, 'UTC')
        AND at <= parseDateTime64BestEffort({until:String}, 3, 'UTC')) AS r
    WHERE brand_ IN {brands:Array(String)}
    GROUP BY brand_, target`,
  params,
  row,
};

const WEEK_MS = 7 * 86_400_000;

export const readRatingMoves = async (
  store: Store,
  brands: readonly string[],
  now: Instant,
): Promise<readonly RatingMove[]> =>
  brands.length === 0
    ? []
    : store.query(MOVES, { brands, since: new Date(millisOf(now) - WEEK_MS).toISOString(), until: now });
