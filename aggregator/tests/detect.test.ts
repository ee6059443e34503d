import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomFrom, simulate } from "../bench/simulate.ts";
import { detectCounts, DETECT_START, type CountObservation, type DetectState, type Detection } from "../src/index.ts";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const START = Date.UTC(2026, 0, 5);

const detectAll = (
  rows: readonly CountObservation[],
  from: DetectState = DETECT_START,
): { readonly state: DetectState; readonly detections: readonly Detection[] } => {
  let state = from;
  const detections = rows.map((row) => {
    const step = detectCounts(state, row);
    state = step.state;
    return step.detection;
  });
  return { state, detections };
};

/** A week of a brand in steps of 15 minutes, with whatever happens to it. */
const weekOf = (seed: number, perDay = 2_000, days = 7): readonly CountObservation[] =>
  [...simulate({ perDay, share: 0.3, shape: 25, days, stepMinutes: 15, seed })].map(({ at, n }) => ({ at, value: n }));

const withSpike = (
  rows: readonly CountObservation[],
  at: number,
  times: number,
  count = 8,
): readonly CountObservation[] =>
  rows.map((row, i) => (i >= at && i < at + count ? { ...row, value: row.value * times + times } : row));

const spiky = fc
  .record({ seed: fc.nat(10_000), at: fc.integer({ min: 200, max: 600 }), times: fc.integer({ min: 1, max: 40 }) })
  .map(({ seed, at, times }) => withSpike(weekOf(seed), at, times));

describe("what the detector says of a row", () => {
  it("never depends on a later one, however the rows after it go on", () => {
    fc.assert(
      fc.property(spiky, spiky, fc.integer({ min: 1, max: 672 }), (rows, others, cut) => {
        const whole = detectAll(rows).detections.slice(0, cut);
        const mixed = [...rows.slice(0, cut), ...others.slice(cut)];
        expect(detectAll(mixed).detections.slice(0, cut)).toEqual(whole);
        expect(detectAll(rows.slice(0, cut)).detections).toEqual(whole);
      }),
      { numRuns: 15 },
    );
  });

  it("is the same after a restart between any two rows, from what was written as JSON", () => {
    fc.assert(
      fc.property(spiky, fc.integer({ min: 1, max: 671 }), (rows, cut) => {
        const before = detectAll(rows.slice(0, cut));
        const restored = JSON.parse(JSON.stringify(before.state)) as DetectState;
        const after = detectAll(rows.slice(cut), restored);
        expect([...before.detections, ...after.detections]).toEqual(detectAll(rows).detections);
      }),
      { numRuns: 10 },
    );
  });

  it("is a score of 0…1 that reaches 0.5 on alerts and nowhere else", () => {
    fc.assert(
      fc.property(spiky, (rows) => {
        for (const { score, alert } of detectAll(rows).detections) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
          expect(score >= 0.5).toBe(alert);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("changes nothing of the state that was given to it", () => {
    const { state } = detectAll(weekOf(1));
    const frozen = JSON.stringify(state);
    detectCounts(state, { at: (state.lastAt ?? 0) + 15 * MINUTE, value: 5_000 });
    expect(JSON.stringify(state)).toBe(frozen);
  });
});

it("remembers as much after a year as after a week", () => {
  const size = (days: number): number => {
    const { state } = detectAll(weekOf(3, 500, days));
    return state.baseline.day.length + state.baseline.week.length + state.levels.bins.length + state.ratios.bins.length;
  };
  expect(size(365)).toBe(size(7));
});

it("finds a burst of eight times the usual within two rows, once, at any size of brand", () => {
  for (const perDay of [1_000, 10_000, 100_000, 1_000_000]) {
    const { detections } = detectAll(withSpike(weekOf(4, perDay), 520, 8));
    const alerts = detections.flatMap(({ alert }, i) => (alert ? [i] : []));
    expect(alerts, `${perDay} a day`).toHaveLength(1);
    expect(alerts[0], `${perDay} a day`).toBeGreaterThanOrEqual(520);
    expect(alerts[0], `${perDay} a day`).toBeLessThanOrEqual(522);
  }
});

it("tells how much was seen and how much is usual for the hour", () => {
  const rows = Array.from({ length: 700 }, (_, i) => ({ at: START + i * 15 * MINUTE, value: 30 }));
  const last = detectAll(rows).detections.at(-1);
  // 40 minutes hold 2⅔ rows.
  expect(last?.observed).toBeCloseTo(80, 6);
  expect(last?.expected).toBeCloseTo(80, 6);
});

it("says nothing in the first two days, whatever happens in them", () => {
  const rows = withSpike(weekOf(5), 150, 50);
  for (const { score, alert, warmingUp } of detectAll(rows).detections.slice(0, 192))
    expect([score, alert, warmingUp]).toEqual([0, false, true]);
});

it("finds the next incident of the same size four days later: the first did not become usual", () => {
  const rows = withSpike(withSpike(weekOf(6, 2_000, 21), 1_000, 10), 1_400, 10);
  const alerts = detectAll(rows).detections.flatMap(({ alert }, i) => (alert ? [i] : []));
  expect(alerts).toEqual([expect.closeTo(1_001, -1), expect.closeTo(1_401, -1)]);
});

it("does not take a gap for a fall to nothing, nor the return from it for a spike", () => {
  const rows = weekOf(7, 5_000, 21).filter((_, i) => i < 900 || i > 1_100);
  expect(detectAll(rows).detections.filter(({ alert }) => alert)).toEqual([]);
});

it("copes with steps that are not regular", () => {
  const random = randomFrom(8);
  let at = START;
  const rows = Array.from({ length: 3_000 }, () => {
    at += Math.round((3 + 9 * random()) * MINUTE);
    return { at, value: 40 + Math.floor(20 * random()) };
  });
  expect(detectAll(rows).detections.some(({ alert }) => alert)).toBe(false);
  const burst = detectAll(withSpike(rows, 2_000, 10, 20)).detections;
  expect(burst.findIndex(({ alert }) => alert)).toBeLessThan(2_010);
});

it("refuses rows out of order and counts below 0", () => {
  const { state } = detectCounts(DETECT_START, { at: START, value: 1 });
  expect(() => detectCounts(state, { at: START, value: 1 })).toThrow(/order of their time/);
  expect(() => detectCounts(state, { at: START - DAY, value: 1 })).toThrow(RangeError);
  expect(() => detectCounts(state, { at: START + 1, value: -1 })).toThrow(/at least 0/);
  expect(() => detectCounts(state, { at: START + 1, value: Number.NaN })).toThrow(RangeError);
});
