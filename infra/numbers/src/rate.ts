import type { Counts, RateState } from "@molva/contracts";
import { adjustedWald, around, wilson, type Interval } from "./interval.ts";
import { round4 } from "./round.ts";

/** Below this n there are counts and no rate. */
export const MIN_RATE = 10;
/** Below this n a rate is marked "low base". */
const MIN_BASE = 30;

/** Net sentiment of a set of labelled mentions. Percent with four decimals, −100…100; null where there is no rate. */
export interface Rate {
  /** positive + neutral + negative; `unscored` is never in it. */
  readonly n: number;
  /** (P − N) / n × 100. */
  readonly nsr: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** (P − N) / (P + N) × 100; null also when P + N = 0. */
  readonly nsrPolar: number | null;
  readonly polarLow: number | null;
  readonly polarHigh: number | null;
  readonly state: RateState;
}

export type Polarity = Pick<Counts, "positive" | "neutral" | "negative">;

export const sizeOf = (c: Polarity): number => c.positive + c.neutral + c.negative;

/** `empty` n = 0; `counts-only` n < 10; `low-base` 10–29; `ok` from 30 on. */
export const stateOf = (n: number): RateState => {
  if (n === 0) return "empty";
  if (n < MIN_RATE) return "counts-only";
  return n < MIN_BASE ? "low-base" : "ok";
};

const percent = (x: number): number => round4(x * 100);

/** Wilson on P / (P + N), mapped by 2x − 1. As shares, null when P + N = 0. */
export const polarInterval = (positive: number, negative: number): Interval | null => {
  const share = wilson(positive, positive + negative);
  return share && { low: 2 * share.low - 1, high: 2 * share.high - 1 };
};

/**
 * Both net sentiment rates with their 95 % intervals and what may be said of them.
 *
 * `nsr` has the adjusted Wald interval (see `adjustedWald`), which always contains it; `nsrPolar` has Wilson's (see `polarInterval`).
 * No rate below n = 10: all six are null, the counts remain.
 */
export const rate = (counts: Polarity): Rate => {
  const n = sizeOf(counts);
  const state = stateOf(n);
  const { positive, negative } = counts;
  if (n < MIN_RATE)
    return { n, nsr: null, low: null, high: null, nsrPolar: null, polarLow: null, polarHigh: null, state };
  const { low, high } = around(adjustedWald(positive, negative, n));
  const polar = polarInterval(positive, negative);
  return {
    n,
    nsr: round4(((positive - negative) / n) * 100),
    low: percent(low),
    high: percent(high),
    nsrPolar: polar === null ? null : round4(((positive - negative) / (positive + negative)) * 100),
    polarLow: polar === null ? null : percent(polar.low),
    polarHigh: polar === null ? null : percent(polar.high),
    state,
  };
};
