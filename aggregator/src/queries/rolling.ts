import {
  instantOf,
  millisOf,
  PipelineError,
  RATE_STATES,
  type Instant,
  type Query,
  type RollingPoint,
  type Store,
} from "@molva/contracts";
import { z } from "zod";
import { whole } from "../tables.ts";

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

const params = z.strictObject({
  brands: z.array(z.string()),
  hours: z.int().min(1).max(LONGEST),
  from: z.string(),
  to: z.string(),
});
const percent = z.number().nullable();

const ROLLING: Query<z.infer<typeof params>, RollingPoint> = {
  name: "nsr-rolling",
  sql: `SELECT brand, toUnixTimestamp(v.at) AS at, positive, neutral, negative, unscored, n,
      nsr, low, high, nsr_polar AS nsrPolar, polar_low AS polarLow, polar_high AS polarHigh, state
    FROM nsr_rolling(brands = {brands:Array(String)}, hours = {hours:UInt16}, from = {from:String}, to = {to:String}) AS v
    ORDER BY brand, v.at`,
  params,
  row: z.object({
    brand: z.string(),
    at: z.int().transform((seconds) => instantOf(seconds * 1000)),
    positive: whole,
    neutral: whole,
    negative: whole,
    unscored: whole,
    n: whole,
    nsr: percent,
    low: percent,
    high: percent,
    nsrPolar: percent,
    polarLow: percent,
    polarHigh: percent,
    state: z.enum(RATE_STATES),
  }),
};

const fullHour = (time: number): string => new Date(time).toISOString().slice(0, 19).replace("T", " ");

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
  return store.query(ROLLING, { brands, hours, from: fullHour(first), to: fullHour(last) });
};
