import type { Verdict } from "@molva/contracts";
import { adjustedWald, Z, type Estimate, type Interval } from "./interval.ts";
import { sizeOf, type Polarity } from "./rate.ts";

/** Below this n, on either side, nothing is claimed. */
export const MIN_VERDICT = 100;

const estimateOf = (c: Polarity): Estimate => adjustedWald(c.positive, c.negative, sizeOf(c));

/**
 * The 95 % interval of (current − previous) as shares, −2…2: the two adjusted Wald estimates are independent, for the
 * windows do not overlap, so their variances add.
 */
export const differenceInterval = (current: Polarity, previous: Polarity): Interval => {
  const now = estimateOf(current);
  const before = estimateOf(previous);
  const half = Z * Math.hypot(now.se, before.se);
  const d = now.d - before.d;
  return { low: d - half, high: d + half };
};

/**
 * What may be claimed of a window against the preceding, non-overlapping window of the same length: "up" or "down" when
 * the interval of the difference leaves out 0. Null when either n < 100: then nothing is claimed, not even "no change".
 */
export const verdict = (current: Polarity, previous: Polarity): Verdict | null => {
  if (sizeOf(current) < MIN_VERDICT || sizeOf(previous) < MIN_VERDICT) return null;
  const { low, high } = differenceInterval(current, previous);
  if (low > 0) return "up";
  return high < 0 ? "down" : "no significant change";
};
