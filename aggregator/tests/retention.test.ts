import { expect, it } from "vitest";
import { z } from "zod";
import { aggregateStage, listMentions, setTextRetention, verify } from "../src/index.ts";
import { at, batchOf, content, logged } from "./support/facts.ts";
import { countedHours, openTestStore } from "./support/store.ts";

it("retention takes the words of old mentions and leaves their numbers", async () => {
  await using opened = await openTestStore();
  const { store } = opened;
  const brand = "aurora";
  const now = new Date().toISOString() as ReturnType<typeof at>;
  const facts = [
    content({ brand, key: "old", text: "long ago", observed: "2020-01-01T00:00:00.000Z" as never }),
    content({ brand, key: "new", text: "just now", observed: now, published: at(60) }),
  ];
  await aggregateStage({ store }).process(batchOf(logged(facts)), new AbortController().signal);
  const before = await countedHours(store, brand);
  await setTextRetention(store, 30);
  await store.execute({ name: "test-merge", sql: "OPTIMIZE TABLE mention_text FINAL", params: z.strictObject({}) }, {});
  expect((await listMentions(store, { brand })).map((m) => m.text)).toEqual(["just now", null]);
  expect(await countedHours(store, brand)).toEqual(before);
  expect((await verify(store)).differences).toEqual([]);
  await setTextRetention(store, null);
  await expect(setTextRetention(store, 0)).rejects.toMatchObject({ code: "USAGE" });
});
