/** A 95 % interval with the point it is built around. In the unit of the function that returns it. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** An estimate with its standard error, both as a share (−1…1). */
export interface Estimate {
  readonly d: number;
  readonly se: number;
}

/** Two-sided 95 % of the normal distribution, as PRODUCT.md prints it: the SQL views use the same two decimals. */
export const Z = 1.96;

/** Half of the three pseudo-answers goes to the middle, a quarter to each end. */
const ADDED_END = 0.75;
const ADDED_ALL = 3;

/**
 * Adjusted Wald for a difference of two shares of one multinomial sample, as NSR and NPS are: three pseudo-answers are
 * added, ¾ to each end and 1½ to the middle, then Wald's formula is used.
 *
 * Source: B. Rocks, "Interval Estimation for the 'Net Promoter Score'", The American Statistician 70:4 (2016), AWald(¾, 3).
 *
 * @param plus how many answers count +1, minus how many count −1, n how many there are in all (≥ plus + minus).
 * @returns shares; `d` is the centre of the interval, not the rate that is printed. Defined for n = 0 too (d = 0, very wide).
 */
export const adjustedWald = (plus: number, minus: number, n: number): Estimate => {
  const size = n + ADDED_ALL;
  const p = (plus + ADDED_END) / size;
  const m = (minus + ADDED_END) / size;
  const d = p - m;
  return { d, se: Math.sqrt(Math.max(0, p + m - d * d) / size) };
};

/** The interval around an estimate, clamped to −1…1. */
export const around = ({ d, se }: Estimate): Interval => ({
  low: Math.max(-1, d - Z * se),
  high: Math.min(1, d + Z * se),
});

/**
 * Wilson's score interval for a share.
 *
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
 *
 * @param k successes, 0…n
 * @returns shares in 0…1, or null when n = 0
 */
export const wilson = (k: number, n: number): Interval | null => {
  if (n === 0) return null;
  const p = k / n;
  const zz = Z * Z;
  const centre = (p + zz / (2 * n)) / (1 + zz / n);
  const half = (Z / (1 + zz / n)) * Math.sqrt((p * (1 - p)) / n + zz / (4 * n * n));
  // At k = 0 and k = n the bound is exactly 0 or 1; rounding errors must not move it.
  return { low: k === 0 ? 0 : Math.max(0, centre - half), high: k === n ? 1 : Math.min(1, centre + half) };
};
