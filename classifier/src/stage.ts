import { setImmediate as turn } from "node:timers/promises";
import {
  FACTS,
  MENTIONS,
  PipelineError,
  isPipelineError,
  type BrandId,
  type Fact,
  type Log,
  type Mention,
  type Observation,
  type Rejection,
  type Stage,
} from "@molva/contracts";
import type { Grouping } from "./grouping.ts";
import type { Model, Scored } from "./model.ts";
import { builtInTopics, readMention, type Read } from "./read-mention.ts";
import { slowAnswers, type NameOf } from "./slow-answers.ts";
import type { TopicsOf } from "./topics/topics-of.ts";

export interface ClassifyStageOptions {
  /** Labels the mentions of brands for which no other is chosen. */
  readonly model: Model;
  readonly log: Log;
  /** The models whose labels count now, for those of the brands for which somebody chose one. Asked once a batch, before its first mention. */
  readonly chosen?: (brands: readonly BrandId[]) => Promise<ReadonlyMap<string, Model>>;
  /** Tells copies from originals; left out: every mention stands alone. */
  readonly grouping?: Grouping;
  /** Left out: by the built-in dictionary. */
  readonly topicsOf?: TopicsOf;
  /** A label is towards the brand so called, where the text names it; left out: the text as a whole. */
  readonly nameOf?: NameOf;
}

/** Mentions between two turns of the event loop: some milliseconds, so that the page stays live during an import. */
const CHUNK = 32;

export interface ContentOptions extends Pick<ClassifyStageOptions, "topicsOf" | "nameOf"> {
  /** What the model has said already. */
  readonly answer?: Scored | undefined;
  /** What was read already, by this model. */
  readonly read?: Read | undefined;
}

/** What the model says of a mention, as the fact that the stage publishes. */
export const contentFact = (
  mention: Mention,
  observedAt: Extract<Observation, { type: "seen" }>["observedAt"],
  model: Model,
  { topicsOf = builtInTopics, nameOf, answer, read: done }: ContentOptions = {},
): Extract<Fact, { type: "content" }> => {
  const read = done ?? readMention(model, topicsOf, { ...mention, brand: nameOf?.(mention.brandId) ?? null }, answer);
  return {
    type: "content",
    mention,
    observedAt,
    sentiment: { label: read.label, probabilities: read.probabilities, model: model.name },
    input: read.input,
    language: read.language,
    topics: [...read.topics],
    group: null,
  };
};

const factOf = (observation: Observation, model: Model, options: ContentOptions): Fact =>
  observation.type === "gone" ? observation : contentFact(observation.mention, observation.observedAt, model, options);

const deadLetter = (cause: unknown): PipelineError =>
  isPipelineError(cause)
    ? cause
    : new PipelineError(
        "A mention could not be classified: see its dead letter for the place in the log, and report the cause",
        { code: "CONTRACT_VIOLATED", recovery: "dead-letter", cause },
      );

/**
 * Observation → Fact: every mention seen becomes a content fact with its label, every one gone a gone fact, in the
 * order of the batch. One that cannot be classified is a rejection; the others go on.
 * @throws the signal's reason when it is aborted; nothing is half done then, the batch is delivered again.
 */
export const classifyStage = ({
  model,
  log,
  chosen,
  grouping,
  topicsOf = builtInTopics,
  nameOf,
}: ClassifyStageOptions): Stage<Observation, Fact> => ({
  name: "classifier",
  input: MENTIONS,
  output: FACTS,
  writesNothing: true,
  process: async (batch, signal) => {
    const outputs: Fact[] = [];
    const rejections: Rejection[] = [];
    const seen = batch.messages.flatMap(({ value }) => (value.type === "seen" ? [value.mention.brandId] : []));
    const models = chosen === undefined ? null : await chosen([...new Set(seen)]);
    const modelFor = (value: Observation): Model =>
      value.type === "gone" ? model : (models?.get(value.mention.brandId) ?? model);
    const answers = await slowAnswers(
      batch.messages.map(({ value }) => (value.type === "seen" ? value.mention : null)),
      (mention) => models?.get(mention.brandId) ?? model,
      nameOf,
      signal,
    );
    const options = nameOf === undefined ? { topicsOf } : { topicsOf, nameOf };
    await grouping?.begin(batch, signal);
    for (const [index, { value }] of batch.messages.entries()) {
      if (index % CHUNK === CHUNK - 1) {
        await turn();
        signal.throwIfAborted();
      }
      try {
        const fact = factOf(value, modelFor(value), { ...options, answer: answers.get(index) });
        outputs.push(...(grouping?.grouped(fact) ?? [fact]));
      } catch (error) {
        rejections.push({ index, error: deadLetter(error) });
      }
    }
    log.info("classified", {
      lane: batch.lane,
      partition: batch.partition,
      mentions: batch.messages.length,
      rejected: rejections.length,
      model: model.name,
    });
    return { outputs, rejections };
  },
});
