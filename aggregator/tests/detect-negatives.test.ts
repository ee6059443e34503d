import { describe, expect, it } from "vitest";
import { CALM, INCIDENTS, runScenario } from "../bench/simulations.ts";
import { simulate } from "../bench/simulate.ts";
import { detectNegatives, NEGATIVES_START, type NegativeState } from "../src/index.ts";
import { shareDifference } from "../src/detect/share.ts";

describe("the difference of two shares", () => {
  it("has the interval of Newcombe's published example", () => {
    // 56/70 − 48/80, method 10: 0.0524 … 0.3339 (Newcombe 1998, table II).
    const interval = shareDifference({ negative: 56, n: 70, originals: 56 }, { negative: 48, n: 80, originals: 48 });
    expect(interval?.low).toBeCloseTo(0.0524, 4);
    expect(interval?.high).toBeCloseTo(0.3339, 4);
  });

  it("is wider when the negative mentions are copies of few texts", () => {
    const usual = { negative: 200, n: 1_000, originals: 200 };
    const own = shareDifference({ negative: 30, n: 60, originals: 30 }, usual);
    const copied = shareDifference({ negative: 30, n: 60, originals: 2 }, usual);
    expect(own?.low).toBeGreaterThan(0);
    expect(copied?.low).toBeLessThan(0);
  });

  it("is not known without mentions on either side", () => {
    const some = { negative: 1, n: 3, originals: 1 };
    const none = { negative: 0, n: 0, originals: 0 };
    expect([shareDifference(some, none), shareDifference(none, some)]).toEqual([null, null]);
  });
});

const alertsOf = (
  series: Parameters<typeof simulate>[0],
  change: (row: ReturnType<typeof simulate> extends Generator<infer Row> ? Row : never, index: number) => typeof row,
): readonly number[] => {
  let state: NegativeState = NEGATIVES_START;
  const alerts: number[] = [];
  let index = 0;
  for (const row of simulate(series)) {
    const step = detectNegatives(state, change(row, index));
    state = step.state;
    if (step.detection.alert) alerts.push(index);
    index += 1;
  }
  return alerts;
};

const BRAND = { perDay: 2_000, share: 0.2, shape: 25, days: 14, stepMinutes: 15, seed: 11 };
const inside = (index: number): boolean => index >= 1_000 && index < 1_024;

describe("negative mentions of a brand", () => {
  it("alert when their count and their share jump", () => {
    const alerts = alertsOf(BRAND, (row, i) =>
      inside(i) ? { ...row, negative: row.negative + 40, originals: row.originals + 40, n: row.n + 40 } : row,
    );
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toBeGreaterThanOrEqual(1_000);
    expect(alerts[0]).toBeLessThanOrEqual(1_003);
  });

  it("do not when everybody talks more, as usual", () => {
    expect(
      alertsOf(BRAND, (row, i) =>
        inside(i) ? { ...row, negative: row.negative * 5, originals: row.originals * 5, n: row.n * 5 } : row,
      ),
    ).toEqual([]);
  });

  it("do not when a liked campaign brings others", () => {
    expect(alertsOf(BRAND, (row, i) => (inside(i) ? { ...row, n: row.n * 10 } : row))).toEqual([]);
  });

  it("do not when one text is copied", () => {
    expect(
      alertsOf(BRAND, (row, i) =>
        i >= 1_000 && i < 1_004
          ? { ...row, negative: row.negative + 60, originals: Math.min(1, row.originals), n: row.n + 60 }
          : row,
      ),
    ).toEqual([]);
  });

  it("are refused when the counts contradict each other", () => {
    expect(() => detectNegatives(NEGATIVES_START, { at: 0, negative: 5, n: 4, originals: 1 })).toThrow(RangeError);
    expect(() => detectNegatives(NEGATIVES_START, { at: 0, negative: 5, n: 9, originals: 6 })).toThrow(/originals/);
  });
});

// Few runs of what `npm run bench:detect` prints over thousands of brand-weeks; the seeds are fixed.
describe("simulated brands", () => {
  it.each(CALM.map((scenario) => [scenario.name, scenario] as const))("stay within the budget: %s", (_, scenario) => {
    const { falseAlerts, weeks } = runScenario(scenario, 3);
    expect(falseAlerts / weeks).toBeLessThanOrEqual(0.5);
  });

  it.each(INCIDENTS.map((scenario) => [scenario.name, scenario] as const))("are found in time: %s", (_, scenario) => {
    const { found, runs } = runScenario(scenario, 5, 501);
    expect(found).toBeGreaterThanOrEqual(runs - 1);
  });
});
