import { setImmediate as turn } from "node:timers/promises";
import { LANES, instantOf, type Batch, type Delivered, type Lane, type Topic } from "@molva/contracts";
import { unreadableOf, type Unreadable } from "./dead-letters.ts";
import { PARTITION } from "./draft.ts";
import type { Environment } from "./lmdb-environment.ts";
import { laneHeadOf, unacknowledgedFrom, type LogHeads } from "./log-heads.ts";
import { decodeMessage } from "./message-codec.ts";
import type { Tail } from "./tail.ts";

export interface BatchLimits {
  readonly maxMessages: number;
  /** Of stored bytes; one message larger than this makes a batch of its own. */
  readonly maxBytes: number;
}

export interface ReadBatch<T> {
  readonly batch: Batch<T>;
  readonly unreadable: readonly Unreadable[];
  /** The first offset after this run. */
  readonly next: number;
}

/** Messages between two turns of the event loop: some milliseconds, so that the page stays live while a large batch is read. */
const AT_ONCE = 500;

/**
 * The next run for a group, live before backfill; null when it has acknowledged everything. That is told at once, not by a promise: between
 * the question and the wait for the bell there must be no turn in which the bell could ring.
 */
export const nextBatch = <T>(
  environment: Environment,
  heads: LogHeads,
  topic: Topic<T>,
  group: string,
  limits: BatchLimits & {
    /** The most messages of history at once, 0 for none: a live one that comes meanwhile waits for the whole batch. */
    readonly historyMessages?: number;
  },
  tail: Tail | null = null,
  /** A batch that is being worked off: what stands behind it is next. */
  before: ReadBatch<T> | null = null,
): Promise<ReadBatch<T>> | null => {
  for (const lane of LANES) {
    const from = before?.batch.lane === lane ? before.next : unacknowledgedFrom(heads, topic.name, group, lane);
    if (from >= laneHeadOf(heads, topic.name, lane).next) continue;
    const { maxMessages, historyMessages = maxMessages } = limits;
    const most = lane === "live" ? maxMessages : Math.min(maxMessages, historyMessages);
    if (most === 0) continue;
    return readRun(environment, heads, topic, lane, from, { ...limits, maxMessages: most }, tail);
  }
  return null;
};

export const readRun = async <T>(
  environment: Environment,
  heads: LogHeads,
  topic: Topic<T>,
  lane: Lane,
  from: number,
  limits: BatchLimits,
  tail: Tail | null = null,
): Promise<ReadBatch<T>> => {
  const messages: Delivered<T>[] = [];
  const unreadable: Unreadable[] = [];
  let offset = from;
  let bytes = 0;
  // Of one transaction all messages have one time.
  let at = Number.NaN;
  let appendedAt = instantOf(0);
  const end = Math.min(laneHeadOf(heads, topic.name, lane).next, from + limits.maxMessages);
  while (offset < end && bytes <= limits.maxBytes) {
    // What is read between two turns is read anew at the next: an open cursor would hold back the reuse of freed pages.
    if (offset > from) await turn();
    const start = offset;
    const kept = tail?.from(topic, lane, offset, end - offset, limits.maxBytes - bytes);
    if (kept !== undefined && kept.messages.length > 0) {
      if (offset > from && bytes + kept.bytes > limits.maxBytes && kept.messages.length === 1) break;
      for (const message of kept.messages) messages.push(message);
      offset += kept.messages.length;
      bytes += kept.bytes;
      continue;
    }
    const range = environment.log.range(
      [topic.name, lane, PARTITION, start],
      [topic.name, lane, PARTITION, Math.min(end, start + AT_ONCE)],
    );
    for (const { value: stored } of range) {
      bytes += stored.bytes;
      if (offset > from && bytes > limits.maxBytes) break;
      const decoded = decodeMessage(topic, stored);
      if (at !== stored.appendedAt) {
        at = stored.appendedAt;
        appendedAt = instantOf(at);
      }
      if (decoded.ok) messages.push({ value: decoded.value, offset: BigInt(offset), appendedAt });
      else unreadable.push(unreadableOf(topic, offset, decoded));
      offset += 1;
    }
    if (offset === start) break;
  }
  return { batch: { lane, partition: PARTITION, messages }, unreadable, next: offset };
};
