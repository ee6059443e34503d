import type { Interval } from "./interval.ts";
import { studentT } from "./student.ts";

/** What is kept of a sample to know its mean: integers add up exactly where ratings are integers. */
export interface Moments {
  readonly n: number;
  readonly sum: number;
  /** Sum of the squares. */
  readonly squares: number;
}

/** Sums of decimals leave such a share of the mean's square behind where there is no spread at all. */
const NO_SPREAD = 1e-12;

/**
 * The mean of ratings with the 95 % interval of Student's t, clamped to the scale. The interval is null below n = 2 and where all answers are
 * equal: a sample without spread does not tell the spread of what it was drawn from, and an interval of width 0 would claim that it does.
 *
 * @param scale the lowest and the highest answer there is; both in the unit of the ratings
 * @returns null when n = 0
 */
export const meanOf = (
  m: Moments,
  scale: { readonly min: number; readonly max: number },
): { readonly mean: number; readonly interval: Interval | null } | null => {
  if (m.n === 0) return null;
  const mean = m.sum / m.n;
  if (m.n < 2) return { mean, interval: null };
  const variance = Math.max(0, (m.squares - m.sum * mean) / (m.n - 1));
  if (variance <= NO_SPREAD * mean * mean) return { mean, interval: null };
  const half = studentT(m.n - 1) * Math.sqrt(variance / m.n);
  return { mean, interval: { low: Math.max(scale.min, mean - half), high: Math.min(scale.max, mean + half) } };
};
