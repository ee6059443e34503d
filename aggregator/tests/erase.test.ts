import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fact } from "@molva/contracts";
import { z } from "zod";
import { aggregateStage, eraseWords, listMentions, mentionsOfAuthor, verify } from "../src/index.ts";
import { at, batchOf, content, logged, mentionId } from "./support/facts.ts";
import { allBuckets } from "./support/buckets.ts";
import { openTestStore, type TestStore } from "./support/store.ts";

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

const WORDS = {
  name: "test-words",
  sql: "SELECT title, text, url, author, reply, toJSONString(extra) AS extra FROM mention_text",
  params: z.strictObject({}),
  row: z.object({
    title: z.string(),
    text: z.string(),
    url: z.string(),
    author: z.string(),
    reply: z.string(),
    extra: z.string(),
  }),
};
const [IVAN, OLGA] = ["a".repeat(32), "b".repeat(32)];
const by = (fact: Fact, authorHash: string): Fact =>
  fact.type === "content"
    ? {
        ...fact,
        mention: {
          ...fact.mention,
          authorHash,
          url: "https://reviews.example/ivan",
          extra: { who: "Ivan secret" },
          reply: { text: "Dear Ivan secret", at: null },
        },
      }
    : fact;

describe("erasing an author's words", () => {
  it("clears every version of every mention, under whatever name, and leaves all numbers and others' words", async () => {
    const { store } = opened;
    const brand = "aurora";
    const facts = [
      by(content({ brand, key: "a", text: "secret one", title: "secret title" }), IVAN),
      // The site shows the same mention under another name after an edit.
      by(content({ brand, key: "a", text: "secret two", observed: at(500) }), "c".repeat(32)),
      by(content({ brand, key: "b", text: "secret three", label: "negative", published: at(3000) }), IVAN),
      by(content({ brand, key: "c", text: "kept words", label: "neutral", published: at(9000) }), OLGA),
    ];
    await aggregateStage({ store }).process(batchOf(logged(facts)), new AbortController().signal);
    const before = await allBuckets(store);
    const ids = await mentionsOfAuthor(store, IVAN);
    expect([...ids].sort()).toEqual([mentionId({ brand, key: "a" }), mentionId({ brand, key: "b" })].sort());
    expect(await eraseWords(store, ids)).toBe(3);
    expect(await eraseWords(store, ids)).toBe(0);
    const rows = await store.query(WORDS, {});
    expect(JSON.stringify(rows)).not.toMatch(/secret (?:one|two|three|title)/);
    expect(rows.filter(({ text }) => text === "")).toHaveLength(3);
    for (const row of rows.filter(({ text }) => text === ""))
      expect(row).toEqual({ title: "", text: "", url: "", author: "", reply: "", extra: "{}" });
    expect((await listMentions(store, { brand })).map((m) => [m.text, m.label])).toEqual([
      ["kept words", "neutral"],
      [null, "negative"],
      [null, "positive"],
    ]);
    expect(await allBuckets(store)).toEqual(before);
    expect((await verify(store)).differences).toEqual([]);
    expect(await mentionsOfAuthor(store, IVAN)).toEqual([]);
    await expect(mentionsOfAuthor(store, "' OR 1")).rejects.toMatchObject({ code: "CONTRACT_VIOLATED" });
  });
});
