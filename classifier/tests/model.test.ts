import { probabilitiesSchema, type Label } from "@molva/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadModel, type ModelInput } from "../src/index.ts";
import { ENGLISH } from "./sentences/english.ts";
import { RUSSIAN } from "./sentences/russian.ts";

const model = loadModel();
const words = (text: string, more: Partial<ModelInput> = {}): ModelInput => ({
  title: null,
  text,
  rating: null,
  language: null,
  ...more,
});
const labelOf = (text: string, more: Partial<ModelInput> = {}): string =>
  model.score([words(text, more)])[0]?.label ?? "none";
const stars = (value: number, max = 5): ModelInput["rating"] => ({ value, min: 1, max });

const wrongOf = (sentences: readonly (readonly [Label, string])[]): readonly string[] =>
  sentences.flatMap(([label, text]) => (labelOf(text) === label ? [] : [`${label}, not ${labelOf(text)}: ${text}`]));

describe("the shipped model on plain sentences", () => {
  it.each([
    { language: "English", sentences: ENGLISH },
    { language: "Russian", sentences: RUSSIAN },
  ])("labels at least 85 percent of the $language ones as any reader would", ({ sentences }) => {
    const wrong = wrongOf(sentences);
    const allowed = Math.floor(sentences.length * 0.15);
    expect(wrong.slice(allowed)).toEqual([]);
  });

  it("finds the language of every one by itself", () => {
    expect(model.score(ENGLISH.map(([, text]) => words(text))).map((scored) => scored.language)).toEqual(
      ENGLISH.map(() => "en"),
    );
    expect(model.score(RUSSIAN.map(([, text]) => words(text))).map((scored) => scored.language)).toEqual(
      RUSSIAN.map(() => "ru"),
    );
  });

  it("hears a negation", () => {
    const positive = (text: string): number => model.score([words(text)])[0]?.probabilities?.positive ?? -1;
    expect(positive("The service was not good")).toBeLessThan(positive("The service was good"));
    expect(positive("I don't recommend it")).toBeLessThan(positive("I recommend it"));
    expect(positive("Мне не понравилось")).toBeLessThan(positive("Мне понравилось"));
    expect(positive("Не рекомендую этот банк")).toBeLessThan(positive("Рекомендую этот банк"));
  });

  it("reads escapes that an archive left in a text", () => {
    expect(model.score([words("I don\\u2019t like it &amp;amp; never will")])).toEqual(
      model.score([words("I don’t like it & never will")]),
    );
  });
});

describe("what is scored and what is not", () => {
  it.each([
    ["nothing", ""],
    ["blanks", "  \n\t "],
    ["punctuation", "?! ... —"],
    ["digits alone", "12345"],
    ["a link alone", "https://example.org/a"],
    ["Ukrainian", "Дуже погане обслуговування, більше не прийду"],
    ["Belarusian", "Вельмі дрэннае абслугоўванне, больш не прыйду"],
    ["Bulgarian", "Много лошо обслужване, няма да дойда повече"],
    ["Serbian", "Веома лоша услуга, нећу више доћи"],
    ["German", "Sehr schlechter Service, ich komme nicht wieder"],
    ["Spanish", "Muy mal servicio, no volveré nunca"],
    ["French", "Très mauvais service, je ne reviendrai pas"],
    ["Chinese", "服务很差，再也不来了"],
    ["Arabic", "خدمة سيئة جدا"],
  ])("leaves %s unscored, without probabilities", (_, text) => {
    expect(model.score([words(text)])[0]).toMatchObject({ label: "unscored", probabilities: null });
  });

  it.each([
    ["Great!", "en"],
    ["love it", "en"],
    ["Never again", "en"],
    ["Супер", "ru"],
    ["ужас", "ru"],
    ["не работает", "ru"],
  ])("takes the short reply %s for %s", (text, language) => {
    expect(model.score([words(text)])[0]?.language).toBe(language);
  });

  it("leaves a rating without words unscored: stars are not what a text says", () => {
    expect([1, 3, 5].map((value) => labelOf("", { rating: stars(value) }))).toEqual([
      "unscored",
      "unscored",
      "unscored",
    ]);
    expect(labelOf("…!!!", { rating: stars(1) })).toBe("unscored");
  });

  it("scores a title without a text", () => {
    expect(labelOf("", { title: "Worst bank ever, avoid" })).toBe("negative");
  });

  it("believes the source about the language, except about a script it does not use", () => {
    expect(model.score([words("Alles super", { language: "de" })])[0]).toEqual({
      label: "unscored",
      probabilities: null,
      language: "de",
    });
    expect(model.score([words("Great", { language: "en-US" })])[0]?.language).toBe("en");
    expect(model.score([words("Ужасный сервис, не советую", { language: "en" })])[0]).toMatchObject({
      language: "ru",
      label: "negative",
    });
  });
});

describe("whatever it is given", () => {
  it.each([
    ["one letter", "a".repeat(100_000)],
    ["one mark", "!".repeat(100_000)],
    ["smiles", ")".repeat(100_000)],
    ["broken links", "http://".repeat(14_000)],
    ["escapes", "&amp;".repeat(20_000)],
    ["emoji", "😡".repeat(50_000)],
    ["lone surrogates", "\ud800good\udc00 ".repeat(10_000)],
    ["NULs", "good\0bank\0".repeat(10_000)],
    ["stacked accents", "a\u0301".repeat(50_000)],
    ["names of Object's own", "constructor __proto__ toString hasOwnProperty bank"],
  ])("answers for 100 kB of %s", (_, text) => {
    const [scored] = model.score([words(text, { language: "en" })]);
    expect(["negative", "neutral", "positive", "unscored"]).toContain(scored?.label);
  });

  it("gives probabilities that add up to 1 and whose largest is the label, the same for the same text, in order", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ unit: "binary" }),
            fc.constantFrom(...ENGLISH.map(([, text]) => text), ...RUSSIAN.map(([, text]) => text)),
          ),
          { maxLength: 8 },
        ),
        (texts) => {
          const together = model.score(texts.map((text) => words(text)));
          expect(together).toEqual(texts.flatMap((text) => model.score([words(text)])));
          for (const { label, probabilities } of together) {
            expect(probabilities === null).toBe(label === "unscored");
            if (probabilities === null || label === "unscored") continue;
            const { negative, neutral, positive } = probabilitiesSchema.parse(probabilities);
            expect(negative + neutral + positive).toBeCloseTo(1, 9);
            expect(probabilities[label]).toBe(Math.max(negative, neutral, positive));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
