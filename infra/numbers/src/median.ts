import { MIN_RATE } from "./rate.ts";

export interface Median {
  readonly n: number;
  /** In the unit of the values; null below ten. */
  readonly value: number | null;
  /** 95 %, by the binomial order statistics: of the sorted values those of rank ⌈n/2 ∓ 1.96 √n / 2⌉ (Conover 1999, 3.2). */
  readonly low: number | null;
  readonly high: number | null;
}

/** The middle of values of any distribution, with its interval. */
export const medianOf = (values: readonly number[]): Median => {
  const n = values.length;
  if (n < MIN_RATE) return { n, value: null, low: null, high: null };
  const sorted = values.toSorted((a, b) => a - b);
  const at = (rank: number): number => sorted[Math.min(n, Math.max(1, rank)) - 1] as number;
  const half = (1.96 * Math.sqrt(n)) / 2;
  const value = (at(Math.ceil(n / 2)) + at(Math.floor(n / 2) + 1)) / 2;
  return { n, value, low: at(Math.ceil(n / 2 - half)), high: at(Math.ceil(n / 2 + half)) };
};
