import { probabilitiesSchema } from "@molva/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadModel, type ModelInput, type Scored } from "../src/index.ts";
import { Scanner } from "../src/scanner.ts";
import { normaliseText, READ_LIMIT } from "../src/normalise.ts";
import { ENGLISH } from "./sentences/english.ts";
import { RUSSIAN } from "./sentences/russian.ts";

const model = loadModel();
const score = (text: string, more: Partial<ModelInput> = {}): Scored => {
  const [scored] = model.score([{ title: null, text, rating: null, language: null, ...more }]);
  if (scored === undefined) throw new Error("no answer");
  return scored;
};
const honest = ({ label, probabilities }: Scored): void => {
  expect(probabilities === null).toBe(label === "unscored");
  if (probabilities === null || label === "unscored") return;
  const { negative, neutral, positive } = probabilitiesSchema.parse(probabilities);
  expect(negative + neutral + positive).toBeCloseTo(1, 9);
  expect(probabilities[label]).toBe(Math.max(negative, neutral, positive));
};
const sentence = fc.constantFrom(...[...ENGLISH, ...RUSSIAN].map(([, text]) => text));
const MEGABYTE = 2 ** 20;

const HOSTILE: readonly (readonly [string, string])[] = [
  ["a megabyte of one letter", "a".repeat(MEGABYTE)],
  ["a megabyte of one Russian letter", "ы".repeat(MEGABYTE)],
  ["a megabyte of one bracket", "(".repeat(MEGABYTE)],
  ["a megabyte of blanks around a word", `${" ".repeat(MEGABYTE)}good${" ".repeat(MEGABYTE)}`],
  ["a megabyte of NULs", "\0".repeat(MEGABYTE)],
  ["a megabyte of at signs", "@".repeat(MEGABYTE)],
  ["a megabyte of hashtags", "#a".repeat(MEGABYTE / 2)],
  ["a megabyte of ampersands", "&".repeat(MEGABYTE)],
  ["a megabyte of open tags", "<a ".repeat(MEGABYTE / 3)],
  ["a megabyte of dotted names", "a.".repeat(MEGABYTE / 2)],
  ["a megabyte of mail addresses", "a@b".repeat(MEGABYTE / 3)],
  ["a megabyte of eyes without mouths", ":-".repeat(MEGABYTE / 2)],
  ["a megabyte of digits", "1,".repeat(MEGABYTE / 2)],
  ["a megabyte of stacked accents", `a${"\u0301".repeat(MEGABYTE)}`],
  ["a megabyte of zero-width joiners", "\u200d".repeat(MEGABYTE)],
  ["first halves of pairs", "\ud83d".repeat(50_000)],
  ["second halves of pairs", "good \ude00 ".repeat(10_000)],
  ["right-to-left overrides", "\u202ehorrible\u202c \u2066bank\u2069 ".repeat(1000)],
  ["ten thousand emoji", "👍".repeat(10_000)],
  ["families joined by joiners", "👨‍👩‍👧‍👦".repeat(3000)],
  ["escapes of escapes", "&amp;amp;lt;b&amp;amp;gt;".repeat(3000)],
  ["escapes of code points that do not exist", "&#x110000; &#9999999; \\uD800 &#0; good service"],
];

describe("a hostile text", () => {
  it.each(HOSTILE)("of %s gets an honest answer, told a language or not", (_, text) => {
    const answers = [score(text), score(text, { language: "en" }), score(text, { language: "ru", title: text })];
    expect(answers).toHaveLength(3);
    for (const answer of answers) honest(answer);
  });

  it("never makes the scanner outgrow its buffers", () => {
    const scanner = new Scanner();
    for (const [, text] of HOSTILE) {
      const read = normaliseText(text);
      expect(read.length).toBeLessThanOrEqual(READ_LIMIT + 1);
      scanner.scan(read);
      expect(scanner.count).toBeLessThanOrEqual(scanner.keys.length);
      const filled = scanner.places.subarray(0, scanner.count).map((place, i) => place + (scanner.sizes[i] ?? 0));
      expect(Math.max(0, ...filled)).toBeLessThanOrEqual(scanner.units.length);
    }
  });

  it("of any units leaves nothing behind for the next text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), sentence, (noise, text) => {
        const before = score(text);
        honest(score(noise, { language: "en" }));
        expect(score(text)).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });

  it("hides no words: zero-width signs, overrides, tags and entities do not change the answer", () => {
    for (const [, text] of [...ENGLISH.slice(0, 12), ...RUSSIAN.slice(0, 12)]) {
      const plain = score(text);
      expect(score([...text].join("\u200b"))).toEqual(plain);
      expect(score(`\u202e${text}\u202c`)).toEqual(plain);
      expect(score(`<p class="a">${text}</p><br/>`)).toEqual(plain);
    }
  });

  it("remembers a bounded number of words, and answers the same when it has forgotten them", () => {
    const before = score("Excellent service, the staff were friendly");
    for (let i = 0; i < 20_000; i += 1)
      score(`word${i.toString(36)}x${(i * 7919).toString(36)} servic${i.toString(36)}`, { language: "en" });
    expect(score("Excellent service, the staff were friendly")).toEqual(before);
  });
});

describe("what a text does not say", () => {
  it("does not change the answer: the case of its links, blanks around it", () => {
    const link = fc.tuple(fc.constantFrom("http://", "https://"), fc.webPath(), fc.constantFrom("example.org", "t.co"));
    const blanks = fc.string({ unit: fc.constantFrom(" ", "\n", "\t", "\u00a0"), maxLength: 400 });
    fc.assert(
      fc.property(sentence, link, blanks, fc.boolean(), (text, [scheme, path, host], around, front) => {
        const url = `${scheme}${host}${path}`;
        const put = (link: string): string => (front ? `${link} ${text}` : `${text} ${link}`);
        expect(score(put(url.toUpperCase()))).toEqual(score(put(url)));
        expect(score(`${around}${put(url)}${around}`)).toEqual(score(put(url)));
        expect(score(put("WWW.Example.ORG/A"))).toEqual(score(put("www.example.org/a")));
      }),
      { numRuns: 200 },
    );
  });
});

describe("stars beside a text", () => {
  const starred = (text: string, value: number, max = 5): Scored => score(text, { rating: { value, min: 1, max } });

  it("tip the scales where the words say little, whatever scale they are given on", () => {
    for (const text of ["I have been a customer for two years", "Пользуюсь этим приложением два года"]) {
      const positive = (value: number, max = 5): number => starred(text, value, max).probabilities?.positive ?? -1;
      const negative = (value: number): number => starred(text, value).probabilities?.negative ?? -1;
      expect(positive(5)).toBeGreaterThan(positive(1));
      expect(negative(1)).toBeGreaterThan(negative(5));
      expect(positive(10, 10)).toBe(positive(5));
      honest(starred(text, 3));
    }
  });

  it("never change the label of a text that plainly says otherwise", () => {
    fc.assert(
      fc.property(sentence, fc.integer({ min: 1, max: 5 }), (text, value) => {
        const plain = score(text);
        const sure = Math.max(...Object.values(plain.probabilities ?? { none: 0 })) > 0.74;
        if (sure) expect(starred(text, value).label).toBe(plain.label);
      }),
      { numRuns: 300 },
    );
    expect(starred("Terrible service, the worst I have seen", 5).label).toBe("negative");
    expect(starred("Отличный банк, всем советую, спасибо!", 1).label).toBe("positive");
  });

  it("say nothing by themselves", () => {
    for (const value of [1, 3, 5]) expect(starred("", value)).toMatchObject({ label: "unscored", probabilities: null });
  });
});
