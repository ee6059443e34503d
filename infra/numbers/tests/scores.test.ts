import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dispersion,
  formatDifference,
  formatInterval,
  formatRate,
  meanOf,
  npsOf,
  rate,
  shareOf,
  studentT,
  volumeInterval,
  wilson,
} from "../src/index.ts";

describe("a share", () => {
  it("15 of 20: Wilson 0.709717 ∓ 0.178422", () => {
    expect(shareOf(15, 20)).toEqual({ n: 20, value: 75, low: 53.1295, high: 88.814, state: "low-base" });
  });

  it("0 of 20 reaches up to 1.96² / (20 + 1.96²); none of none is null", () => {
    expect(shareOf(0, 20)).toMatchObject({ value: 0, low: 0, high: 16.113 });
    expect(shareOf(0, 0)).toEqual({ n: 0, value: null, low: null, high: null, state: "empty" });
    expect(shareOf(3, 9)).toMatchObject({ value: null, state: "counts-only" });
    expect(wilson(0, 0)).toBeNull();
  });

  it("k of n and its complement mirror each other", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (k, rest) => {
        const [a, b] = [wilson(k, k + rest), wilson(rest, k + rest)];
        if (a === null || b === null) return;
        expect(a.low + b.high).toBeCloseTo(1, 12);
        expect(a.low >= 0 && a.low <= k / (k + rest) && k / (k + rest) <= a.high && a.high <= 1).toBe(true);
      }),
    );
  });
});

it("NPS is the rate of promoters and detractors, passives in the denominator", () => {
  const { nsr, low, high, n, state } = rate({ positive: 60, neutral: 20, negative: 20 });
  expect(npsOf(60, 20, 20)).toEqual({ n, value: nsr, low, high, state });
  expect(npsOf(5, 2, 2).value).toBeNull();
});

describe("a mean", () => {
  it("of 1, 2, 3, 4, 5: 3 ∓ 2.7764 · √(2.5/5) = 3 ∓ 1.9632", () => {
    const found = meanOf({ n: 5, sum: 15, squares: 55 }, { min: 1, max: 5 });
    expect(found?.mean).toBe(3);
    expect([found?.interval?.low.toFixed(4), found?.interval?.high.toFixed(4)]).toEqual(["1.0368", "4.9632"]);
  });

  it("stays on the scale; without spread, with one answer or none it claims no interval", () => {
    const scale = { min: 1, max: 5 };
    expect(meanOf({ n: 3, sum: 13, squares: 59 }, scale)?.interval?.high).toBe(5);
    expect(meanOf({ n: 40, sum: 40 * 4.7, squares: 40 * 4.7 * 4.7 }, scale)?.interval).toBeNull();
    expect(meanOf({ n: 1, sum: 4, squares: 16 }, scale)).toEqual({ mean: 4, interval: null });
    expect(meanOf({ n: 0, sum: 0, squares: 0 }, scale)).toBeNull();
  });

  it("uses Student's t as tables print it", () => {
    const printed = new Map([
      [1, 12.706],
      [4, 2.776],
      [10, 2.228],
      [30, 2.042],
      [31, 2.0395],
      [40, 2.0211],
      [60, 2.0003],
      [120, 1.9799],
      [1000, 1.9623],
    ]);
    for (const [freedom, t] of printed) expect(Math.abs(studentT(freedom) - t)).toBeLessThan(0.0005);
    for (let freedom = 1; freedom < 200; freedom++) expect(studentT(freedom + 1)).toBeLessThan(studentT(freedom));
  });
});

describe("volume", () => {
  it("10, 20, 30, 40: mean 25, Σ(y − 25)² = 500, φ = 500 / (25 · 3) = 6.6667; 36 · exp(∓ 1.96 √(6.6667/36))", () => {
    expect(dispersion([10, 20, 30, 40])).toBeCloseTo(6.666667, 6);
    const found = volumeInterval(36, [10, 20, 30, 40]);
    expect([found?.low.toFixed(3), found?.high.toFixed(3)]).toEqual(["15.488", "83.677"]);
  });

  it("no calmer than chance, and unknown without a past", () => {
    expect(dispersion([25, 25, 25, 25])).toBe(1);
    expect(dispersion([5, 5, 5])).toBeNull();
    expect(dispersion([])).toBeNull();
    expect(volumeInterval(3, [0, 0, 0, 0, 0])).toBeNull();
    expect(volumeInterval(0, [1, 1, 1, 1])).toEqual({ low: 0, high: 3.6889 });
  });
});

describe("on screen", () => {
  it("a rate has a sign, one decimal and the comma of its language", () => {
    expect([12.34, -4, 0, -0.04, null].map((x) => formatRate(x, "en"))).toEqual(["+12.3", "−4.0", "0.0", "0.0", "—"]);
    expect([12.34, -4].map((x) => formatRate(x, "ru"))).toEqual(["+12,3", "−4,0"]);
  });

  it("a difference is in points, an interval has both ends", () => {
    expect(formatDifference(12.3, 8.1, "en")).toBe("+4.2\u00a0pp");
    expect(formatDifference(8.1, 12.3, "ru")).toBe("−4,2\u00a0п.\u00a0п.");
    expect(formatDifference(null, 1, "en")).toBe("—");
    expect(formatInterval(-3.14, 8.4, "ru")).toBe("−3,1…+8,4");
    expect(formatInterval(null, null, "en")).toBe("");
  });
});
