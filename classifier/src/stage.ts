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
import { readAhead } from "./reading/read-ahead.ts";
import { builtInTopics, readableOf, readMention, type Read } from "./reading/read-mention.ts";
import type { ReadingThread } from "./reading/reading-thread.ts";
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
  /** Reads what its model labels of large batches beside this thread; left out: all is read here. */
  readonly reading?: ReadingThread;
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
  const read = done ?? readMention(model, topicsOf, readableOf(mention, nameOf), answer);
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

const deadLetter = (cause: unknown): PipelineError =>
  isPipelineError(cause)
    ? cause
    : new PipelineError(
        "A mention could not be classified: see its dead letter for the place in the log, and report the cause",
        { code: "CONTRACT_VIOLATED", recovery: "dead-letter", cause },
      );

const brandsOf = (mentions: readonly (Mention | null)[]): readonly BrandId[] => {
  const brands = new Set<BrandId>();
  for (const mention of mentions) if (mention !== null) brands.add(mention.brandId);
  return [...brands];
};

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
  reading,
}: ClassifyStageOptions): Stage<Observation, Fact> => ({
  name: "classifier",
  input: MENTIONS,
  output: FACTS,
  writesNothing: true,
  process: async (batch, signal) => {
    const outputs: Fact[] = [];
    const rejections: Rejection[] = [];
    const mentions = batch.messages.map(({ value }) => (value.type === "seen" ? value.mention : null));
    const models = chosen === undefined ? null : await chosen(brandsOf(mentions));
    const modelFor = ({ brandId }: Mention): Model => models?.get(brandId) ?? model;
    const ahead =
      reading === undefined
        ? null
        : readAhead(mentions, {
            thread: reading,
            modelOf: (mention) => modelFor(mention).name,
            nameOf,
            sketches: grouping !== undefined,
          });
    const answers = await slowAnswers(mentions, modelFor, nameOf, signal);
    const options = nameOf === undefined ? { topicsOf } : { topicsOf, nameOf };
    await grouping?.begin(batch, signal);
    for (let index = 0; index < mentions.length; index += 1) {
      const { value } = batch.messages[index] as (typeof batch.messages)[number];
      if (index % CHUNK === 0) {
        await turn();
        signal.throwIfAborted();
        await ahead?.until(Math.min(index + CHUNK, mentions.length));
      }
      try {
        const read = ahead?.at(index);
        if (read instanceof Error) throw read;
        const fact =
          value.type === "gone"
            ? value
            : contentFact(value.mention, value.observedAt, modelFor(value.mention), {
                ...options,
                answer: answers.get(index),
                read,
              });
        if (grouping === undefined) outputs.push(fact);
        else outputs.push(...grouping.grouped(fact, read?.sketch));
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
