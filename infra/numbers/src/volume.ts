import { Z, type Interval } from "./interval.ts";

/** So many earlier windows at least, else nothing is known about how much the volume swings. */
const MIN_WINDOWS = 4;
/** The exact upper 97.5 % limit of a Poisson mean after a count of 0: −ln 0.025. */
const UPPER_OF_ZERO = 3.6889;

/**
 * By how much counts of mentions swing more than chance alone makes them: Pearson's dispersion Σ(y − ȳ)² / (ȳ (k − 1)) of a quasi-Poisson model
 * with a constant mean, never below 1. Source: P. McCullagh, J. A. Nelder, "Generalized Linear Models" (1989), §6.2.
 *
 * @param counts windows of the same length that precede the one asked about and do not overlap: the last twelve weeks
 * @returns null with fewer than four windows, or when all are empty
 */
export const dispersion = (counts: readonly number[]): number | null => {
  const k = counts.length;
  const mean = counts.reduce((sum, y) => sum + y, 0) / k;
  if (k < MIN_WINDOWS || mean === 0) return null;
  return Math.max(1, counts.reduce((sum, y) => sum + (y - mean) ** 2, 0) / (mean * (k - 1)));
};

/**
 * The 95 % interval of the volume behind a count: count · exp(± 1.96 √(φ / count)), Wald's on the log link, with φ from `dispersion`; after a
 * count of 0 from 0 to 3.69 φ. In mentions.
 *
 * @returns null where `dispersion` is
 */
export const volumeInterval = (count: number, earlier: readonly number[]): Interval | null => {
  const phi = dispersion(earlier);
  if (phi === null) return null;
  if (count === 0) return { low: 0, high: UPPER_OF_ZERO * phi };
  const factor = Math.exp(Z * Math.sqrt(phi / count));
  return { low: count / factor, high: count * factor };
};
