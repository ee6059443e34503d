import { describe, expect, it } from "vitest";
import { nabScore, probation, scoreSeries } from "../bench/nab-score.ts";

/** 1000 rows, of which 150 are not scored; a window of 100 rows. Worked out by hand from the rule. */
const ROWS = 1_000;
const WINDOW = [{ first: 400, last: 499 }];
/** s(−1) = 2 / (1 + e⁻⁵) − 1. */
const S1 = 0.986614;

describe("the benchmark's rule", () => {
  it("leaves out the first 15 % of the rows, at most 750", () => {
    expect([probation(1_000), probation(15_902)]).toEqual([150, 750]);
    expect(scoreSeries(ROWS, [149], WINDOW).detections).toBe(0);
    expect(scoreSeries(ROWS, [150], WINDOW).detections).toBe(1);
  });

  it("gives 100 for the first row of every window and nothing else, 0 for silence", () => {
    expect(nabScore([scoreSeries(ROWS, [400], WINDOW)])).toBeCloseTo(100, 9);
    expect(nabScore([scoreSeries(ROWS, [], WINDOW)])).toBe(0);
  });

  it("gives less the later in the window, and counts the earliest only", () => {
    // The middle: k = 49, y = −0.5, s = 2 / (1 + e^−2.5) − 1 = 0.848284.
    expect(scoreSeries(ROWS, [450], WINDOW).sum).toBeCloseTo(0.848284 / S1, 5);
    // The last row: k = 0, y = −0.01, s = 2 / (1 + e^−0.05) − 1 = 0.024995.
    expect(scoreSeries(ROWS, [499], WINDOW).sum).toBeCloseTo(0.024995 / S1, 5);
    expect(scoreSeries(ROWS, [450, 460, 499], WINDOW).sum).toBeCloseTo(0.848284 / S1, 5);
  });

  it("takes 0.11 for a detection before any window or far after one, less right after it", () => {
    // Silence in the window costs 1.
    expect(scoreSeries(ROWS, [300], WINDOW).sum).toBeCloseTo(-1 - 0.11, 9);
    // 99 rows after the end: y = 99 / 99 = 1.
    expect(scoreSeries(ROWS, [598], WINDOW).sum).toBeCloseTo(-1 - 0.11 * S1, 5);
    // 10 rows after it: y = 10 / 99, s = 2 / (1 + e^0.505051) − 1 = −0.247292.
    expect(scoreSeries(ROWS, [509], WINDOW).sum).toBeCloseTo(-1 - 0.11 * 0.247292, 5);
    // More than three windows later.
    expect(scoreSeries(ROWS, [900], WINDOW).sum).toBeCloseTo(-1 - 0.11, 9);
  });

  it("weighs all windows of all series alike", () => {
    const hit = scoreSeries(ROWS, [400], WINDOW);
    const missed = scoreSeries(ROWS, [300], [...WINDOW, { first: 700, last: 799 }]);
    // Sum 1 − 2.11 over three windows.
    expect(nabScore([hit, missed])).toBeCloseTo((100 * (1 - 2.11 + 3)) / 6, 9);
    expect([missed.hit, missed.detections, missed.inside]).toEqual([0, 1, 0]);
  });
});
