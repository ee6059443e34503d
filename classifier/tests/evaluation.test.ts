import { describe, expect, it } from "vitest";
import { countBrandRates } from "../src/evaluation/brand-rates.ts";
import { countCalibration } from "../src/evaluation/calibration.ts";
import { countConfusion, figuresOf, majorityOf } from "../src/evaluation/confusion.ts";
import { loadRivals } from "../src/evaluation/rivals.ts";

describe("the figures of an evaluation", () => {
  it("are macro-averaged over the classes that a set has; an unscored text is an error", () => {
    const count = countConfusion();
    for (const [truth, given] of [
      [0, 0],
      [0, 0],
      [0, 2],
      [0, 3],
      [2, 2],
      [2, 2],
    ] as const)
      count.add(truth, given);
    expect(figuresOf(count.table)).toEqual({ n: 6, unscored: 1, recall: 75, f1: 73.3, accuracy: 66.7 });
    expect(majorityOf(count.table)).toEqual({ recall: 50, f1: 40, accuracy: 66.7 });
  });

  it("tell how far probabilities are from how often labels are right", () => {
    const count = countCalibration();
    for (let i = 0; i < 10; i += 1) count.add(0.95, i < 5);
    for (let i = 0; i < 10; i += 1) count.add(0.55, i < 5);
    expect(count.result()).toEqual({
      error: 25,
      bins: [
        { from: 50, n: 10, said: 55, right: 50 },
        { from: 90, n: 10, said: 95, right: 50 },
      ],
    });
  });

  it("tell by how many points the rates of brands are off, for brands with texts enough", () => {
    const count = countBrandRates();
    expect(count.result()).toBeNull();
    for (let i = 0; i < 40; i += 1) count.add("northline", i < 20 ? 1 : -1, i < 24 ? 1 : -1);
    for (let i = 0; i < 40; i += 1) count.add("kvarta", 0, i < 4 ? -1 : 0);
    count.add("small", 1, -1);
    expect(count.result()).toEqual({ brands: 2, error: 15, bias: 5 });
  });

  it("set three known lexicons beside the model", async () => {
    const { wink, vader, afinn } = await loadRivals();
    for (const rival of [wink, vader, afinn]) {
      expect(rival("This is a wonderful, excellent bank")).toBe(1);
      expect(rival("This is a horrible, awful bank")).toBe(-1);
      expect(rival("The office is on the second floor")).toBe(0);
    }
  });
});
