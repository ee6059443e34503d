import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { discoveries, surgeOf } from "../src/index.ts";

describe("what surges", () => {
  it("tells a rise from nothing, and holds back where few texts could be chance", () => {
    const texts = { now: 500, before: 500 };
    const rise = surgeOf({ now: 40, before: 0 }, texts);
    expect(rise.low).toBeGreaterThan(2);
    expect(rise.p).toBeLessThan(1e-5);
    const chance = surgeOf({ now: 6, before: 3 }, texts);
    expect(chance.low).toBeLessThan(1);
    expect(chance.p).toBeGreaterThan(0.1);
  });

  it("takes the size of the periods into account, and turns round with them", () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.nat(200),
        fc.integer({ min: 200, max: 5000 }),
        fc.integer({ min: 200, max: 5000 }),
        (now, before, a, b) => {
          const one = surgeOf({ now, before }, { now: a, before: b });
          const other = surgeOf({ now: before, before: now }, { now: b, before: a });
          expect(one.times * other.times).toBeCloseTo(1, 9);
          expect(one.p + other.p).toBeCloseTo(1, 6);
          expect(one.low).toBeLessThan(one.times);
          expect(one.high).toBeGreaterThan(one.times);
        },
      ),
    );
  });

  it("claims by Benjamini and Hochberg: of 0.001, 0.02, 0.04, 0.5 at 10 % the first three", () => {
    const claims = [0.5, 0.04, 0.001, 0.02].map((p) => ({ p }));
    expect(discoveries(claims).map(({ p }) => p)).toEqual([0.001, 0.02, 0.04]);
    expect(discoveries(claims, 0.1, 1000)).toEqual([]);
  });
});
