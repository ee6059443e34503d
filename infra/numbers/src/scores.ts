import { adjustedWald, around, wilson } from "./interval.ts";
import { MIN_RATE, stateOf } from "./rate.ts";
import { round4 } from "./round.ts";
import type { RateState } from "@molva/contracts";

/** A number in percent or points with its 95 % interval; all three null where there is none. */
export interface Score {
  readonly n: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly state: RateState;
}

const percent = (x: number): number => round4(x * 100);

const none = (n: number): Score => ({ n, value: null, low: null, high: null, state: stateOf(n) });

/**
 * A share k / n in percent with Wilson's interval: CSAT (answers 4–5 of 5), share of voice, the share of customers lost.
 * @param k 0…n
 */
export const shareOf = (k: number, n: number): Score => {
  const interval = n < MIN_RATE ? null : wilson(k, n);
  if (interval === null) return none(n);
  return {
    n,
    value: round4((k / n) * 100),
    low: percent(interval.low),
    high: percent(interval.high),
    state: stateOf(n),
  };
};

/** Net Promoter Score, −100…100: share of promoters (9–10) minus share of detractors (0–6); passives (7–8) stay in n. Adjusted Wald. */
export const npsOf = (promoters: number, passives: number, detractors: number): Score => {
  const n = promoters + passives + detractors;
  if (n < MIN_RATE) return none(n);
  const { low, high } = around(adjustedWald(promoters, detractors, n));
  return {
    n,
    value: round4(((promoters - detractors) / n) * 100),
    low: percent(low),
    high: percent(high),
    state: stateOf(n),
  };
};
