import type { Label } from "@molva/contracts";
import { clauseSentiment } from "../../src/clause-sentiment.ts";
import type { Model } from "../../src/model.ts";
import { createTopicsOf } from "../../src/topics/topics-of.ts";
import { SENTENCES_EN } from "./sentences-en.ts";
import { SENTENCES_RU } from "./sentences-ru.ts";

const SIGNS: Readonly<Record<string, Label>> = { "+": "positive", "-": "negative", "=": "neutral" };

export interface Measured {
  readonly sentences: number;
  /** Topics that were found and are there, of those found, and of those there. */
  readonly precision: number;
  readonly recall: number;
  /** Of topics found rightly: how often the label of the clause is right, and how often the whole's would be. */
  readonly clauses: number;
  readonly wholes: number;
  readonly wrong: readonly string[];
}

const topicsOf = createTopicsOf();

const measured = (sentences: readonly (readonly [string, string])[], model: Model): Measured => {
  let [hits, found, there, clauses, wholes] = [0, 0, 0, 0, 0];
  const wrong: string[] = [];
  for (const [text, about] of sentences) {
    const wanted = new Map(
      about
        .split(" ")
        .filter((part) => part !== "")
        .map((part) => [part.slice(0, -1), SIGNS[part.slice(-1)] as Label]),
    );
    const [scored] = model.score([{ title: null, text, rating: null, language: null }]);
    const got =
      scored?.probabilities == null
        ? []
        : topicsOf({ title: null, text, whole: scored.probabilities }, clauseSentiment(model, scored.language));
    found += got.length;
    there += wanted.size;
    for (const { topic, label } of got) {
      const want = wanted.get(topic);
      if (want === undefined) continue;
      hits += 1;
      if (label === want) clauses += 1;
      if (scored?.label === want) wholes += 1;
    }
    const said = got.map(
      ({ topic, label }) => `${topic}${label === "positive" ? "+" : label === "negative" ? "-" : "="}`,
    );
    if (
      [...said].sort().join(" ") !==
      about
        .split(" ")
        .filter((p) => p !== "")
        .sort()
        .join(" ")
    )
      wrong.push(`${text} | ${about} | ${said.join(" ")}`);
  }
  const percent = (a: number, b: number): number => Math.round((1000 * a) / b) / 10;
  return {
    sentences: sentences.length,
    precision: percent(hits, found),
    recall: percent(hits, there),
    clauses: percent(clauses, hits),
    wholes: percent(wholes, hits),
    wrong,
  };
};

const half = <T>(list: readonly T[], rest: number): readonly T[] => list.filter((_, i) => i % 2 === rest);

/** The dictionary and its constants were chosen on the even sentences; the odd ones were kept aside. */
export const measureTopics = (model: Model): Readonly<Record<string, Measured>> => ({
  "en, chosen on": measured(half(SENTENCES_EN, 0), model),
  "en, kept aside": measured(half(SENTENCES_EN, 1), model),
  "ru, chosen on": measured(half(SENTENCES_RU, 0), model),
  "ru, kept aside": measured(half(SENTENCES_RU, 1), model),
});
