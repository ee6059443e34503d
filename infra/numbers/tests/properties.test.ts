import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  differenceInterval,
  dispersion,
  meanOf,
  npsOf,
  shareOf,
  studentT,
  verdict,
  volumeInterval,
  wilson,
} from "../src/index.ts";

const RUNS = { numRuns: 500 };
const size = fc.oneof(fc.nat(15), fc.nat(120), fc.nat(50_000));
const part = fc.tuple(size, size).map(([k, rest]) => ({ k, n: k + rest }));

describe("a share", () => {
  it("lies in its interval, both within 0…100, and has neither below ten", () => {
    fc.assert(
      fc.property(part, ({ k, n }) => {
        const { value, low, high, state } = shareOf(k, n);
        expect(state === "empty" || state === "counts-only").toBe(value === null);
        expect(n < 10 === (value === null)).toBe(true);
        if (value === null || low === null || high === null) {
          expect([value, low, high]).toEqual([null, null, null]);
          return;
        }
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(100);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
      }),
      RUNS,
    );
  });

  it("grows with each success, and so do both ends", () => {
    fc.assert(
      fc.property(part, ({ k, n }) => {
        const [now, more] = [wilson(k, n + 1), wilson(k + 1, n + 1)];
        expect(more?.low).toBeGreaterThanOrEqual(now?.low as number);
        expect(more?.high).toBeGreaterThanOrEqual(now?.high as number);
      }),
      RUNS,
    );
  });

  it("is told more closely by ten times the mentions", () => {
    fc.assert(
      fc.property(
        part.filter(({ n }) => n > 0),
        ({ k, n }) => {
          const width = ([a, b]: readonly [number, number]): number => {
            const interval = wilson(a, b);
            return (interval?.high ?? 1) - (interval?.low ?? 0);
          };
          expect(width([10 * k, 10 * n])).toBeLessThan(width([k, n]));
        },
      ),
      RUNS,
    );
  });
});

describe("NPS", () => {
  it("turns round when praise and blame change places; passives pull it towards 0", () => {
    fc.assert(
      fc.property(size, size, size, (promoters, passives, detractors) => {
        const one = npsOf(promoters, passives, detractors);
        const other = npsOf(detractors, passives, promoters);
        if (one.value === null) {
          expect(other.value).toBeNull();
          return;
        }
        expect(other.value).toBeCloseTo(-one.value, 10);
        expect(other.low).toBeCloseTo(-(one.high as number), 3);
        const calmer = npsOf(promoters, passives + 100, detractors);
        expect(Math.abs(calmer.value as number)).toBeLessThanOrEqual(Math.abs(one.value));
      }),
      RUNS,
    );
  });
});

describe("a mean of ratings", () => {
  const stars = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 200 });
  const momentsOf = (list: readonly number[]) => ({
    n: list.length,
    sum: list.reduce((sum, x) => sum + x, 0),
    squares: list.reduce((sum, x) => sum + x * x, 0),
  });

  it("lies in its interval and on the scale; the interval is Student's around the sample's spread", () => {
    fc.assert(
      fc.property(stars, (list) => {
        const found = meanOf(momentsOf(list), { min: 1, max: 5 });
        const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
        expect(found?.mean).toBeCloseTo(mean, 10);
        const variance = list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (list.length - 1);
        if (!(variance > 0)) {
          expect(found?.interval).toBeNull();
          return;
        }
        const half = studentT(list.length - 1) * Math.sqrt(variance / list.length);
        expect(found?.interval?.low).toBeCloseTo(Math.max(1, mean - half), 6);
        expect(found?.interval?.high).toBeCloseTo(Math.min(5, mean + half), 6);
      }),
      RUNS,
    );
  });

  it("of two heaps is between their means", () => {
    fc.assert(
      fc.property(stars, stars, (a, b) => {
        const [x, y, both] = [a, b, [...a, ...b]].map(
          (list) => meanOf(momentsOf(list), { min: 1, max: 5 })?.mean as number,
        ) as [number, number, number];
        expect(both).toBeGreaterThanOrEqual(Math.min(x, y) - 1e-9);
        expect(both).toBeLessThanOrEqual(Math.max(x, y) + 1e-9);
      }),
      RUNS,
    );
  });
});

describe("volume", () => {
  const weeks = fc.array(fc.nat(2_000), { minLength: 4, maxLength: 12 }).filter((list) => list.some((y) => y > 0));

  it("lies in its interval, which is never below 0 and never narrower than chance alone makes it", () => {
    fc.assert(
      fc.property(fc.nat(5_000), weeks, (count, earlier) => {
        const found = volumeInterval(count, earlier);
        expect(found?.low).toBeGreaterThanOrEqual(0);
        expect(found?.low).toBeLessThanOrEqual(count);
        expect(found?.high).toBeGreaterThanOrEqual(count);
        const calm = volumeInterval(count, [7, 7, 7, 7]);
        expect(found?.high).toBeGreaterThanOrEqual(calm?.high as number);
        expect(found?.low).toBeLessThanOrEqual(calm?.low as number);
      }),
      RUNS,
    );
  });

  it("does not care about the order of the weeks, nor swing less when one of them swings more", () => {
    fc.assert(
      fc.property(weeks, (earlier) => {
        expect(dispersion(earlier.toReversed())).toBeCloseTo(dispersion(earlier) as number, 8);
        expect(dispersion(earlier)).toBeGreaterThanOrEqual(1);
      }),
      RUNS,
    );
  });
});

describe("a verdict", () => {
  const counts = fc.record({ positive: size, neutral: size, negative: size });

  it("says up or down exactly when the interval of the difference leaves out 0, and only from a hundred on", () => {
    fc.assert(
      fc.property(counts, counts, (now, before) => {
        const { low, high } = differenceInterval(now, before);
        expect(low).toBeLessThanOrEqual(high);
        const n = (c: typeof now): number => c.positive + c.neutral + c.negative;
        const said = verdict(now, before);
        if (n(now) < 100 || n(before) < 100) {
          expect(said).toBeNull();
          return;
        }
        expect(said).toBe(low > 0 ? "up" : high < 0 ? "down" : "no significant change");
        expect(verdict(before, now)).toBe(said === "up" ? "down" : said === "down" ? "up" : said);
      }),
      RUNS,
    );
  });
});
