import { describe, expect, it } from "vitest";
import { classifyLines, loadModel, type LineResult } from "../src/index.ts";

const model = loadModel();

const stream = async function* (lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
};

const resultsOf = async (lines: readonly string[]): Promise<readonly LineResult[]> => {
  const results: LineResult[] = [];
  for await (const result of classifyLines(stream(lines), model)) results.push(result);
  return results;
};

describe("classifying JSON lines", () => {
  it("answers line by line with id, label, probabilities, language and model", async () => {
    const results = await resultsOf([
      '{"id":"a","text":"Excellent service, thank you"}',
      '{"id":7,"text":"Ужасно, не советую","brand":"x"}',
      '{"text":""}',
      '{"text":"","rating":"1"}',
    ]);
    expect(
      results.map((r) =>
        r.type === "classified" ? [r.line, r.result.id, r.result.label, r.result.language, r.result.model] : r,
      ),
    ).toEqual([
      [1, "a", "positive", "en", model.name],
      [2, 7, "negative", "ru", model.name],
      [3, undefined, "unscored", null, model.name],
      [4, undefined, "unscored", null, model.name],
    ]);
    expect(results.map((r) => r.type === "classified" && "id" in r.result)).toEqual([true, true, false, false]);
  });

  it("keeps a thousand lines in order and loses none", async () => {
    const lines = Array.from({ length: 1000 }, (_, i) =>
      JSON.stringify({ id: String(i), text: i % 2 === 0 ? "love it" : "плохо" }),
    );
    const ids = (await resultsOf(lines)).map((r) => (r.type === "classified" ? r.result.id : r.error));
    expect(ids).toEqual(lines.map((_, i) => String(i)));
  });

  it.each([
    ["no JSON", "great bank", /no JSON/],
    ["a number", "5", /expected an object with "text"/],
    ["null", "null", /expected an object with "text"/],
    ["no text", '{"id":"a"}', /text: /],
    ["a text that is none", '{"text":5}', /text: /],
    ["a rating off its scale", '{"text":"ok","rating":11}', /rating: /],
    ["a line without end", `{"text":"${"a".repeat(700_000)}"}`, /longer than/],
  ])("names the line that holds %s, and goes on", async (_, bad, message) => {
    const results = await resultsOf(['{"text":"good"}', "", bad, '{"text":"bad"}']);
    expect(results.map((r) => [r.type, r.line])).toEqual([
      ["classified", 1],
      ["error", 3],
      ["classified", 4],
    ]);
    expect(results[1]).toMatchObject({ error: expect.stringMatching(message) });
  });

  it("reads past a byte order mark", async () => {
    expect(await resultsOf(['\uFEFF{"text":"good"}'])).toMatchObject([{ type: "classified", line: 1 }]);
  });
});
