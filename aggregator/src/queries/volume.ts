import type { Period, Stretch } from "./periods.ts";

const DAY = 86_400_000;
const WEEK = 7 * DAY;
/** PRODUCT.md: over the last twelve weeks. */
const REACH = 12 * WEEK;

/**
 * The windows by which the volume of a period is known to swing: of its own length and not overlapping, in the twelve weeks before it. Those of
 * less than a day lie a day apart, at the period's own hour; of more than a week there would be too few, and the weeks before it stand for them: the
 * dispersion of a quasi-Poisson count is the same for any length. Oldest first.
 */
export const earlierWindows = ({ from, to }: Period | Stretch): readonly Stretch[] => {
  const length = Math.min(to - from, WEEK);
  const apart = Math.max(length, DAY);
  const windows = Math.floor(REACH / apart);
  return Array.from({ length: windows }, (_, i) => {
    const start = from - (windows - i) * apart;
    return { from: start, to: start + length };
  });
};

/** Without the windows before the first mention: nothing was collected then, which is no count of 0. */
export const sinceFirst = (counts: readonly number[]): readonly number[] => {
  const first = counts.findIndex((count) => count > 0);
  return first === -1 ? [] : counts.slice(first);
};
