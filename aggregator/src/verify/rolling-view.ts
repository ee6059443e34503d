import { instantOf, RATE_STATES, type Query, type RollingPoint, type Store } from "@molva/contracts";
import { z } from "zod";
import { whole } from "../tables.ts";

const params = z.strictObject({
  brands: z.array(z.string()),
  hours: z.int().min(1),
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

/** What the view `nsr_rolling` gives to those who read the store alone, for full hours of `[first, last]`, seconds since 1970. */
export const readRollingView = async (
  store: Store,
  {
    brand,
    hours,
    first,
    last,
  }: { readonly brand: string; readonly hours: number; readonly first: number; readonly last: number },
): Promise<readonly RollingPoint[]> =>
  store.query(ROLLING, { brands: [brand], hours, from: fullHour(first * 1000), to: fullHour(last * 1000) });
