import { adjustedWald, Z, type Estimate } from "./interval.ts";
import { sizeOf, type Polarity } from "./rate.ts";
import type { Moments } from "./mean.ts";
import { studentT } from "./student.ts";
import { twoSided } from "./tail.ts";

/** Two independent samples beside each other: by how much they differ, its 95 % interval, and how often chance alone brings as much. */
export interface Comparison {
  /** Current less previous, in the unit of the number; of volumes in percent of the previous one. */
  readonly change: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided, 0…1. */
  readonly p: number;
}

const around = (centre: number, se: number, freedom = Number.POSITIVE_INFINITY): Omit<Comparison, "change"> => {
  const half = (Number.isFinite(freedom) ? studentT(Math.max(1, Math.floor(freedom))) : Z) * se;
  return { low: centre - half, high: centre + half, p: se === 0 ? 1 : twoSided(centre / se, freedom) };
};

const estimateOf = (c: Polarity): Estimate => adjustedWald(c.positive, c.negative, sizeOf(c));

/** NSR in points: the interval that `verdict` judges by (see `differenceInterval`). Null when either is empty. */
export const compareRates = (current: Polarity, previous: Polarity): Comparison | null => {
  const [n, before] = [sizeOf(current), sizeOf(previous)];
  if (n === 0 || before === 0) return null;
  const [a, b] = [estimateOf(current), estimateOf(previous)];
  const { low, high, p } = around(a.d - b.d, Math.hypot(a.se, b.se));
  const net = (c: Polarity, size: number): number => ((c.positive - c.negative) / size) * 100;
  return { change: net(current, n) - net(previous, before), low: low * 100, high: high * 100, p };
};

/** k of n. */
export interface Part {
  readonly k: number;
  readonly n: number;
}

/**
 * Shares in points, with one success and one failure added to each sample.
 * Source: A. Agresti, B. Caffo, "Simple and effective confidence intervals for proportions and differences", The American Statistician 54 (2000).
 */
export const compareShares = (current: Part, previous: Part): Comparison | null => {
  if (current.n === 0 || previous.n === 0) return null;
  const adjusted = ({ k, n }: Part): readonly [share: number, size: number] => [(k + 1) / (n + 2), n + 2];
  const [[a, n], [b, m]] = [adjusted(current), adjusted(previous)];
  const { low, high, p } = around(a - b, Math.sqrt((a * (1 - a)) / n + (b * (1 - b)) / m));
  const change = (current.k / current.n - previous.k / previous.n) * 100;
  return { change, low: low * 100, high: high * 100, p };
};

/**
 * Means of two samples of unequal spread, in the unit of the ratings. Null when either has fewer than two answers or none of them has any spread.
 * Source: B. L. Welch, "The generalization of Student's problem when several different population variances are involved", Biometrika 34 (1947).
 */
export const compareMeans = (current: Moments, previous: Moments): Comparison | null => {
  if (current.n < 2 || previous.n < 2) return null;
  const spread = (m: Moments): number => Math.max(0, (m.squares - (m.sum * m.sum) / m.n) / (m.n - 1)) / m.n;
  const [a, b] = [spread(current), spread(previous)];
  if (a + b <= 1e-12) return null;
  const freedom = (a + b) ** 2 / (a ** 2 / (current.n - 1) + b ** 2 / (previous.n - 1));
  const change = current.sum / current.n - previous.sum / previous.n;
  return { change, ...around(change, Math.sqrt(a + b), freedom) };
};

/** Mentions in so many windows of the same length. */
export interface Volume {
  readonly count: number;
  readonly windows: number;
}

/**
 * Volumes a window, in percent of the previous: the difference of logarithms of two quasi-Poisson counts, each with the variance φ / count. φ
 * comes from few windows, so its error counts too (Student's t). Null when either is 0.
 * Source: P. McCullagh, J. A. Nelder, "Generalized Linear Models" (1989), §6.2 and §9.2.
 * @param phi as `dispersion` gives it
 * @param freedom windows that φ comes from, less one
 */
export const compareVolumes = (current: Volume, previous: Volume, phi: number, freedom: number): Comparison | null => {
  if (current.count === 0 || previous.count === 0 || freedom < 1) return null;
  const ratio = Math.log(current.count / current.windows) - Math.log(previous.count / previous.windows);
  const { low, high, p } = around(ratio, Math.sqrt(phi * (1 / current.count + 1 / previous.count)), freedom);
  const percent = (x: number): number => Math.expm1(x) * 100;
  return { change: percent(ratio), low: percent(low), high: percent(high), p };
};
