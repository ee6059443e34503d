import { describe, expect, it } from "vitest";
import { medianOf } from "../src/index.ts";

/** P(ranks low … high − 1 of n fair coins), added up exactly. */
const covered = (n: number, low: number, high: number): number => {
  let term = 0.5 ** n;
  let sum = 0;
  for (let k = 0; k < high; k += 1) {
    if (k >= low) sum += term;
    term = (term * (n - k)) / (k + 1);
  }
  return sum;
};

describe("the median", () => {
  it("is the middle, whatever the order, and none below ten", () => {
    expect(medianOf([9, 1, 8, 2, 7, 3, 6, 4, 5, 10])).toEqual({ n: 10, value: 5.5, low: 2, high: 9 });
    expect(medianOf([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 500]).value).toBe(1);
    expect(medianOf([1, 2, 3])).toEqual({ n: 3, value: null, low: null, high: null });
  });

  it("has an interval that covers the true one in 95 of a hundred, at any n", () => {
    for (let n = 10; n <= 600; n += 1) {
      const { low, high } = medianOf(Array.from({ length: n }, (_, i) => i + 1));
      expect(covered(n, low ?? 0, high ?? 0)).toBeGreaterThanOrEqual(0.95);
    }
  });
});
