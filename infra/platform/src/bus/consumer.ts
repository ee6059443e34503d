import { setTimeout as delay } from "node:timers/promises";
import {
  DEAD_LETTERS,
  isPipelineError,
  type BatchHandler,
  type Lane,
  type Rejection,
  type SubscribeOptions,
  type Subscription,
  type Topic,
} from "@molva/contracts";
import type { Bell } from "./bell.ts";
import type { Committer } from "./committer.ts";
import { lettersOf } from "./dead-letters.ts";
import type { Environment } from "./lmdb-environment.ts";
import type { LogHeads } from "./log-heads.ts";
import { encodeValues } from "./message-codec.ts";
import { nextBatch, type BatchLimits, type ReadBatch } from "./next-batch.ts";
import type { OnStep } from "./steps.ts";
import type { Tail } from "./tail.ts";

export interface Backoff {
  /** Milliseconds before the second try; it doubles up to `maxMs`. */
  readonly firstMs: number;
  readonly maxMs: number;
}

export interface ConsumerOptions {
  readonly environment: Environment;
  readonly heads: LogHeads;
  readonly committer: Committer;
  readonly bell: Bell;
  readonly tail: Tail;
  readonly limits: BatchLimits;
  readonly backoff: Backoff;
  /** After a batch that was large and not full, this long is waited for more, in milliseconds; 0: never. */
  readonly lingerMs: number;
  /** How long `stop` waits before the handler's signal aborts, in milliseconds. */
  readonly stopAfterMs: number;
  readonly onStep: OnStep;
}

/** From so many messages on a batch tells of traffic: the next one costs less a message when it is let grow. */
const LARGE = 500;

/** So long, in milliseconds, a batch of history should keep live messages waiting; and so many messages it has however long they take. */
const HISTORY_MS = 1_000;
const LEAST_HISTORY = 1_000;
/** Before the first. */
const FIRST_HISTORY = 2_000;

/** So long, in milliseconds, after a live batch more of the kind is expected. Where nothing is said now, history keeps nobody waiting: its batches are full, which costs least a message. */
const LIVE_MS = 600_000;

/** How many messages of history the next batch should have, by how long those before took. */
const historyPace = (full: number) => {
  let each = HISTORY_MS / FIRST_HISTORY;
  let liveAt = Number.NEGATIVE_INFINITY;
  return {
    most: (): number =>
      performance.now() - liveAt > LIVE_MS ? full : Math.max(LEAST_HISTORY, Math.floor(HISTORY_MS / each)),
    took: (lane: Lane, messages: number, ms: number): void => {
      if (messages === 0) return;
      if (lane === "live") liveAt = performance.now();
      else each = (each + ms / messages) / 2;
    },
  };
};

interface Work<T> {
  readonly handle: BatchHandler<T>;
  readonly prepare: SubscribeOptions<T>["prepare"];
}

/** One consumer loop of one group. `isFirst` tells whether it is its turn: a second subscription of a group waits until the first has ended. */
export const startConsumer = <T>(
  topic: Topic<T>,
  group: string,
  { handle, prepare }: Work<T>,
  isFirst: () => boolean,
  options: ConsumerOptions,
): Subscription => {
  const { committer, bell, onStep } = options;
  const stopping = new AbortController();
  const giveUp = new AbortController();

  const pause = async (error: unknown, failures: number): Promise<void> => {
    const { firstMs, maxMs } = options.backoff;
    const asked = isPipelineError(error) ? error.retryAfterMs : null;
    await delay(asked ?? Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30)), undefined, {
      signal: stopping.signal,
    }).catch(() => undefined);
  };

  const acknowledge = async (read: ReadBatch<T>, rejections: readonly Rejection[]): Promise<void> => {
    const letters = encodeValues(DEAD_LETTERS, lettersOf(topic, group, read, rejections));
    const bytes = letters.reduce((sum, letter) => sum + letter.length, 0);
    await committer.submit("acknowledge", bytes, (draft) => {
      draft.append(DEAD_LETTERS.name, read.batch.lane, letters);
      draft.acknowledge(topic.name, group, read.batch.lane, read.next);
    });
  };

  /** Tries until it works, the subscription stops, or the error says that it never will. */
  const persist = async <R>(work: () => Promise<R>): Promise<R | null> => {
    for (let failures = 1; ; failures++) {
      try {
        return await work();
      } catch (error) {
        if (isPipelineError(error) && error.recovery === "exit") throw error;
        if (stopping.signal.aborted) return null;
        await pause(error, failures);
        if (stopping.signal.aborted) return null;
      }
    }
  };

  const deliver = async (read: ReadBatch<T>): Promise<void> => {
    onStep("batch.read");
    const rejections = read.batch.messages.length === 0 ? [] : await persist(() => handle(read.batch, giveUp.signal));
    if (rejections === null) return;
    onStep("batch.handled");
    await persist(() => acknowledge(read, rejections));
  };

  const history = historyPace(options.limits.maxMessages);
  const next = (before: ReadBatch<T> | null, historyMessages: number): Promise<ReadBatch<T>> | null => {
    const { environment, heads, limits, tail } = options;
    return isFirst() ? nextBatch(environment, heads, topic, group, { ...limits, historyMessages }, tail, before) : null;
  };
  /**
   * The batch that comes after this one, with what can be begun of it begun; null where there is none yet. Of history none while live messages come:
   * one that comes meanwhile is taken first.
   */
  const prepared = async (read: ReadBatch<T>): Promise<ReadBatch<T> | null> => {
    if (prepare === undefined || stopping.signal.aborted) return null;
    const { maxMessages } = options.limits;
    const isQuiet = read.batch.lane !== "live" && history.most() === maxMessages;
    const ahead = await next(read, isQuiet ? maxMessages : 0);
    if (ahead !== null && ahead.batch.messages.length > 0) prepare(ahead.batch, giveUp.signal);
    return ahead;
  };

  const loop = async (): Promise<void> => {
    // Whoever subscribes gets the subscription before its first batch.
    await Promise.resolve();
    let grows = false;
    let ahead: ReadBatch<T> | null = null;
    while (!stopping.signal.aborted) {
      if (grows) await delay(options.lingerMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      grows = false;
      if (stopping.signal.aborted) break;
      const reading = ahead ?? next(null, history.most());
      if (reading === null) {
        await bell.heard();
        continue;
      }
      const read = await reading;
      if (stopping.signal.aborted) break;
      const began = performance.now();
      const preparing = prepared(read);
      preparing.catch(() => undefined); // heard below, once this batch is through
      await deliver(read);
      ahead = await preparing;
      const { length } = read.batch.messages;
      history.took(read.batch.lane, length, performance.now() - began);
      grows = options.lingerMs > 0 && length >= LARGE && length < options.limits.maxMessages;
    }
  };

  // What was begun for a batch whose turn never came is of no use any more.
  const done = loop().finally(() => giveUp.abort());
  return {
    done,
    stop: async () => {
      stopping.abort();
      bell.ring();
      const deadline = setTimeout(() => giveUp.abort(), options.stopAfterMs);
      await done.catch(() => undefined);
      clearTimeout(deadline);
    },
  };
};
