import {
  instantOf,
  millisOf,
  PipelineError,
  type Instant,
  type Query,
  type RollingPoint,
  type Store,
} from "@molva/contracts";
import { rate } from "@molva/numbers";
import { z } from "zod";
import { FINAL_SETTINGS } from "../fold-sql.ts";

export interface RollingQuestion {
  readonly brands: readonly string[];
  /** Length of the window in hours, 1…8784. */
  readonly hours: number;
  /** The first and the last full hour in this range are included. */
  readonly from: Instant;
  readonly to: Instant;
}

const HOUR = 3_600_000;
const LONGEST = 8784;
/** Mentions of which only the day is known say nothing about windows of less than a day. */
const DAY_HOURS = 24;

const params = z.strictObject({ brands: z.array(z.string()), lo: z.int(), hi: z.int(), coarse: z.int() });
const LABELS = ["positive", "neutral", "negative", "unscored"] as const;
const counts = z.array(z.int());
const row = z.object({
  brand: z.string(),
  hours: counts,
  positive: counts,
  neutral: counts,
  negative: counts,
  unscored: counts,
});

/**
 * One row a brand, its hours side by side: thousands of points as rows of text take longer to write and to read than to count. The view
 * `nsr_rolling` gives the same to those who read the store alone; `verify` holds it against a recount, and a test against this.
 */
const HOURS: Query<z.infer<typeof params>, z.infer<typeof row>> = {
  name: "hours-of-rolling",
  sql: `SELECT brand, groupArray(toUnixTimestamp(hour)) AS hours,
      ${LABELS.map((label) => `groupArray(toUInt32(${label} - if({coarse:UInt8} = 1, 0, coarse_${label}))) AS ${label}`).join(", ")}
    FROM bucket FINAL
    WHERE brand IN {brands:Array(String)} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour < toDateTime({hi:UInt32}, 'UTC')
    GROUP BY brand ORDER BY brand SETTINGS ${FINAL_SETTINGS}, max_threads = 1`,
  params,
  row,
};

const pointsOf = (
  found: z.infer<typeof row>,
  { hours, first, last }: { readonly hours: number; readonly first: number; readonly last: number },
): readonly RollingPoint[] => {
  const start = first / HOUR - hours;
  const length = last / HOUR - start;
  const counted = LABELS.map(() => new Float64Array(length));
  for (const [i, seconds] of found.hours.entries())
    for (const [k, label] of LABELS.entries())
      (counted[k] as Float64Array)[seconds / 3600 - start] = found[label][i] as number;
  const sums = [0, 0, 0, 0] as [number, number, number, number];
  const points: RollingPoint[] = [];
  for (let i = 0; i <= length; i += 1) {
    if (i >= hours) {
      const [positive, neutral, negative, unscored] = sums;
      points.push({
        brand: found.brand,
        at: instantOf((start + i) * HOUR),
        positive,
        neutral,
        negative,
        unscored,
        ...rate({ positive, neutral, negative }),
      });
    }
    for (const [k, of] of counted.entries())
      sums[k as 0] += (of[i] ?? 0) - (i >= hours ? (of[i - hours] as number) : 0);
  }
  return points;
};

/**
 * The series a chart draws, one point per full hour, oldest first within a brand; a brand without a mention in reach has none. It reads
 * the buckets as they stand, so while facts are being applied its newest points may run ahead of `readNsr`.
 * @throws {PipelineError} `USAGE` for a window that is no number of hours; what the store throws.
 */
export const readRolling = async (
  store: Store,
  { brands, hours, from, to }: RollingQuestion,
): Promise<readonly RollingPoint[]> => {
  if (!Number.isInteger(hours) || hours < 1 || hours > LONGEST)
    throw new PipelineError(`a rolling window of ${hours} hours: use 1 to ${LONGEST}`, {
      code: "USAGE",
      recovery: "exit",
    });
  const [first, last] = [Math.ceil(millisOf(from) / HOUR) * HOUR, Math.floor(millisOf(to) / HOUR) * HOUR];
  if (first > last || brands.length === 0) return [];
  const [lo, hi] = [first / 1000 - hours * 3600, last / 1000].map((time) => Math.max(time, 0)) as [number, number];
  const found = await store.query(HOURS, { brands, lo, hi, coarse: hours < DAY_HOURS ? 0 : 1 });
  return found.flatMap((one) => pointsOf(one, { hours, first, last }));
};
