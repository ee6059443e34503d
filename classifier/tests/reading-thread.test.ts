import { instantOf, mentionIdOf, type Batch, type BrandId, type Observation, type SourceId } from "@molva/contracts";
import { sketchOf } from "@molva/text";
import { afterEach, describe, expect, it } from "vitest";
import { createTopicsOf } from "../src/topics/topics-of.ts";
import { topicDictionary } from "../src/topics/dictionary.ts";
import { createGrouping } from "../src/grouping.ts";
import { loadModel, type Model } from "../src/model.ts";
import { answerOf, readablesOf, readsOf, requestOf } from "../src/reading/messages.ts";
import { readMention, type Read, type Readable } from "../src/reading/read-mention.ts";
import { classifyStage } from "../src/stage.ts";
import { bareMention } from "./support/mention.ts";
import { openReadingThread, type ReadingThread } from "../src/reading/reading-thread.ts";

const topics = { parking: { en: ["parking lot"], ru: ["парковка"] } };
const model = loadModel();
const topicsOf = createTopicsOf(topicDictionary(topics));

const TEXTS: readonly string[] = [
  "The courier was late again, but the price is fair and support answered at once.",
  "Курьер опоздал, зато цена честная, и поддержка ответила сразу.",
  "No parking lot at all, awful.",
  "Парковка удобная!",
  "",
  "   ",
  "😀😀",
  "12345",
  "Das Personal war leider sehr unfreundlich und langsam.",
  "Northline is slow, but Kvarta never let me down",
  "half a pair \ud83d and a zero \u0000 inside",
  "<b>&amp;amp;</b> https://example.org/x @someone #FailBank :) ((",
  "ок",
  "a".repeat(20_000),
];
const RATINGS = [null, { value: 1, min: 1, max: 5 }, { value: 4.5, min: 0, max: 10 }] as const;
const MENTIONS: readonly Readable[] = TEXTS.flatMap((text, i) =>
  RATINGS.map((rating, k) => ({
    title: k === 1 ? null : k === 2 ? "Title: queue" : "",
    text,
    rating,
    language: [null, "en", "ru-RU", "de"][(i + k) % 4] ?? null,
    brand: k === 0 ? null : "Kvarta",
  })),
);
const readHere = (mention: Readable): Read => readMention(model, topicsOf, mention);

let thread: ReadingThread;
afterEach(() => thread.close());

describe("The thread that reads mentions", () => {
  it("reads what this one reads, digit for digit, in the order in which it was asked", async () => {
    thread = openReadingThread({ topics });
    expect(thread.model).toBe(model.name);
    const [first, second] = await Promise.all([thread.read(MENTIONS), thread.read(MENTIONS.toReversed())]);
    const expected = MENTIONS.map(readHere);
    expect(first).toEqual(expected);
    expect(second).toEqual(expected.toReversed());
    const withSketches = await thread.read(MENTIONS, { sketches: true });
    expect(withSketches).toEqual(
      expected.map((read, i) => ({ ...read, sketch: sketchOf(MENTIONS[i]?.title ?? null, MENTIONS[i]?.text ?? "") })),
    );
    expect(expected.some(({ topics: of }) => of.some(({ topic }) => topic === "parking"))).toBe(true);
  });

  it("is started anew when it ended, and tells whoever waited that it did", async () => {
    thread = openReadingThread();
    const open = thread.read(MENTIONS);
    const told = expect(open).rejects.toMatchObject({ code: "CONTRACT_VIOLATED", recovery: "dead-letter" });
    await thread.close();
    await told;
    expect(await thread.read([])).toEqual([]);
  });
});

it("A mention that could not be read is told by its place, and the others as they are", () => {
  thread = openReadingThread();
  expect(readablesOf(structuredClone(requestOf(MENTIONS, false)))).toEqual(MENTIONS);
  const reads = MENTIONS.map((mention, i) => (i % 5 === 2 ? new Error(`no ${i}`) : readHere(mention)));
  expect(readsOf(structuredClone(answerOf(reads, null)))).toEqual(reads);
});

it("A large batch has the same facts whether the thread reads it or not: copies, other models, mentions that are gone, one that cannot be read", async () => {
  thread = openReadingThread({ topics });
  const at = instantOf(Date.UTC(2026, 0, 31, 12));
  const sourceId = "web-reviews" as SourceId;
  const values = Array.from({ length: 700 }, (_, i): Observation => {
    const brandId = ["aurora", "borealis"][i % 2] as BrandId;
    const mentionId = mentionIdOf(brandId, sourceId, String(i));
    if (i % 50 === 7) return { type: "gone", mentionId, brandId, sourceId, observedAt: at };
    const { title, text, rating, language } = MENTIONS[i % MENTIONS.length] as Readable;
    const bare = bareMention({ mentionId, brandId, sourceId, kind: "review", text, at });
    return { type: "seen", mention: { ...bare, title, rating, language }, observedAt: at };
  });
  const batch: Batch<Observation> = {
    lane: "live",
    partition: 0,
    messages: values.map((value, i) => ({ value, offset: BigInt(i), appendedAt: at })),
  };
  const other: Model = {
    ...model,
    name: "other@1",
    score: (inputs) => model.score(inputs.map((one) => ({ ...one, rating: null }))),
  };
  const asked: number[] = [];
  const counting: ReadingThread = {
    ...thread,
    read: (...given) => (asked.push(given[0].length), thread.read(...given)),
  };
  const run = (reading: ReadingThread | null) =>
    classifyStage({
      model,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      topicsOf,
      nameOf: (brand) => (brand === "aurora" ? "Kvarta" : null),
      chosen: async () => new Map([["borealis" as BrandId, other]]),
      grouping: createGrouping({ entries: 1024, recorded: async () => {}, recall: async () => [] }),
      ...(reading === null ? {} : { reading }),
    }).process(batch, new AbortController().signal);
  const [here, there] = [await run(null), await run(counting)];
  expect(there).toEqual(here);
  expect(here.outputs.filter(({ type }) => type === "group").length).toBeGreaterThan(0);
  expect(here.rejections).toEqual([]);
  // The thread's model labels one of the two brands.
  expect(asked.reduce((sum, n) => sum + n, 0)).toBe(350);
  // Where it cannot read one, that one is rejected by its place, and no other.
  const failing: ReadingThread = {
    ...thread,
    read: async (...given) => (await thread.read(...given)).map((read, i) => (i === 3 ? new Error("no") : read)),
  };
  const { outputs, rejections } = await run(failing);
  expect(rejections.map(({ index, error }) => [index, error.code])).toEqual([
    [6, "CONTRACT_VIOLATED"],
    [262, "CONTRACT_VIOLATED"],
    [518, "CONTRACT_VIOLATED"],
  ]);
  expect(outputs.filter(({ type }) => type !== "group")).toHaveLength(697);
});
