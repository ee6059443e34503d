import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Label, Probabilities } from "@molva/contracts";
import { adjustedRate, auditsFor, halfWidthAfter, kappa, type Audit, type Unit } from "../src/index.ts";

const VALUE = { negative: -1, neutral: 0, positive: 1 } as const;
const LABELS = ["negative", "neutral", "positive"] as const;

const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

interface Text {
  readonly said: Probabilities;
  readonly label: Label;
}

/** Texts of known labels, and a model that sees each through noise, leans by `lean` and is too sure of itself. */
const textsOf = (
  count: number,
  shares: readonly [number, number, number],
  lean: number,
  random: () => number,
): readonly Text[] =>
  Array.from({ length: count }, () => {
    const u = random();
    const label: Label = u < shares[0] ? "negative" : u < shares[0] + shares[1] ? "neutral" : "positive";
    const z = LABELS.map((l) => (l === label ? 1.2 : 0) + 1.6 * (random() - 0.5) + (l === "negative" ? lean : 0));
    const raw = z.map((x) => Math.exp(1.8 * x));
    const sum = raw.reduce((a, b) => a + b, 0);
    const p = (i: number): number => Math.round((10_000 * (raw[i] as number)) / sum) / 10_000;
    return { said: { negative: p(0), neutral: p(1), positive: p(2) }, label };
  });

const rateOf = (texts: readonly Text[]): number => texts.reduce((sum, t) => sum + VALUE[t.label], 0) / texts.length;
const givenOf = ({ said }: Text): Label =>
  said.negative > said.neutral && said.negative >= said.positive
    ? "negative"
    : said.positive > said.neutral
      ? "positive"
      : "neutral";
const unitOf = (texts: readonly Text[]): Unit => ({
  said: texts.map((t) => t.said),
  size: texts.length,
  strata: new Map([["rss", texts.length]]),
  plain: texts.reduce((sum, t) => sum + VALUE[givenOf(t)], 0) / texts.length,
});
const auditsOf = (
  texts: readonly Text[],
  count: number,
  where: Audit["where"],
  random: () => number,
): readonly Audit[] => {
  const left = [...texts];
  return Array.from({ length: Math.min(count, left.length) }, () => {
    const [text] = left.splice(Math.floor(random() * left.length), 1) as [Text];
    return { ...text, where, brand: where === "elsewhere" ? "other" : "own", stratum: "rss" };
  });
};

/** Over many brands of different rates and a model that leans: how often the interval holds the truth, and how far off the middle is. */
const simulated = (
  count: number,
  size: number,
  audits: number,
): { readonly covered: number; readonly error: number } => {
  const random = randomOf(7);
  let [covered, error] = [0, 0];
  for (let i = 0; i < count; i += 1) {
    const negative = random();
    const neutral = (1 - negative) * random();
    const texts = textsOf(size, [negative, neutral, 1 - negative - neutral], 1.2 * (random() - 0.5), random);
    const found = adjustedRate(unitOf(texts), auditsOf(texts, audits, "unit", random));
    if (found === null) throw new Error("a unit of texts has a rate");
    const truth = rateOf(texts);
    if (found.low <= truth && truth <= found.high) covered += 1;
    error += Math.abs(found.rate - truth) / count;
  }
  return { covered: covered / count, error };
};

describe("the corrected rate", () => {
  it("holds the truth in 93 to 98 of a hundred brands with a hundred audits and more, whatever the model's lean", () => {
    for (const audits of [100, 200]) {
      const { covered, error } = simulated(400, 800, audits);
      expect(covered).toBeGreaterThan(0.92);
      expect(covered).toBeLessThan(0.985);
      expect(error).toBeLessThan(audits === 100 ? 0.045 : 0.032);
    }
  });

  it("is nearer to the truth than the plain rate with thirty audits already", () => {
    const random = randomOf(11);
    let [plain, corrected] = [0, 0];
    for (let i = 0; i < 60; i += 1) {
      const texts = textsOf(400, [0.2, 0.2, 0.6], 1, random);
      const unit = unitOf(texts);
      const found = adjustedRate(unit, auditsOf(texts, 40, "unit", random));
      plain += Math.abs(unit.plain - rateOf(texts));
      corrected += Math.abs((found?.rate ?? 0) - rateOf(texts));
    }
    expect(corrected).toBeLessThan(plain);
  });

  it("corrects nothing without audits enough: the plain rate, marked, and wide", () => {
    const random = randomOf(3);
    const texts = textsOf(300, [0.3, 0.3, 0.4], 0, random);
    const unit = unitOf(texts);
    for (const audits of [0, 29]) {
      const found = adjustedRate(unit, auditsOf(texts, audits, "unit", random));
      expect(found).toMatchObject({ state: "uncorrected", rate: unit.plain, audits });
      expect((found?.high ?? 0) - (found?.low ?? 0)).toBeGreaterThan(0.5);
    }
  });

  it("learns from the brand's other windows, and less from other brands", () => {
    const random = randomOf(5);
    const texts = textsOf(300, [0.2, 0.2, 0.6], 1, random);
    const others = textsOf(300, [0.2, 0.2, 0.6], 1, random);
    const width = (where: Audit["where"]): number => {
      const found = adjustedRate(unitOf(texts), auditsOf(others, 90, where, randomOf(1)));
      return (found?.high ?? 0) - (found?.low ?? 0);
    };
    expect(width("brand")).toBeLessThan(width("elsewhere"));
  });

  it("stays in its bounds, holds its own middle, and is wider for the opinion than for the texts", () => {
    const text = fc.record({
      label: fc.constantFrom(...LABELS),
      p: fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100)).filter(([a, b, c]) => a + b + c > 0),
    });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 200 }), fc.nat(150), fc.nat(), (list, audits, seed) => {
        const texts = list.map(({ label, p: [a, b, c] }) => ({
          label,
          said: { negative: a / (a + b + c), neutral: b / (a + b + c), positive: c / (a + b + c) },
        }));
        const found = adjustedRate(unitOf(texts), auditsOf(texts, audits, "unit", randomOf(seed)));
        if (found === null) throw new Error("a unit of texts has a rate");
        const order = [-1, found.opinionLow, found.low, found.rate, found.high, found.opinionHigh, 1];
        for (const [i, x] of order.entries())
          if (i > 0) expect(x).toBeGreaterThanOrEqual((order[i - 1] as number) - 1e-12);
      }),
      { numRuns: 200 },
    );
    expect(adjustedRate({ said: [], size: 0, strata: new Map(), plain: 0 }, [])).toBeNull();
  });

  it("weighs a source that was drawn too seldom by its size", () => {
    const good = Array.from({ length: 500 }, (): Text => ({
      said: { negative: 0.05, neutral: 0.05, positive: 0.9 },
      label: "positive",
    }));
    const bad = good.map((text): Text => ({ ...text, label: "negative" }));
    const unit: Unit = {
      ...unitOf([...good, ...bad]),
      strata: new Map([
        ["rss", 500],
        ["web", 500],
      ]),
    };
    const audits = [
      ...auditsOf(good, 120, "unit", randomOf(1)),
      ...auditsOf(bad, 40, "unit", randomOf(2)).map((audit) => ({ ...audit, stratum: "web" })),
    ];
    expect(Math.abs(adjustedRate(unit, audits)?.rate ?? 1)).toBeLessThan(0.05);
  });
});

describe("what audits buy", () => {
  it("narrows with each audit, to nothing when all are audited, and is turned round by the count that is needed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 100_000 }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        (size, half) => {
          const needed = auditsFor(half, size);
          expect(halfWidthAfter(needed, size)).toBeLessThanOrEqual(half);
          if (needed > 2) expect(halfWidthAfter(needed - 1, size)).toBeGreaterThan(half);
        },
      ),
    );
    expect(halfWidthAfter(500, 500)).toBe(0);
  });
});

describe("agreement of two people", () => {
  it("is 1 when they always agree, 0 when no more than chance, null when there is nothing to tell", () => {
    expect(
      kappa([
        ["negative", "negative"],
        ["positive", "positive"],
      ]),
    ).toBe(1);
    expect(
      kappa([
        ["negative", "negative"],
        ["negative", "positive"],
        ["positive", "negative"],
        ["positive", "positive"],
      ]),
    ).toBe(0);
    expect(kappa([])).toBeNull();
    expect(kappa([["neutral", "neutral"]])).toBeNull();
  });

  it("is Cohen's of a worked table: 20, 5, 10, 15 of 50 give 0.4", () => {
    const times = (n: number, pair: readonly [Label, Label]): readonly (readonly [Label, Label])[] =>
      Array.from({ length: n }, () => pair);
    const pairs = [
      ...times(20, ["positive", "positive"]),
      ...times(5, ["positive", "negative"]),
      ...times(10, ["negative", "positive"]),
      ...times(15, ["negative", "negative"]),
    ];
    expect(kappa(pairs)).toBeCloseTo(0.4, 10);
  });
});
