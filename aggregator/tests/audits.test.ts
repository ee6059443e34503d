import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fact, Label, NsrRow } from "@molva/contracts";
import { aggregateStage, drawMentions, readAudits, readNsr } from "../src/index.ts";
import { at, batchOf, content, human, logged, undo } from "./support/facts.ts";
import { eventIdOf } from "../src/index.ts";
import { openTestStore, type TestStore } from "./support/store.ts";

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

let offset = 0n;
const tell = async (facts: readonly Fact[]): Promise<void> => {
  const log = logged(facts, offset);
  offset += BigInt(facts.length);
  await aggregateStage({ store: opened.store }).process(batchOf(log), new AbortController().signal);
};
const audit = (brand: string, key: string, label: Label, minute: number, by = "vera"): Fact => ({
  ...(human({ brand, key }, label, at(minute)) as Extract<Fact, { type: "human" }>),
  audit: true,
  by,
});
const adjusted = async (brand: string): Promise<NsrRow> => {
  const rows = await readNsr(opened.store, {
    brands: [brand],
    from: at(-60),
    to: at(60 * 24),
    window: null,
    step: null,
    by: null,
    tz: "UTC",
    asOf: null,
    horizon: null,
    adjusted: true,
  });
  return rows[0] as NsrRow;
};
const some = (brand: string, count: number, label: Label, name: string): readonly Fact[] =>
  Array.from({ length: count }, (_, i) => content({ brand, key: `${name}${i}`, label, published: at(i) }));

describe("audits", () => {
  it("are read with what the model said, by whom, and leave when they are undone", async () => {
    const brand = "audited";
    const first = audit(brand, "p0", "negative", 100);
    await tell([
      ...some(brand, 3, "positive", "p"),
      first,
      audit(brand, "p1", "positive", 101),
      audit(brand, "p1", "neutral", 102, "ivan"),
      human({ brand, key: "p2" }, "negative", at(103)),
    ]);
    const found = (await readAudits(opened.store, { brands: [brand] })).toSorted((a, b) => b.by.length - a.by.length);
    expect(
      found.map(({ given, label, by }) => ({
        given,
        label,
        by: by.map((one) => `${one.who} ${one.label}`).toSorted(),
      })),
    ).toEqual([
      { given: "positive", label: "neutral", by: ["ivan neutral", "vera positive"] },
      { given: "positive", label: "negative", by: ["vera negative"] },
    ]);
    expect(found[0]?.said).toEqual({ negative: 0.02, neutral: 0.08, positive: 0.9 });
    await tell([undo({ brand, key: "p0" }, eventIdOf(first as Extract<Fact, { type: "human" }>), at(200))]);
    expect((await readAudits(opened.store, { brands: [brand] })).length).toBe(1);
  });

  it("draws what counts and nobody audited, the same until it is labelled, whatever the model is sure of", async () => {
    const brand = "drawn";
    await tell([
      ...some(brand, 60, "positive", "p"),
      ...some(brand, 30, "neutral", "n"),
      content({ brand, key: "u", label: "unscored" }),
    ]);
    const ask = { brand, source: null, count: 30, seed: "17", again: null };
    const first = await drawMentions(opened.store, ask);
    expect(first.length).toBe(30);
    expect(new Set(first.map((m) => m.label))).toEqual(new Set(["positive", "neutral"]));
    expect((await drawMentions(opened.store, ask)).map((m) => m.id)).toEqual(first.map((m) => m.id));
    const labelled = first.slice(0, 5);
    const keyOf = (text: string | null): string => (text ?? "").replace("words of ", "");
    await tell(labelled.map((m, i) => audit(brand, keyOf(m.text), "neutral", 300 + i)));
    const next = await drawMentions(opened.store, ask);
    expect(next.slice(0, 25).map((m) => m.id)).toEqual(first.slice(5).map((m) => m.id));
    expect((await drawMentions(opened.store, { ...ask, count: 1000 })).length).toBe(85);
    const again = await drawMentions(opened.store, { ...ask, again: "ivan" });
    expect(new Set(again.map((m) => m.id))).toEqual(new Set(labelled.map((m) => m.id)));
    expect(await drawMentions(opened.store, { ...ask, again: "vera" })).toEqual([]);
  });
});

describe("the corrected rate", () => {
  it("is the plain one, marked and wide, until there are audits enough", async () => {
    const brand = "fresh";
    await tell([...some(brand, 30, "positive", "p"), ...some(brand, 10, "negative", "n")]);
    const row = await adjusted(brand);
    expect([row.adjustedState, row.nsrAdjusted, row.auditsInside]).toEqual(["uncorrected", row.nsr, 0]);
    expect((row.adjustedHigh as number) - (row.adjustedLow as number)).toBeGreaterThan(30);
  });

  it("follows what people say of a model that errs one way, and narrows with a hundred audits in the row", async () => {
    const brand = "biased";
    // The model says positive of all; of every four one is negative.
    await tell(some(brand, 400, "positive", "p"));
    const truthOf = (i: number): Label => (i % 4 === 0 ? "negative" : "positive");
    const audits = Array.from({ length: 120 }, (_, i) => audit(brand, `p${i * 3}`, truthOf(i * 3), 600 + i));
    await tell(audits.slice(0, 40));
    const some40 = await adjusted(brand);
    expect([some40.adjustedState, some40.auditsInside]).toEqual(["recalibrated", 40]);
    expect(Math.abs((some40.nsrAdjusted as number) - 50)).toBeLessThan(15);
    await tell(audits.slice(40));
    const all = await adjusted(brand);
    expect([all.adjustedState, all.auditsInside]).toEqual(["measured", 120]);
    expect(Math.abs((all.nsrAdjusted as number) - 50)).toBeLessThan(8);
    expect(all.adjustedLow as number).toBeLessThan(50);
    expect(all.adjustedHigh as number).toBeGreaterThan(50);
    expect((all.adjustedHigh as number) - (all.adjustedLow as number)).toBeLessThan(
      (some40.adjustedHigh as number) - (some40.adjustedLow as number),
    );
    // Of the opinion behind the texts less is known than of the texts.
    expect(all.opinionLow as number).toBeLessThan(all.adjustedLow as number);
  });
});
