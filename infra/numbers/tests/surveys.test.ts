import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { churnOf, csiOf, npsBand, type ItemAnswer } from "../src/index.ts";

const answer = (id: string, item: string, score: number, importance: number | null): ItemAnswer => ({
  answer: id,
  item,
  score,
  importance,
});

describe("the customer satisfaction index", () => {
  it("weighs items by their share of all importance", () => {
    // Price 6 with 9 of 20, speed 8 with 7 of 20, service 9 with 4 of 20: 0.45 · 6 + 0.35 · 8 + 0.2 · 9 = 7.3.
    const answers = Array.from({ length: 12 }, (_, i) => [
      answer(`a${i}`, "price", i % 2 === 0 ? 5 : 7, 9),
      answer(`a${i}`, "speed", 8, 7),
      answer(`a${i}`, "service", 9, 4),
    ]).flat();
    const csi = csiOf(answers);
    expect(csi).toMatchObject({ n: 12, value: 73, state: "low-base" });
    expect(csi.items.map(({ weight }) => weight)).toEqual([0.45, 0.35, 0.2]);
    // s = 4.5 √(12/11) of the twelve indices 68.5 and 77.5, t(11) = 2.2010.
    expect(csi.high).toBeCloseTo(73 + (2.201 * 4.5 * Math.sqrt(12 / 11)) / Math.sqrt(12), 3);
  });

  it("without importance is the mean times ten, below ten answers no number", () => {
    const plain = Array.from({ length: 10 }, (_, i) => answer(`a${i}`, "", i < 5 ? 6 : 8, null));
    expect(csiOf(plain).value).toBe(70);
    expect(csiOf(plain.slice(1))).toMatchObject({ n: 9, value: null, state: "counts-only" });
    expect(csiOf([])).toMatchObject({ n: 0, value: null, state: "empty" });
  });

  it("lies between 0 and 100, whatever is answered, and does not care about the order", () => {
    const row = fc.tuple(
      fc.integer({ min: 0, max: 30 }),
      fc.constantFrom("x", "y", "z"),
      fc.integer({ min: 0, max: 10 }),
      fc.option(fc.integer({ min: 0, max: 10 })),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 80 }), (rows) => {
        const answers = rows.map(([id, item, score, importance]) => answer(String(id), item, score, importance));
        const [csi, turned] = [csiOf(answers), csiOf(answers.toReversed())];
        expect(turned.value).toBe(csi.value);
        if (csi.value === null) return;
        expect(csi.value).toBeGreaterThanOrEqual(0);
        expect(csi.value).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe("churn", () => {
  it("shows the share lost with Wilson's interval beside the net rate that new customers hide it in", () => {
    expect(churnOf(1000, 990, 60)).toMatchObject({ n: 1000, value: 6, net: 1, low: 4.6896, high: 7.6471 });
    expect(churnOf(1000, 1050, 60)).toMatchObject({ value: 6, net: -5 });
  });
  it("has no interval where nobody counted who left, and no rate below ten", () => {
    expect(churnOf(1000, 990, null)).toMatchObject({ value: 1, low: null, high: null, net: 1 });
    expect(churnOf(9, 5, 2)).toMatchObject({ value: null, net: null, state: "counts-only" });
  });
});

it("an NPS not told apart from zero is an alarm, one above 70 excellent", () => {
  expect([npsBand(71, 60), npsBand(70, 60), npsBand(5, -3), npsBand(-8, -20), npsBand(null, null)]).toEqual([
    "excellent",
    null,
    "alarm",
    "alarm",
    null,
  ]);
});
