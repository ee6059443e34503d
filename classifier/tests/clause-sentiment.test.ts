import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clauseSentiment, loadModel } from "../src/index.ts";
import { normaliseText, READ_LIMIT } from "../src/normalise.ts";
import { ENGLISH } from "./sentences/english.ts";
import { RUSSIAN } from "./sentences/russian.ts";

const model = loadModel();
const { stretch: _, ...slow } = model;

/** Whole sentences: what stands across an edge then says nothing. A bracket is read by those in the rest of the text. */
const sentencesOf = (written: readonly (readonly [string, string])[]): readonly string[] =>
  written.map(([, text]) => text).filter((text) => /[.!?]$/.test(text) && !/[()]/.test(text));

describe.each([
  { language: "en", sentences: sentencesOf(ENGLISH) },
  { language: "ru", sentences: sentencesOf(RUSSIAN) },
])("what a model says of a part of a text in $language", ({ language, sentences }) => {
  const several = fc.array(fc.constantFrom(...sentences), { minLength: 1, maxLength: 6 });
  const [quick, alone] = [clauseSentiment(model, language), clauseSentiment(slow, language)];

  it("is what it says of that part alone", () => {
    fc.assert(
      fc.property(several, fc.nat(), (said, which) => {
        const text = said.join(" ");
        const k = which % said.length;
        const from = said.slice(0, k).join(" ").length + (k > 0 ? 1 : 0);
        const to = from + (said[k]?.length ?? 0);
        expect(quick(text, from, to)).toEqual(alone(text, from, to));
      }),
      { numRuns: 300 },
    );
  });

  it("is the same whatever was read before", () => {
    const [first = "", second = ""] = sentences;
    const text = `${first} ${second}`;
    const before = quick(text, 0, first.length);
    quick(second, 0, second.length);
    model.score([{ title: null, text: second, rating: null, language }]);
    expect(quick(text, 0, first.length)).toEqual(before);
  });
});

describe("a part of any text", () => {
  it("has probabilities or nothing said of it, never an error", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(200), fc.nat(200), (noise, from, size) => {
        const said = clauseSentiment(model, "en")(normaliseText(noise), from, from + size);
        if (said !== null) expect(said.negative + said.neutral + said.positive).toBeCloseTo(1, 9);
      }),
    );
    const long = normaliseText("delivery was late, ".repeat(READ_LIMIT));
    expect(clauseSentiment(model, "en")(long, 0, long.length)).not.toBeNull();
    expect(clauseSentiment(model, "uk")("Дуже погано", 0, 11)).toBeNull();
  });
});
