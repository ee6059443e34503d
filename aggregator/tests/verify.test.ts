import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { aggregateStage, verify } from "../src/index.ts";
import { batchOf } from "./support/facts.ts";
import { openTestStore, type TestStore } from "./support/store.ts";
import { deliveriesOf, storyOf } from "./support/story.ts";

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

const none = z.strictObject({});
const alter = async (sql: string): Promise<void> => opened.store.execute({ name: "test-alter", sql, params: none }, {});

const NEGATIVE_ONE_MORE = `INSERT INTO bucket SELECT * REPLACE (negative + 1 AS negative, rev + 1 AS rev) FROM bucket FINAL
  WHERE brand = 'aurora' AND positive > 0 ORDER BY hour LIMIT 1`;

describe("verify", () => {
  it("finds nothing where nothing is wrong, and the one bucket that is", async () => {
    const stage = aggregateStage({ store: opened.store });
    for (const [seed, brand] of [
      [1, "aurora"],
      [2, "borealis"],
    ] as const) {
      const story = storyOf(seed, { brand, facts: 400, mentions: 60, days: 20 });
      for (const messages of deliveriesOf(story, seed, 100))
        await stage.process(batchOf(messages), new AbortController().signal);
    }
    const right = await verify(opened.store);
    expect(right.differences.slice(0, 3)).toEqual([]);
    expect(right.mentions).toBeGreaterThan(50);
    expect(right.buckets).toBeGreaterThan(50);
    expect(right.rollingPoints).toBeGreaterThan(1000);

    await alter(NEGATIVE_ONE_MORE);
    const wrong = await verify(opened.store);
    const [found, ...others] = wrong.differences.filter((d) => !d.column.startsWith("rolling"));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ brand: "aurora", column: "negative" });
    expect(found?.stored).toBe(Number(found?.recounted) + 1);
    expect(wrong.differences.some((d) => d.column === "rolling 24h n")).toBe(true);
  });
});
