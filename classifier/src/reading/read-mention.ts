import { inputOf, PipelineError, type Mention, type TopicClause } from "@molva/contracts";
import type { Sketch } from "@molva/text";
import { clauseSentiment } from "../clause-sentiment.ts";
import type { Model, Scored } from "../model.ts";
import type { NameOf } from "../slow-answers.ts";
import { createTopicsOf, type TopicsOf } from "../topics/topics-of.ts";

/** What is read of a mention. */
export interface Read extends Scored {
  /** The main one first. */
  readonly topics: readonly TopicClause[];
  /** Identity of what was read, as `inputOf` gives it. */
  readonly input: string;
  /** What tells its copies, where that was asked for. */
  readonly sketch?: Sketch;
}

/** What of a mention is read; `brand` as people write it, what the label is towards: null for the text as a whole. */
export interface Readable extends Pick<Mention, "title" | "text" | "rating" | "language"> {
  readonly brand: string | null;
}

export const readableOf = (
  { title, text, rating, language, brandId }: Mention,
  nameOf: NameOf | undefined,
): Readable => ({ title, text, rating, language, brand: nameOf?.(brandId) ?? null });

let builtIn: TopicsOf | null = null;
/** By the built-in dictionary, which is read when it is first asked. */
export const builtInTopics: TopicsOf = (...asked) => (builtIn ??= createTopicsOf())(...asked);

const topicsBy = (topicsOf: TopicsOf, { title, text }: Readable, scored: Scored, model: Model): Read["topics"] => {
  if (scored.probabilities === null) return [];
  return topicsOf({ title, text, whole: scored.probabilities }, clauseSentiment(model, scored.language));
};

/**
 * Label, topics and identity of one mention. Pure. `answer` is what the model has said of it already.
 * @throws {PipelineError} `CONTRACT_VIOLATED` (dead-letter) when the model gives no answer.
 */
export const readMention = (model: Model, topicsOf: TopicsOf, mention: Readable, answer?: Scored): Read => {
  const scored = answer ?? model.score([mention])[0];
  if (scored === undefined)
    throw new PipelineError(`${model.name} gave no answer for a mention: train or restore the model`, {
      code: "CONTRACT_VIOLATED",
      recovery: "dead-letter",
    });
  const { label, probabilities, language } = scored;
  const topics = topicsBy(topicsOf, mention, scored, model);
  return { label, probabilities, language, topics, input: inputOf(mention) };
};
