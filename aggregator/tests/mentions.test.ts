import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listedMentionSchema, type Fact, type ListedMention } from "@molva/contracts";
import { aggregateStage, eventIdOf, findMention, listMentions, readMention, type MentionFilter } from "../src/index.ts";
import { at, batchOf, content, exclude, gone, human, logged, mentionId, undo } from "./support/facts.ts";
import { openTestStore, type TestStore } from "./support/store.ts";

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

let stories = 0;
let offset = 0n;
const newBrand = (): string => `brand-${(stories += 1)}`;
const tell = async (...facts: readonly Fact[]): Promise<void> => {
  await aggregateStage({ store: opened.store }).process(batchOf(logged(facts, offset)), new AbortController().signal);
  offset += BigInt(facts.length);
};
const list = async (filter: MentionFilter): Promise<readonly ListedMention[]> => {
  const mentions = await listMentions(opened.store, filter);
  for (const mention of mentions) listedMentionSchema.parse(mention);
  return mentions;
};

describe("the list of mentions", () => {
  it("shows newest first, by page, with words, link and the model that labelled them", async () => {
    const brand = newBrand();
    await tell(
      ...[0, 1, 2, 3, 4].map((i) =>
        content({
          brand,
          key: `k${i}`,
          text: `text ${i}`,
          title: i === 0 ? null : `title ${i}`,
          published: at(i * 3000),
          url: `https://reviews.example/${i}`,
          rating: { value: 4, min: 1, max: 5 },
        }),
      ),
    );
    const first = await list({ brand, limit: 2 });
    expect(first.map((m) => m.text)).toEqual(["text 4", "text 3"]);
    expect(first[0]).toMatchObject({
      title: "title 4",
      url: "https://reviews.example/4",
      provenance: "plain@1",
      confidence: 0.9,
      rating: 4,
      ratingMax: 5,
      kind: "review",
      precision: "second",
      language: "en",
      region: null,
    });
    const second = await list({ brand, limit: 2, after: first[1] as ListedMention });
    expect(second.map((m) => m.text)).toEqual(["text 2", "text 1"]);
    expect((await list({ brand, after: second[1] as ListedMention })).map((m) => [m.text, m.title])).toEqual([
      ["text 0", null],
    ]);
  });

  it("filters by label, source, time and words, whatever their case", async () => {
    const brand = newBrand();
    await tell(
      content({ brand, key: "a", text: "Очередь в Отделении", label: "negative", source: "rss" }),
      content({ brand, key: "b", text: "all is well", title: "Queue 50%_'; DROP", published: at(3000) }),
      content({ brand, key: "c", text: "", label: "unscored", published: at(6000) }),
    );
    const texts = async (filter: MentionFilter): Promise<readonly (string | null)[]> =>
      (await list({ brand, ...filter })).map((m) => m.text);
    expect(await texts({ search: "очередь" })).toEqual(["Очередь в Отделении"]);
    expect(await texts({ search: "queue 50%_'; drop" })).toEqual(["all is well"]);
    expect(await texts({ label: "negative" })).toEqual(["Очередь в Отделении"]);
    expect(await texts({ label: "unscored" })).toEqual([""]);
    expect(await texts({ source: "rss", label: "positive" })).toEqual([]);
    expect(await texts({ source: "web-reviews", limit: 1 })).toEqual([""]);
    expect(await texts({ from: at(1), to: at(6000) })).toEqual(["all is well"]);
  });

  it("puts the least sure of the models' labels first when asked by confidence", async () => {
    const brand = newBrand();
    await tell(
      content({ brand, key: "a", text: "sure", label: "positive" }),
      content({ brand, key: "b", text: "unsure", label: "neutral" }),
      content({ brand, key: "c", text: "person", label: "neutral" }),
      human({ brand, key: "c" }, "negative", at(100)),
    );
    expect((await list({ brand, sort: "confidence" })).map((m) => [m.text, m.confidence])).toEqual([
      ["unsure", 0.8],
      ["sure", 0.9],
      ["person", null],
    ]);
  });

  it("keeps a person's label on an edited text, and says that it was set on an earlier one", async () => {
    const brand = newBrand();
    const a = { brand, key: "a" };
    const decision = human(a, "negative", at(100));
    await tell(content({ ...a, text: "first", observed: at(60) }), decision);
    expect(await list({ brand })).toMatchObject([
      { label: "negative", provenance: "person:Vera", confidence: null, onEarlierText: false },
    ]);
    await tell(content({ ...a, text: "second", observed: at(200) }));
    expect(await list({ brand })).toMatchObject([{ text: "second", label: "negative", onEarlierText: true }]);
    await tell(undo(a, eventIdOf(decision), at(300)));
    expect(await list({ brand })).toMatchObject([
      { text: "second", label: "positive", provenance: "plain@1", onEarlierText: false },
    ]);
  });

  it("keeps the finest date that a coarser one covers, and takes a date over none", async () => {
    const brand = newBrand();
    const day = at(-600);
    const a = { brand, key: "a" };
    await tell(
      content({ ...a, published: at(7), precision: "minute", observed: at(60) }),
      content({ ...a, published: day, precision: "day", observed: at(5000) }),
    );
    expect(await list({ brand })).toMatchObject([{ publishedAt: at(7), precision: "minute" }]);
    const other = newBrand();
    const b = { brand: other, key: "b" };
    await tell(
      content({ ...b, published: at(9000), from: "fetch", observed: at(9000) }),
      content({ ...b, published: at(8000), from: "fetch", observed: at(8000) }),
    );
    expect(await list({ brand: other })).toMatchObject([{ publishedAt: at(8000) }]);
    await tell(content({ ...b, published: day, precision: "day", observed: at(100) }));
    expect(await list({ brand: other })).toMatchObject([{ publishedAt: day, precision: "day" }]);
  });

  it("shows what counts only; one that does not is still found for a decision", async () => {
    const brand = newBrand();
    const [a, b] = [
      { brand, key: "a" },
      { brand, key: "b", source: "rss" },
    ];
    await tell(content(a), content(b), exclude(a, at(90)), gone(b, at(100)));
    expect(await list({ brand })).toEqual([]);
    expect(await readMention(opened.store, mentionId(a))).toBeNull();
    expect(await findMention(opened.store, mentionId(b))).toEqual({ brand, source: "rss" });
    expect(await findMention(opened.store, "f".repeat(32))).toBeNull();
    await tell(content({ ...b, observed: at(200) }));
    expect(await readMention(opened.store, mentionId(b))).toMatchObject({ id: mentionId(b), brand });
  });
});

describe("a batch with a mention that cannot be placed", () => {
  it("rejects that one and counts the rest; half a character pair is no obstacle", async () => {
    const brand = newBrand();
    const wrong = content({ brand, key: "old", published: new Date(Date.UTC(1900, 0, 1)).toISOString() as never });
    const messages = logged([wrong, content({ brand, key: "ok", text: `cut \uD83D here \u0000` })], offset);
    const { rejections } = await aggregateStage({ store: opened.store }).process(
      batchOf(messages),
      new AbortController().signal,
    );
    expect(rejections.map((r) => [r.index, r.error.code, r.error.recovery])).toEqual([
      [0, "CONTRACT_VIOLATED", "dead-letter"],
    ]);
    expect((await list({ brand })).map((m) => m.text)).toEqual(["cut \uFFFD here \u0000"]);
  });
});
