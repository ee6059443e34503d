import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verify } from "../src/index.ts";
import { emptied } from "./support/buckets.ts";
import { countedHours, openTestStore, type TestStore } from "./support/store.ts";
import { makeParked } from "./support/parked.ts";
import { earlyDecision, staleWriter, twoWriters } from "./support/writers.ts";

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
  await makeParked(opened.store);
});
afterAll(async () => opened[Symbol.asyncDispose]());

const brand = "aurora";

/** The columns of buckets that a recount finds wrong after this happened to an empty store. */
const wrongAfter = async (happening: () => Promise<void>): Promise<readonly string[]> => {
  await emptied(opened.store);
  await happening();
  const { differences } = await verify(opened.store);
  return differences
    .filter((d) => !d.column.startsWith("rolling"))
    .map((d) => `${d.column}: ${d.stored} for ${d.recounted}`);
};

describe("two aggregators on one store", () => {
  it.each([1, 2])("end in the numbers of a recount, parked between any two steps (seed %i)", async (seed) => {
    expect(await wrongAfter(() => twoWriters(opened.store, "right", seed, brand))).toEqual([]);
    expect(await countedHours(opened.store, brand)).not.toEqual([]);
  });

  it("let the better informed bucket win, whoever writes last", async () => {
    expect(await wrongAfter(() => staleWriter(opened.store, "right", brand))).toEqual([]);
    expect(await countedHours(opened.store, brand)).toEqual(["2026-03-02T10 +2 =0 -0 ?0"]);
  });

  it("would not with the time of the write in place of what was read: these tests would notice", async () => {
    expect(await wrongAfter(() => staleWriter(opened.store, "rev taken at writing", brand))).toContain(
      "positive: 1 for 2",
    );
  });

  it("need the copy rule: without it these tests would notice", async () => {
    expect(await wrongAfter(() => earlyDecision(opened.store, "right", brand))).toEqual([]);
    expect(await wrongAfter(() => earlyDecision(opened.store, "without the copy rule", brand))).toContain(
      "negative: 0 for 1",
    );
    expect(await wrongAfter(() => twoWriters(opened.store, "without the copy rule", 1, brand))).not.toEqual([]);
  });
});
