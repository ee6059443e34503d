import type { Model } from "./model.ts";
import type { ClauseSentiment } from "./topics/topics-of.ts";

/** What a model says of the clauses of a text that it scored just before, in the language that it found. */
export const clauseSentiment = (model: Model, language: string | null): ClauseSentiment =>
  model.stretch !== undefined && language !== null
    ? (text, from, to) => model.stretch?.(text, from, to, language) ?? null
    : (text, from, to) => {
        const clause = text.slice(from, to).trim();
        return model.score([{ title: null, text: clause, rating: null, language }])[0]?.probabilities ?? null;
      };
