import type { Overview, ChartPoint } from "../desk/reads.ts";
import type { FormulaName, Words } from "./words.ts";

export type Headline = Overview["headlines"]["7d"][number];

/** A rate with its interval, by one of the two formulas. Percent, −100…100. */
export interface Rate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

type Rated = Pick<ChartPoint, "nsr" | "nsrPolar" | "low" | "high" | "polarLow" | "polarHigh" | "state">;

/** Null where no rate may be shown: too few mentions, or none that the formula counts. */
export const rateOf = (row: Rated, formula: FormulaName): Rate | null => {
  const [value, low, high] =
    formula === "nsr" ? [row.nsr, row.low, row.high] : [row.nsrPolar, row.polarLow, row.polarHigh];
  if (row.state === "empty" || row.state === "counts-only" || value === null || low === null || high === null)
    return null;
  return { value, low, high };
};

export const bandOf = (rate: Rate): keyof Words["bands"] =>
  rate.low > 0 ? "above" : rate.high < 0 ? "below" : "around";
