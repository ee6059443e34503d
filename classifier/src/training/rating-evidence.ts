import { MOST_SHIFT, type RatingEvidence } from "../rating.ts";
import type { Three } from "../weights.ts";

interface Rated {
  /** Stars of five; fewer than one is one. */
  readonly rating: number;
  /** What the words alone say. */
  readonly probabilities: Three;
}

const CLASSES = [0, 1, 2] as const;

/**
 * ln P(stars | what the words say), less its mean over the classes, at most `MOST_SHIFT` either way. The labels of these
 * sets are their stars, so nothing can be learned from labels: texts that were not fitted say by their words how people
 * give stars. Smoothed by one text a cell.
 */
export const ratingEvidenceOf = (rows: readonly Rated[]): RatingEvidence => {
  const mass = [1, 2, 3, 4, 5].map(() => [1, 1, 1]);
  for (const { rating, probabilities } of rows) {
    const cell = mass[Math.min(5, Math.max(1, Math.round(rating))) - 1];
    if (cell !== undefined) for (const c of CLASSES) cell[c] = (cell[c] ?? 0) + probabilities[c];
  }
  const totals = CLASSES.map((c) => mass.reduce((sum, cell) => sum + (cell[c] ?? 0), 0));
  return mass.map((cell) => {
    const logs = CLASSES.map((c) => Math.log((cell[c] ?? 1) / (totals[c] ?? 1)));
    const mean = ((logs[0] ?? 0) + (logs[1] ?? 0) + (logs[2] ?? 0)) / 3;
    const shift = (c: number): number =>
      Math.round(1000 * Math.max(-MOST_SHIFT, Math.min(MOST_SHIFT, (logs[c] ?? 0) - mean))) / 1000;
    return [shift(0), shift(1), shift(2)];
  });
};
