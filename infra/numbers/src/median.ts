import { MIN_RATE } from "./rate.ts";

export interface Median {
  readonly n: number;
  /** In the unit of the values; null below ten. */
  readonly value: number | null;
  /**
   * 95 % or a little more, by the binomial order statistics (Conover 1999, 3.2): of the n sorted values those of rank j and n + 1 − j, with
   * j = ⌊(n + 1) / 2 − 1.96 √n / 2⌋.
   */
  readonly low: number | null;
  readonly high: number | null;
}

/** The middle of values of any distribution, with its interval. */
export const medianOf = (values: readonly number[]): Median => {
  const n = values.length;
  if (n < MIN_RATE) return { n, value: null, low: null, high: null };
  const sorted = values.toSorted((a, b) => a - b);
  const at = (place: number): number => sorted[place - 1] as number;
  const rank = Math.floor((n + 1) / 2 - (1.96 * Math.sqrt(n)) / 2);
  const value = (at(Math.ceil(n / 2)) + at(Math.floor(n / 2) + 1)) / 2;
  return { n, value, low: at(rank), high: at(n + 1 - rank) };
};
