import { afterEach, describe, expect, it } from "vitest";
import { createTopicsOf } from "../src/topics/topics-of.ts";
import { topicDictionary } from "../src/topics/dictionary.ts";
import { loadModel } from "../src/model.ts";
import { answerOf, readablesOf, readsOf, requestOf } from "../src/reading/messages.ts";
import { readMention, type Read, type Readable } from "../src/reading/read-mention.ts";
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
  expect(readablesOf(structuredClone(requestOf(MENTIONS)))).toEqual(MENTIONS);
  const reads = MENTIONS.map((mention, i) => (i % 5 === 2 ? new Error(`no ${i}`) : readHere(mention)));
  expect(readsOf(structuredClone(answerOf(reads)))).toEqual(reads);
});
