import { describe, expect, it } from "vitest";
import { wordKey } from "../src/hash.ts";
import { loadModel } from "../src/index.ts";
import { FIGURES } from "../src/valences.ts";
import { figuredBy, readWordLists } from "../src/training/word-lists.ts";

/** One list: good +1, bad −1 (127 is 1). */
const table = {
  keys: Int32Array.from(["good", "bad"], wordKey),
  lists: 1,
  values: Int8Array.from([127, -127]),
};
/** Sums and counts as they are, without the logarithm that tames them. */
const said = (text: string): Readonly<Record<string, number>> => {
  const { width, values } = figuredBy(table, [text]);
  expect(width).toBe(FIGURES);
  const plain = (at: number): number => {
    const value = values[at] ?? 0;
    return Math.round(100 * Math.sign(value) * (Math.exp(Math.abs(value)) - 1)) / 100;
  };
  const exact = (at: number): number => Math.round(100 * (values[at] ?? 0)) / 100;
  return {
    good: plain(0),
    bad: plain(1),
    best: exact(2),
    worst: exact(3),
    last: exact(4),
    goods: plain(5),
    bads: plain(6),
    after: plain(7),
    mean: exact(8),
  };
};

describe("what a list of words says of a text", () => {
  it("is nothing where it knows none of the words", () => {
    expect(new Set(Object.values(said("The parcel came on Tuesday")))).toEqual(new Set([0]));
  });

  it("sums good and bad words apart, and knows the best, the worst and the last", () => {
    expect(said("Good food, good staff, bad music")).toEqual({
      good: 2,
      bad: -1,
      best: 1,
      worst: -1,
      last: -1,
      goods: 2,
      bads: 1,
      after: 0,
      mean: 0.33,
    });
  });

  it("turns a negated word, and weakens it, up to the next mark", () => {
    expect(said("It is not good")).toMatchObject({ good: 0, bad: -0.6, last: -0.6 });
    expect(said("They did not come, good")).toMatchObject({ good: 1, bad: 0 });
    expect(said("not a very long or good one")).toMatchObject({ good: 1, bad: 0 });
  });

  it("counts apart what follows the last contrast", () => {
    expect(said("Good, good, but bad")).toMatchObject({ good: 2, after: -1 });
    expect(said("bad but good but nothing")).toMatchObject({ after: 0 });
  });
});

describe("the shipped lists", () => {
  it.each([
    { language: "en", lists: 4, words: ["excellent", "awful"] },
    { language: "ru", lists: 3, words: ["отлично", "ужасно"] },
  ] as const)(
    "of $language tell good from bad words in each list that has both",
    async ({ language, lists, words }) => {
      const told = await readWordLists(language);
      expect(told.lists).toBe(lists);
      const rowOf = (word: string): Int8Array => {
        const row = told.keys.indexOf(wordKey(word));
        return told.values.slice(row * lists, row * lists + lists - 1);
      };
      for (const value of rowOf(words[0])) expect(value).toBeGreaterThanOrEqual(0);
      for (const value of rowOf(words[1])) expect(value).toBeLessThanOrEqual(0);
      expect(Math.max(...rowOf(words[0]))).toBeGreaterThan(20);
      expect(Math.min(...rowOf(words[1]))).toBeLessThan(-20);
    },
  );

  it("have each word once, and hardly ever one key for two words", async () => {
    for (const language of ["en", "ru"] as const) {
      const { keys } = await readWordLists(language);
      expect(keys.length - new Set(keys).size).toBeLessThanOrEqual(1);
    }
  });

  it("let the model hear feeling words that stand in few texts or in none", () => {
    const [model, labels] = [loadModel(), [] as string[]];
    const texts = [
      "Splendidly courteous and dependable",
      "A despicable and deceitful bunch",
      "Восхитительно отзывчивые сотрудники",
      "Омерзительное и лживое отношение",
    ];
    for (const { label } of model.score(texts.map((text) => ({ title: null, text, rating: null, language: null }))))
      labels.push(label);
    expect(labels).toEqual(["positive", "negative", "positive", "negative"]);
  });
});
