import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fact } from "@molva/contracts";
import { aggregateStage, eventIdOf } from "../src/index.ts";
import { at, batchOf, choice, content, exclude, gone, human, logged, undo } from "./support/facts.ts";
import { countedHours, openTestStore, type TestStore } from "./support/store.ts";

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

let stories = 0;
const newBrand = (): string => `brand-${(stories += 1)}`;

/** Tells the batches to the stage and returns what counts. */
const told = async (brand: string, ...batches: readonly (readonly Fact[])[]): Promise<readonly string[]> => {
  const stage = aggregateStage({ store: opened.store });
  let offset = 0n;
  for (const facts of batches) {
    await stage.process(batchOf(logged(facts, offset)), new AbortController().signal);
    offset += BigInt(facts.length);
  }
  return countedHours(opened.store, brand);
};

describe("what counts of a mention", () => {
  it("counts in the hour of its publication", async () => {
    const brand = newBrand();
    expect(
      await told(brand, [
        content({ brand, key: "a" }),
        content({ brand, key: "b", label: "negative", published: at(61) }),
      ]),
    ).toEqual(["2026-03-02T10 +1 =0 -0 ?0", "2026-03-02T11 +0 =0 -1 ?0"]);
  });

  it("counts once however often it is crawled, within a batch and across batches", async () => {
    const brand = newBrand();
    const seen = [at(60), at(120), at(180)].map((observed) => content({ brand, key: "a", observed }));
    expect(await told(brand, [...seen, ...seen], seen, seen)).toEqual(["2026-03-02T10 +1 =0 -0 ?0"]);
  });

  it("keeps unscored mentions apart from neutral ones", async () => {
    const brand = newBrand();
    expect(
      await told(brand, [
        content({ brand, key: "a", label: "unscored", text: "" }),
        content({ brand, key: "b", label: "neutral" }),
      ]),
    ).toEqual(["2026-03-02T10 +0 =1 -0 ?1"]);
  });

  it("moves with an edit of its date, and its person's label with it, whatever came first", async () => {
    for (const late of [false, true]) {
      const brand = newBrand();
      const a = { brand, key: "a" };
      const facts = [
        content({ ...a, observed: at(60) }),
        human(a, "negative", at(70)),
        content({ ...a, published: at(240), observed: at(300) }),
      ];
      expect(await told(brand, ...(late ? facts.toReversed() : facts).map((f) => [f]))).toEqual([
        "2026-03-02T14 +0 =0 -1 ?0",
      ]);
    }
  });

  it("leaves when its source no longer shows it, and returns when it is seen again", async () => {
    const brand = newBrand();
    const a = { brand, key: "a" };
    expect(await told(brand, [content({ ...a, observed: at(60) })], [gone(a, at(120))])).toEqual([]);
    expect(await told(brand, [content({ ...a, observed: at(180) })])).toEqual(["2026-03-02T10 +1 =0 -0 ?0"]);
  });

  it("stays out for good when a person excludes it, until that is undone", async () => {
    const brand = newBrand();
    const a = { brand, key: "a" };
    const out = exclude(a, at(90));
    expect(
      await told(brand, [out], [content({ ...a, observed: at(60) })], [content({ ...a, observed: at(600) })]),
    ).toEqual([]);
    expect(await told(brand, [undo(a, eventIdOf(out), at(700))])).toEqual(["2026-03-02T10 +1 =0 -0 ?0"]);
  });

  it("has the person's newest label that nothing undid, whatever order they arrive in", async () => {
    const brand = newBrand();
    const a = { brand, key: "a" };
    const [first, second] = [human(a, "negative", at(70)), human(a, "neutral", at(80))];
    expect(await told(brand, [second, content({ ...a, label: "positive" }), first])).toEqual([
      "2026-03-02T10 +0 =1 -0 ?0",
    ]);
    expect(await told(brand, [undo(a, eventIdOf(second), at(90))])).toEqual(["2026-03-02T10 +0 =0 -1 ?0"]);
    expect(await told(brand, [undo(a, eventIdOf(first), at(95))])).toEqual(["2026-03-02T10 +1 =0 -0 ?0"]);
  });

  it("has the label of the chosen model in every hour of the brand", async () => {
    const brand = newBrand();
    const keys = [0, 1, 2].map((i) => ({ brand, key: `k${i}`, published: at(i * 60 * 24 * 40) }));
    const old = keys.map((k) => content({ ...k, label: "positive", model: "old@1", observed: at(200_000) }));
    const replayed = keys.map((k) => content({ ...k, label: "negative", model: "new@2", observed: at(200_000) }));
    const before = await told(brand, old, replayed);
    expect(before.every((line) => line.endsWith("+1 =0 -0 ?0"))).toBe(true);
    const after = await told(brand, [choice(brand, "new@2", 1, at(200_100))]);
    expect(after).toHaveLength(3);
    expect(after.every((line) => line.endsWith("+0 =0 -1 ?0"))).toBe(true);
    expect(await told(brand, [choice(brand, "old@1", 2, at(200_200))])).toEqual(before);
  });
});
