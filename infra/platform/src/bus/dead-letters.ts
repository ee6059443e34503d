import { DEAD_LETTERS, PipelineError, type Batch, type DeadLetter, type Rejection, type Topic } from "@molva/contracts";

/** A stored value that no longer fits its schema. */
export interface Unreadable {
  readonly offset: number;
  readonly mentionId: string | null;
  readonly error: PipelineError;
}

export const unreadableOf = <T>(
  topic: Topic<T>,
  offset: number,
  found: { readonly value: unknown; readonly reason: string },
): Unreadable => ({
  offset,
  mentionId: topic.mentionId(found.value),
  error: new PipelineError(
    `The message ${topic.name}/${offset} does not fit its topic: ${found.reason}. It went to the dead letters; correct what wrote it and publish it again.`,
    { code: "CONTRACT_VIOLATED", recovery: "dead-letter", details: { topic: topic.name, offset } },
  ),
});

/**
 * What a batch leaves for the dead letters: the handler's rejections and what could not be read, in the order of offsets. Nothing for a
 * batch of dead letters: a letter about a letter would feed its own reader for ever.
 * @throws {PipelineError} `CONTRACT_VIOLATED` (exit) when the handler rejects a message that is not in the batch.
 */
export const lettersOf = <T>(
  topic: Topic<T>,
  group: string,
  read: { readonly batch: Batch<T>; readonly unreadable: readonly Unreadable[] },
  rejections: readonly Rejection[],
): readonly DeadLetter[] => {
  const rejected = rejections.map(({ index, error }) => {
    const message = read.batch.messages[index];
    if (message === undefined) throw outsideBatch(topic.name, group, index, read.batch.messages.length);
    return { offset: Number(message.offset), mentionId: topic.mentionId(message.value), error };
  });
  if (topic.name === DEAD_LETTERS.name) return [];
  const byOffset = new Map([...rejected, ...read.unreadable].map((letter) => [letter.offset, letter]));
  return [...byOffset.values()]
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, mentionId, error }) => ({
      code: error.code,
      stage: group,
      topic: topic.name,
      lane: read.batch.lane,
      partition: read.batch.partition,
      offset: String(offset),
      mentionId: mentionId as DeadLetter["mentionId"],
    }));
};

const outsideBatch = (topic: string, group: string, index: number, size: number): PipelineError =>
  new PipelineError(
    `The handler of ${group} rejected message ${index} of a batch of ${size}: there is none. Mend the handler; the batch is delivered again at the next start.`,
    {
      code: "CONTRACT_VIOLATED",
      recovery: "exit",
      details: { topic, group, index, size },
    },
  );
