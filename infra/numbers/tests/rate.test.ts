import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rate, round4, stateOf, type Polarity } from "../src/index.ts";

const counts = (positive: number, neutral: number, negative: number): Polarity => ({ positive, neutral, negative });
const anyCounts = (max = 5000): fc.Arbitrary<Polarity> =>
  fc.record({ positive: fc.nat(max), neutral: fc.nat(max), negative: fc.nat(max) });

describe("worked by hand", () => {
  it("60 + 20 + 20: n' = 103, P'/n' = 60.75/103 = 0.589806, N'/n' = 20.75/103 = 0.201456, d = 0.388350, se = √((0.791262 − 0.150815)/103) = 0.078854", () => {
    expect(rate(counts(60, 20, 20))).toEqual({
      n: 100,
      nsr: 40,
      low: 23.3796, // 38.8350 − 1.96 · 7.8854
      high: 54.2903,
      nsrPolar: 50,
      polarLow: 29.0302, // Wilson on 60/80: 0.738545 ∓ 0.093394 → 0.645151, mapped by 2x − 1
      polarHigh: 66.3878,
      state: "ok",
    });
  });

  it("5 + 3 + 2: n' = 13, P'/n' = 5.75/13, N'/n' = 2.75/13, d = 3/13 = 0.230769, se = √((8.5/13 − 9/169)/13) = 0.214940", () => {
    const found = rate(counts(5, 3, 2));
    expect([found.nsr, found.low, found.high, found.state]).toEqual([30, -19.0514, 65.2052, "low-base"]);
  });

  it("0 + 12 + 0: d = 0, se = √((1.5/15)/15) = 0.081650; nothing polar", () => {
    expect(rate(counts(0, 12, 0))).toEqual({
      n: 12,
      nsr: 0,
      low: -16.0033,
      high: 16.0033,
      nsrPolar: null,
      polarLow: null,
      polarHigh: null,
      state: "low-base",
    });
  });

  it("100 + 0 + 0: d = 100/103, 0.970874 + 1.96 · 0.020394 = 1.010846 is clamped; Wilson on 100/100 = 100/(100 + 1.96²)", () => {
    const found = rate(counts(100, 0, 0));
    expect([found.nsr, found.low, found.high]).toEqual([100, 93.0901, 100]);
    expect([found.nsrPolar, found.polarLow, found.polarHigh]).toEqual([
      100,
      round4((200 * 100) / (100 + 1.96 ** 2) - 100),
      100,
    ]);
  });

  it("0 + 0 + 50: d = −50/53, −0.943396 − 1.96 · 0.039262 = −1.020351 is clamped", () => {
    const found = rate(counts(0, 0, 50));
    expect([found.nsr, found.low, found.high]).toEqual([-100, -100, -86.6442]);
  });

  it("9 + 17 + 4: n' = 33, d = 5/33 = 0.151515, se = √((14.5/33 − 25/1089)/33) = 0.112336; Wilson on 9/13 = 0.648442 ∓ 0.224753", () => {
    expect(rate(counts(9, 17, 4))).toEqual({
      n: 30,
      nsr: 16.6667,
      low: -6.8663,
      high: 37.1693,
      nsrPolar: 38.4615,
      polarLow: -15.2622,
      polarHigh: 74.639,
      state: "ok",
    });
  });

  it("330 + 300 + 370: d = −40/1003 = −0.039880, se = √((701.5/1003 − 0.001590)/1003) = 0.026377", () => {
    const found = rate(counts(330, 300, 370));
    expect([found.nsr, found.low, found.high]).toEqual([-4, -9.1578, 1.1818]);
  });
});

describe("what may be said by n", () => {
  it("is empty, counts only, low base, ok", () => {
    expect([0, 1, 9, 10, 29, 30, 1e6].map(stateOf)).toEqual([
      "empty",
      "counts-only",
      "counts-only",
      "low-base",
      "low-base",
      "ok",
      "ok",
    ]);
  });

  it("no mentions and fewer than ten give null, never 0", () => {
    for (const c of [counts(0, 0, 0), counts(9, 0, 0), counts(3, 3, 3)])
      expect(rate(c)).toMatchObject({
        nsr: null,
        low: null,
        high: null,
        nsrPolar: null,
        polarLow: null,
        polarHigh: null,
      });
    expect(rate(counts(0, 0, 0)).state).toBe("empty");
  });

  it("unscored mentions are in no number", () => {
    const scored = { positive: 40, neutral: 10, negative: 9 };
    const withUnscored = { ...scored, unscored: 500 };
    expect(rate(withUnscored)).toEqual(rate(scored));
  });
});

/** Whether the numbers do not fall; where there is no rate there is nothing to compare. */
const inOrder = (...values: readonly (number | null)[]): boolean =>
  values.every((value, i) => value === null || i === 0 || (values[i - 1] ?? -Infinity) <= value);

describe("for any counts", () => {
  it("the interval holds the rate and stays within ±100", () => {
    fc.assert(
      fc.property(anyCounts(), (c) => {
        const r = rate(c);
        expect(inOrder(-100, r.low, r.nsr, r.high, 100)).toBe(true);
        expect(inOrder(-100, r.polarLow, r.nsrPolar, r.polarHigh, 100)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("swapping praise and blame turns every number round", () => {
    const minus = (x: number | null): number | null => (x === null ? null : 0 - x);
    fc.assert(
      fc.property(anyCounts(300), ({ positive, neutral, negative }) => {
        const a = rate({ positive, neutral, negative });
        const b = rate({ positive: negative, neutral, negative: positive });
        expect(b.nsr).toBe(minus(a.nsr));
        expect([b.low, b.high]).toEqual([minus(a.high), minus(a.low)]);
        // Wilson is computed on the share of praise, so the last of four decimals may differ.
        expect(Math.abs((b.polarHigh ?? 0) + (a.polarLow ?? 0))).toBeLessThanOrEqual(0.0001);
      }),
    );
  });

  it("one more praise never lowers a number, one more blame never raises one", () => {
    fc.assert(
      fc.property(anyCounts(500), (c) => {
        const before = rate(c);
        const praised = rate({ ...c, positive: c.positive + 1 });
        const blamed = rate({ ...c, negative: c.negative + 1 });
        if (before.nsr === null) return;
        expect(praised.nsr ?? 0).toBeGreaterThanOrEqual(before.nsr);
        expect(blamed.nsr ?? 0).toBeLessThanOrEqual(before.nsr);
      }),
    );
  });

  it("ten times the mentions narrow the interval around the same rate", () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), fc.nat(300), (p, u, n) => {
        const [few, many] = [rate(counts(p + 5, u + 5, n + 5)), rate(counts(10 * (p + 5), 10 * (u + 5), 10 * (n + 5)))];
        expect(many.nsr).toBe(few.nsr);
        expect((many.high ?? 0) - (many.low ?? 0)).toBeLessThan((few.high ?? 0) - (few.low ?? 0));
      }),
    );
  });

  it("the rate of the whole is the mean of the parts' rates, weighted by n", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            positive: fc.integer({ min: 4, max: 99 }),
            neutral: fc.integer({ min: 4, max: 99 }),
            negative: fc.integer({ min: 4, max: 99 }),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        (parts) => {
          const whole = parts.reduce(
            (a, b) => counts(a.positive + b.positive, a.neutral + b.neutral, a.negative + b.negative),
            counts(0, 0, 0),
          );
          const rates = parts.map((part) => rate(part));
          const mean = rates.reduce((sum, r) => sum + (r.nsr ?? 0) * r.n, 0) / rates.reduce((sum, r) => sum + r.n, 0);
          expect(Math.abs((rate(whole).nsr ?? 0) - mean)).toBeLessThan(0.0001);
        },
      ),
    );
  });
});

describe("four decimals", () => {
  it("ties go to the even digit, as ClickHouse rounds a Float64; −0 is 0", () => {
    // 1/128, 3/128, 5/128, 7/128 as percent; ClickHouse 25.x: SELECT round(k / 128 * 100, 4)
    expect([1, 3, 5, 7].map((k) => round4((k / 128) * 100))).toEqual([0.7812, 2.3438, 3.9062, 5.4688]);
    expect(round4(-0.78125)).toBe(-0.7812);
    expect(Object.is(round4(-0.00001), 0)).toBe(true);
  });

  it("never moves a number by more than half a step", () => {
    fc.assert(
      fc.property(fc.double({ min: -100, max: 100, noNaN: true }), (x) => {
        expect(Math.abs(round4(x) - x)).toBeLessThanOrEqual(0.00005 + 1e-12);
        expect(round4(round4(x))).toBe(round4(x));
      }),
    );
  });
});
