import { describe, expect, it } from "vitest";
import {
  compareMeans,
  compareRates,
  compareShares,
  compareVolumes,
  differenceInterval,
  verdict,
} from "../src/index.ts";
import { twoSided } from "../src/tail.ts";

describe("How often chance alone brings as much", () => {
  it("is what printed tables of Student's t say", () => {
    for (const [t, freedom] of [
      [12.7062, 1],
      [2.5706, 5],
      [2.2281, 10],
      [2.0423, 30],
      [1.959964, Number.POSITIVE_INFINITY],
    ] as const)
      expect(twoSided(t, freedom)).toBeCloseTo(0.05, 4);
    expect(twoSided(0, 7)).toBeCloseTo(1, 10);
    expect(twoSided(-3.169, 10)).toBeCloseTo(0.01, 4);
    expect(twoSided(63.657, 1)).toBeCloseTo(0.01, 5);
    expect(twoSided(Number.NaN, 3)).toBe(1);
  });
});

describe("Two weeks beside each other", () => {
  const now = { positive: 60, neutral: 80, negative: 60 };
  const before = { positive: 90, neutral: 80, negative: 30 };

  it("a rate's interval is the one its verdict rests on, and p is below one in twenty where it leaves out zero", () => {
    const found = compareRates(now, before);
    const { low, high } = differenceInterval(now, before);
    expect([found?.low, found?.high]).toEqual([low * 100, high * 100]);
    expect(found?.change).toBe(-30);
    expect(found?.p).toBeLessThan(0.05);
    expect(verdict(now, before)).toBe("down");
    for (let negative = 30; negative <= 60; negative += 1) {
      const week = { positive: 90, neutral: 80, negative };
      const claims = verdict(week, before) !== "no significant change";
      expect((compareRates(week, before)?.p ?? 1) < 0.05).toBe(claims);
    }
  });

  it("shares by Agresti and Caffo: 7 of 10 against 2 of 10", () => {
    const found = compareShares({ k: 7, n: 10 }, { k: 2, n: 10 });
    // 8/12 − 3/12 ± 1.96 √(8·4/12³ + 3·9/12³)
    expect(found?.low).toBeCloseTo(5.5, 0);
    expect(found?.high).toBeCloseTo(77.8, 0);
    expect(found?.change).toBeCloseTo(50, 10);
  });

  it("means by Welch: the worked example of two groups", () => {
    const moments = (values: readonly number[]) => ({
      n: values.length,
      sum: values.reduce((a, b) => a + b, 0),
      squares: values.reduce((a, b) => a + b * b, 0),
    });
    const found = compareMeans(moments([5, 5, 4, 5, 3, 4]), moments([1, 2, 4, 1, 3, 2]));
    // By hand: variances 0.6667 and 1.3667, so se = 0.5821, t = 3.72 with 9 degrees of freedom.
    expect(found?.change).toBeCloseTo(2.1667, 4);
    expect(found?.p).toBeGreaterThan(0.004);
    expect(found?.p).toBeLessThan(0.006);
    expect(compareMeans({ n: 3, sum: 15, squares: 75 }, { n: 3, sum: 15, squares: 75 })).toBeNull();
  });

  it("volumes in percent, wider the more they usually swing", () => {
    const calm = compareVolumes({ count: 150, windows: 1 }, { count: 100, windows: 1 }, 1, 11);
    const wild = compareVolumes({ count: 150, windows: 1 }, { count: 100, windows: 1 }, 9, 11);
    expect(calm?.change).toBeCloseTo(50, 10);
    expect(calm?.p).toBeLessThan(0.05);
    expect(wild?.p).toBeGreaterThan(0.05);
    expect(compareVolumes({ count: 150, windows: 1 }, { count: 600, windows: 4 }, 1, 11)?.change).toBeCloseTo(0, 10);
    expect(compareVolumes({ count: 0, windows: 1 }, { count: 100, windows: 1 }, 1, 11)).toBeNull();
  });
});
