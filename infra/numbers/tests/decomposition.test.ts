import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decompose, rate, sizeOf, type Decomposition, type Group, type Polarity } from "../src/index.ts";

const counts = (positive: number, neutral: number, negative: number): Polarity => ({ positive, neutral, negative });
const polarity = fc.record({
  positive: fc.nat(400),
  neutral: fc.nat(400),
  negative: fc.nat(400),
});
const groups = fc
  .array(fc.record({ now: fc.oneof(polarity, fc.constant(counts(0, 0, 0))), before: polarity }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((list) => list.map((group, i): Group => ({ value: `g${i}`, ...group })));

const total = (list: readonly Polarity[]): Polarity => ({
  positive: list.reduce((sum, c) => sum + c.positive, 0),
  neutral: list.reduce((sum, c) => sum + c.neutral, 0),
  negative: list.reduce((sum, c) => sum + c.negative, 0),
});
/** In units of the last digit; −0, which a small negative rate is rounded to, is 0. */
const units = (value: number, decimals: number): number => Math.round(value * 10 ** decimals) + 0;

describe("what moved the rate", () => {
  it("is the mix alone where no group's own rate has changed", () => {
    // 80 % of −50 and 20 % of +50, then half and half: −30 becomes 0.
    const found = decompose([
      { value: "bad", before: counts(20, 0, 60), now: counts(12, 1, 37) },
      { value: "good", before: counts(15, 0, 5), now: counts(37, 1, 12) },
    ]);
    expect(found?.parts.every((part) => part.rate === 0)).toBe(true);
    expect(found).toMatchObject({ change: 30, mix: 30, rate: 0 });
    // Each moved by 30 points of share, 50 points away from the mean of −15: −0.3 × −35 and 0.3 × 65.
    expect(found?.parts.map((part) => [part.value, part.mix])).toEqual([
      ["good", 19.5],
      ["bad", 10.5],
    ]);
  });

  it("is the rate alone where the shares stay, each group by its share", () => {
    const found = decompose([
      { value: "a", before: counts(20, 40, 20), now: counts(40, 40, 0) },
      { value: "b", before: counts(0, 20, 0), now: counts(0, 10, 10) },
    ]);
    // 80 % went from 0 to +50, 20 % from 0 to −50.
    expect(found).toMatchObject({ change: 30, mix: 0, rate: 30 });
    expect(found?.parts.map((part) => [part.value, part.rate])).toEqual([
      ["a", 40],
      ["b", -10],
    ]);
  });

  it("counts a group that comes or goes as mix", () => {
    const found = decompose([
      { value: "old", before: counts(10, 10, 0), now: counts(10, 10, 0) },
      { value: "new", before: counts(0, 0, 0), now: counts(0, 0, 20) },
    ]);
    // +50 becomes −25; the mean is 12.5; the new half brings 0.5 × (−100 − 12.5), the old one −0.5 × (50 − 12.5).
    expect(found).toMatchObject({ change: -75, rate: 0 });
    expect(found?.parts.map((part) => [part.value, part.mix])).toEqual([
      ["new", -56.25],
      ["old", -18.75],
    ]);
  });

  it("adds up to the difference of the printed rates, to the last printed digit", () => {
    fc.assert(
      fc.property(groups, fc.constantFrom(0, 1, 2, 4), (list, decimals) => {
        const [now, before] = [total(list.map((g) => g.now)), total(list.map((g) => g.before))];
        const found = decompose(list, decimals);
        if (sizeOf(now) < 10 || sizeOf(before) < 10) {
          expect(found).toBeNull();
          return;
        }
        const { change, parts, mix, rate: byRate } = found as Decomposition;
        const printed = (c: Polarity): number => units(Number((rate(c).nsr as number).toFixed(decimals)), decimals);
        expect(units(change, decimals)).toBe(printed(now) - printed(before));
        const sum = (values: readonly number[]): number =>
          values.reduce((all, value) => all + units(value, decimals), 0);
        expect(sum(parts.map((part) => part.total))).toBe(units(change, decimals));
        expect(sum(parts.map((part) => part.mix))).toBe(units(mix, decimals));
        expect(sum(parts.map((part) => part.rate))).toBe(units(byRate, decimals));
        expect(units(mix, decimals) + units(byRate, decimals)).toBe(units(change, decimals));
        for (const part of parts)
          expect(units(part.mix, decimals) + units(part.rate, decimals)).toBe(units(part.total, decimals));
      }),
      { numRuns: 2000 },
    );
  });

  it("prints no part further than two units of the last digit from the formula", () => {
    fc.assert(
      fc.property(groups, (list) => {
        const found = decompose(list);
        if (found === null) return;
        const [now, before] = [total(list.map((g) => g.now)), total(list.map((g) => g.before))];
        const of = (c: Polarity): number => (c.positive - c.negative) / sizeOf(c);
        const reference = (of(now) + of(before)) / 2;
        for (const part of found.parts) {
          const [w1, w0] = [sizeOf(part.now) / sizeOf(now), sizeOf(part.before) / sizeOf(before)];
          const r1 = of(sizeOf(part.now) === 0 ? part.before : part.now);
          const r0 = of(sizeOf(part.before) === 0 ? part.now : part.before);
          expect(Math.abs(part.rate - ((w1 + w0) / 2) * (r1 - r0) * 100)).toBeLessThan(0.0002);
          expect(Math.abs(part.mix - (w1 - w0) * ((r1 + r0) / 2 - reference) * 100)).toBeLessThan(0.0002);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("turns its sign when the periods change places", () => {
    fc.assert(
      fc.property(groups, (list) => {
        const there = decompose(list);
        const back = decompose(list.map(({ value, now, before }) => ({ value, now: before, before: now })));
        expect(back?.change ?? null).toBe(there === null ? null : 0 - there.change);
        for (const part of there?.parts ?? []) {
          const other = back?.parts.find(({ value }) => value === part.value);
          expect(Math.abs(part.total + (other?.total ?? Number.NaN))).toBeLessThan(0.0008);
        }
      }),
    );
  });

  it("has the same parts, to the last digit, in whatever order the groups are told", () => {
    fc.assert(
      fc.property(groups, fc.nat(), (list, turn) => {
        const turned = list.map((_, i) => list[(i + turn) % list.length] as (typeof list)[number]).toReversed();
        expect(decompose(turned)).toEqual(decompose(list));
      }),
      { numRuns: 1000 },
    );
    // Remainders that are equal: some of them must be rounded up, and always the same.
    const tied = [
      { value: "rss", before: counts(3, 0, 5), now: counts(4, 0, 3) },
      { value: "web", before: counts(5, 1, 2), now: counts(0, 1, 6) },
    ];
    expect(decompose(tied.toReversed())).toEqual(decompose(tied));
  });

  it("does not care how the groups are named or ordered, and has nothing to say below ten", () => {
    const hostile = [
      { value: "O'Neil\"; DROP", before: counts(5, 5, 5), now: counts(9, 1, 1) },
      { value: "__proto__", before: counts(1, 2, 3), now: counts(4, 5, 6) },
      { value: "", before: counts(7, 7, 7), now: counts(0, 0, 0) },
    ];
    expect(decompose([...hostile].reverse())?.parts.map(({ value }) => value)).toEqual(
      decompose(hostile)?.parts.map(({ value }) => value),
    );
    expect(decompose([{ value: "a", before: counts(9, 0, 0), now: counts(50, 0, 0) }])).toBeNull();
    expect(decompose([])).toBeNull();
  });
});
