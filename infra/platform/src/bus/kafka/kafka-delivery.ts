import {
  isPipelineError,
  instantOf,
  type Batch,
  type BatchHandler,
  type DeadLetter,
  type Delivered,
  type Lane,
  type Topic,
} from "@molva/contracts";
import { lettersOf, unreadableOf, type Unreadable } from "../dead-letters.ts";
import { decodeValue } from "../message-codec.ts";
import type { BatchLimits } from "../next-batch.ts";
import type { OnStep } from "../steps.ts";
import type { EachBatchPayload } from "./kafka-client.ts";

type Messages = EachBatchPayload["batch"]["messages"];

export interface ReadRun<T> {
  readonly batch: Batch<T>;
  readonly unreadable: readonly Unreadable[];
  readonly last: string;
}

/** Cuts what one fetch brought into batches of the house's size. */
export const runsOf = function* <T>(
  topic: Topic<T>,
  lane: Lane,
  partition: number,
  messages: Messages,
  limits: BatchLimits,
): Generator<ReadRun<T>> {
  for (let at = 0; at < messages.length;) {
    let bytes = 0;
    let until = at;
    while (until < messages.length && until - at < limits.maxMessages) {
      bytes += messages[until]?.value?.length ?? 0;
      if (until > at && bytes > limits.maxBytes) break;
      until += 1;
    }
    yield decodeRun(topic, lane, partition, messages.slice(at, until));
    at = until;
  }
};

const decodeRun = <T>(topic: Topic<T>, lane: Lane, partition: number, run: Messages): ReadRun<T> => {
  const messages: Delivered<T>[] = [];
  const unreadable: Unreadable[] = [];
  for (const { offset, timestamp, value } of run) {
    const decoded = decodeValue(topic, value ?? Buffer.alloc(0));
    if (decoded.ok)
      messages.push({ value: decoded.value, offset: BigInt(offset), appendedAt: instantOf(Number(timestamp)) });
    else unreadable.push(unreadableOf(topic, Number(offset), decoded));
  }
  return { batch: { lane, partition, messages }, unreadable, last: run.at(-1)?.offset ?? "-1" };
};

export interface DeliveryOptions<T> {
  readonly topic: Topic<T>;
  readonly group: string;
  readonly handle: BatchHandler<T>;
  readonly publishLetters: (lane: Lane, letters: readonly DeadLetter[]) => Promise<void>;
  readonly onStep: OnStep;
}

/**
 * Work, then dead letters, then the offset, each durable before the next. Throws what any of them throws: nothing is acknowledged then.
 * @param commit given the offset after the run.
 */
export const deliver = async <T>(
  run: ReadRun<T>,
  options: DeliveryOptions<T>,
  signal: AbortSignal,
  commit: (next: string) => Promise<void>,
): Promise<void> => {
  const { topic, group, handle, onStep } = options;
  onStep("batch.read");
  const rejections = run.batch.messages.length === 0 ? [] : await handle(run.batch, signal);
  onStep("batch.handled");
  const letters = lettersOf(topic, group, run, rejections);
  onStep("acknowledge.queued");
  if (letters.length > 0) await options.publishLetters(run.batch.lane, letters);
  onStep("acknowledge.written");
  await commit(String(BigInt(run.last) + 1n));
  onStep("acknowledge.flushed");
};

/** How long a partition rests after a batch of it failed, in milliseconds. */
export const pauseAfter = (
  error: unknown,
  failures: number,
  { firstMs, maxMs }: { readonly firstMs: number; readonly maxMs: number },
): number => {
  const asked = isPipelineError(error) ? error.retryAfterMs : null;
  return asked ?? Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
};
