import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fact, GivenLabel, Instant } from "@molva/contracts";
import { decompose } from "@molva/numbers";
import { aggregateStage, readExplanation, type ExplainQuestion, type Explanation } from "../src/index.ts";
import { at, batchOf, content, exclude, human, logged, type Told } from "./support/facts.ts";
import { countedMentions } from "./support/recounted.ts";
import { openTestStore, type TestStore } from "./support/store.ts";
import { lastOf, storyOf } from "./support/story.ts";

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

let stories = 0;
let offset = 0n;
const newBrand = (): string => `brand-${(stories += 1)}`;
const tell = async (facts: readonly Fact[]): Promise<Instant> => {
  const log = logged(facts, offset);
  offset += BigInt(facts.length);
  await aggregateStage({ store: opened.store }).process(batchOf(log), new AbortController().signal);
  return lastOf(log);
};
const DAY = 1440;
const explain = (brand: string, question: Partial<ExplainQuestion> = {}): Promise<Explanation> =>
  readExplanation(opened.store, {
    brand,
    from: at(DAY),
    to: at(2 * DAY),
    against: null,
    mentions: 3,
    asOf: null,
    horizon: null,
    ...question,
  });
let keys = 0;
const some = (count: number, label: GivenLabel, day: number, told: Omit<Told, "key" | "label">): readonly Fact[] =>
  Array.from({ length: count }, () =>
    content({ ...told, key: `k${(keys += 1)}`, label, published: at(day * DAY + 60 + (keys % 300)) }),
  );
const units = (value: number): number => Math.round(value * 10_000);

describe("explain", () => {
  it("divides the change by source, language and main topic, and names the mentions that weigh most", async () => {
    const brand = newBrand();
    await tell([
      ...some(20, "positive", 0, { brand, source: "rss", topics: ["price"] }),
      ...some(20, "neutral", 0, { brand, topics: ["staff", "price"] }),
      ...some(20, "positive", 1, { brand, source: "rss", topics: ["price"] }),
      ...some(15, "negative", 1, { brand, topics: ["staff", "price"] }),
      ...some(5, "neutral", 1, { brand }),
      ...some(4, "unscored", 1, { brand }),
    ]);
    const found = await explain(brand);
    expect([found.before.nsr, found.now.nsr, found.change]).toEqual([50, 12.5, -37.5]);
    expect(found.by.map((d) => [d.dimension, d.parts.map((p) => [p.value, p.nBefore, p.n, p.mix, p.rate])])).toEqual([
      [
        "source",
        [
          ["web-reviews", 20, 20, 0, -37.5],
          ["rss", 20, 20, 0, 0],
        ],
      ],
      ["language", [["en", 40, 40, 0, -37.5]]],
      [
        "topic",
        [
          ["staff", 20, 15, 10.1562, -43.75],
          ["none", 0, 5, -3.9062, 0],
          ["price", 20, 20, 0, 0],
        ],
      ],
    ]);
    for (const dimension of found.by)
      expect(dimension.parts.reduce((sum, part) => sum + units(part.total), 0)).toBe(units(-37.5));
    expect(found.mentions).toHaveLength(3);
    for (const mention of found.mentions) {
      expect(mention).toMatchObject({ label: "negative", source: "web-reviews" });
      // (37.5 + 37.5 + 33.5937) / 15 mentions / 3 divisions
      expect(mention.weight).toBeCloseTo(2.4132, 3);
    }
  });

  it("follows people's decisions, and gives what it gave as of a point", async () => {
    const brand = newBrand();
    const facts = [
      ...some(30, "positive", 0, { brand }),
      ...some(20, "positive", 1, { brand }),
      ...some(10, "negative", 1, { brand, language: "ru" }),
    ];
    const horizon = await tell(facts);
    const before = await explain(brand, { horizon });
    const whose = (fact: Fact): { brand: string; key: string } => ({
      brand,
      key: `k${keys - facts.length + 1 + facts.indexOf(fact)}`,
    });
    const wrong = facts.slice(50, 55).map((fact) => human(whose(fact), "positive", at(99_999)));
    const later = await tell([...wrong, exclude(whose(facts.at(-1) as Fact), at(99_999))]);
    const after = await explain(brand, { horizon: later });
    expect([before.change, after.change]).toEqual([-66.6667, -27.5862]);
    expect(after.now).toMatchObject({ positive: 25, negative: 4 });
    expect(await explain(brand, { horizon: later, asOf: horizon })).toEqual(before);
    expect(after.mentions.map(({ label }) => label)).toEqual(["negative", "negative", "negative"]);
  });

  it("divides nothing where there is no rate, and refuses periods that overlap", async () => {
    const brand = newBrand();
    await tell([...some(9, "positive", 0, { brand }), ...some(40, "negative", 1, { brand })]);
    expect(await explain(brand)).toMatchObject({
      change: null,
      by: [],
      mentions: [],
      before: { n: 9, nsr: null, state: "counts-only" },
    });
    await expect(explain(brand, { against: { from: at(0), to: at(DAY + 1) } })).rejects.toMatchObject({
      code: "USAGE",
    });
    await expect(explain(brand, { from: at(3 * DAY) })).rejects.toMatchObject({ code: "USAGE" });
  });

  it("compares with any other period, names of values being hostile or not", async () => {
    const hostile = "O'Neil\"; DROP TABLE fact --\\";
    const brand = `${newBrand()} ${hostile}`;
    await tell([
      ...some(10, "positive", 0, { brand, topics: [hostile] }),
      ...some(30, "negative", 5, { brand, topics: [hostile, "price"], language: "xx' OR 1" }),
    ]);
    const found = await explain(brand, { from: at(5 * DAY), to: at(6 * DAY), against: { from: at(0), to: at(DAY) } });
    expect(found.change).toBe(-200);
    expect(found.by[2]?.parts.map(({ value, total }) => [value, total])).toEqual([[hostile, -200]]);
    expect(found.mentions[0]?.brand).toBe(brand);
  });

  it("equals a division of the recount, on histories of every kind, as of any point", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000_000), fc.nat(), async (seed, cut) => {
        const brand = newBrand();
        const story = storyOf(seed, { brand, facts: 300, mentions: 120, days: 4 });
        const log = logged(story, offset);
        const last = await tell(story);
        const asOf = (log[cut % log.length] as (typeof log)[number]).appendedAt;
        const question = { from: at(2 * DAY), to: at(4 * DAY), asOf, horizon: last };
        const found = await explain(brand, question);
        const mentions = (await countedMentions(opened.store, brand, Date.parse(asOf))).filter(
          ({ label }) => label !== "unscored",
        );
        const [from, to, start] = [Date.parse(at(2 * DAY)), Date.parse(at(4 * DAY)), Date.parse(at(0))];
        const VALUE = {
          source: (m: (typeof mentions)[number]) => m.source,
          language: (m: (typeof mentions)[number]) => m.language,
          topic: (m: (typeof mentions)[number]) => m.topics[0] ?? "",
        };
        const change = new Set<number | null>();
        for (const dimension of ["source", "language", "topic"] as const) {
          const values = [...new Set(mentions.map(VALUE[dimension]))];
          const counts = (value: string, lo: number, hi: number) => {
            const of = (label: string): number =>
              mentions.filter((m) => m.label === label && VALUE[dimension](m) === value && m.at >= lo && m.at < hi)
                .length;
            return { positive: of("positive"), neutral: of("neutral"), negative: of("negative") };
          };
          const want = decompose(
            values.map((value) => ({ value, now: counts(value, from, to), before: counts(value, start, from) })),
          );
          const have = found.by.find((d) => d.dimension === dimension);
          change.add(want?.change ?? null);
          expect(have?.parts.map(({ value, total, mix }) => [value, total, mix]) ?? []).toEqual(
            want?.parts.map(({ value, total, mix }) => [value === "" ? "none" : value, total, mix]) ?? [],
          );
        }
        expect([...change]).toEqual([found.change]);
      }),
      { numRuns: 6 },
    );
  });
});
