import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differenceInterval, verdict, type Polarity } from "../src/index.ts";

const counts = (positive: number, neutral: number, negative: number): Polarity => ({ positive, neutral, negative });

describe("a window against the one before it", () => {
  it("60/20/20 after 40/20/40: 0.388350 − 0 ∓ 1.96 √(0.078854² + 0.087648²) = 0.388350 ∓ 0.231081, up", () => {
    const { low, high } = differenceInterval(counts(60, 20, 20), counts(40, 20, 40));
    expect([low.toFixed(6), high.toFixed(6)]).toEqual(["0.157268", "0.619431"]);
    expect(verdict(counts(60, 20, 20), counts(40, 20, 40))).toBe("up");
    expect(verdict(counts(40, 20, 40), counts(60, 20, 20))).toBe("down");
  });

  it("50/20/30 after 45/20/35: 0.097087 ∓ 0.239303 holds 0", () => {
    expect(verdict(counts(50, 20, 30), counts(45, 20, 35))).toBe("no significant change");
  });

  it("claims nothing with fewer than a hundred on either side", () => {
    expect(verdict(counts(99, 0, 0), counts(0, 0, 500))).toBeNull();
    expect(verdict(counts(0, 0, 500), counts(99, 0, 0))).toBeNull();
    expect(verdict(counts(100, 0, 0), counts(0, 0, 100))).toBe("up");
  });

  it("turns round when the windows are exchanged, and says nothing of equal ones", () => {
    const some = fc.record({
      positive: fc.integer({ min: 40, max: 900 }),
      neutral: fc.integer({ min: 40, max: 900 }),
      negative: fc.integer({ min: 40, max: 900 }),
    });
    const opposite = { up: "down", down: "up", "no significant change": "no significant change" } as const;
    fc.assert(
      fc.property(some, some, (a, b) => {
        expect(verdict(a, a)).toBe("no significant change");
        expect(verdict(b, a)).toBe(opposite[verdict(a, b) ?? "up"]);
      }),
    );
  });

  it("is wrong about 5 times in 100 where nothing changed, and no more", () => {
    // A fixed congruential generator (Numerical Recipes): the same draws in every run.
    let seed = 1;
    const next = (): number => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
    const draw = (): Polarity => {
      const c = { positive: 0, neutral: 0, negative: 0 };
      for (let i = 0; i < 150; i++) {
        const x = next();
        c[x < 0.5 ? "positive" : x < 0.7 ? "neutral" : "negative"]++;
      }
      return c;
    };
    const claims = Array.from({ length: 2000 }, () => verdict(draw(), draw())).filter(
      (v) => v !== "no significant change",
    ).length;
    expect(claims).toBeGreaterThan(60);
    expect(claims).toBeLessThan(140);
  });
});
