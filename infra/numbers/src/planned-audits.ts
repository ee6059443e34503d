import { ADJUSTED, FLOOR } from "./adjusted.ts";
import { studentT } from "./student.ts";

/** Variance of what the model gets wrong, where no audit tells: LABELS.md §4d, in the middle of its four groups. */
export const USUAL_VARIANCE = 0.4;
/** How far a brand's rate usually stays from the model's after recalibration (standard deviation, share). */
const USUAL_BIAS = 0.1;

/**
 * Half-width of the interval (share) that a unit of `size` mentions gets from `audits` audits in it. Below `enough` the audits are shrunk towards what
 * the model says, whose bias is usually ten points; from there on they stand for themselves.
 * @param spread variance of (truth − what the model says) over audits, about 0.2 for a good model and 0.7 without one.
 */
export const halfWidthAfter = (audits: number, size: number, spread: number = USUAL_VARIANCE): number => {
  if (audits >= size) return 0;
  if (audits < 2) return 1;
  const chance = (Math.max(FLOOR, spread) / audits) * (1 - audits / size);
  const measured = studentT(audits - 1) * Math.sqrt(chance);
  const { enough } = ADJUSTED;
  if (audits >= enough) return Math.min(1, measured);
  const known = Math.sqrt((USUAL_BIAS ** 2 * chance) / (USUAL_BIAS ** 2 + chance));
  return Math.min(1, measured, Math.max(studentT(audits - 1) * known, halfWidthAfter(enough, size, spread)));
};

/** The smallest number of audits in a unit of `size` mentions whose interval is at most `half` (share) on either side. */
export const auditsFor = (half: number, size: number, spread: number = USUAL_VARIANCE): number => {
  let [low, high] = [1, Math.max(2, size)];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (halfWidthAfter(middle, size, spread) <= half) high = middle;
    else low = middle;
  }
  return high;
};
