import { LANES, instantOf, type Batch, type Delivered, type Lane, type Topic } from "@molva/contracts";
import { unreadableOf, type Unreadable } from "./dead-letters.ts";
import { PARTITION } from "./draft.ts";
import type { Environment } from "./lmdb-environment.ts";
import { laneHeadOf, unacknowledgedFrom, type LogHeads } from "./log-heads.ts";
import { appendedAtOf, decodeMessage } from "./message-codec.ts";

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

/** The next run for a group, live before backfill; null when it has acknowledged everything. */
export const nextBatch = <T>(
  environment: Environment,
  heads: LogHeads,
  topic: Topic<T>,
  group: string,
  limits: BatchLimits,
): ReadBatch<T> | null => {
  for (const lane of LANES) {
    const from = unacknowledgedFrom(heads, topic.name, group, lane);
    if (from < laneHeadOf(heads, topic.name, lane).next) return readRun(environment, heads, topic, lane, from, limits);
  }
  return null;
};

export const readRun = <T>(
  environment: Environment,
  heads: LogHeads,
  topic: Topic<T>,
  lane: Lane,
  from: number,
  limits: BatchLimits,
): ReadBatch<T> => {
  const messages: Delivered<T>[] = [];
  const unreadable: Unreadable[] = [];
  let offset = from;
  let bytes = 0;
  const end = Math.min(laneHeadOf(heads, topic.name, lane).next, from + limits.maxMessages);
  const range = environment.log.getRange({
    start: [topic.name, lane, PARTITION, from],
    end: [topic.name, lane, PARTITION, end],
  });
  for (const { value } of range) {
    bytes += value.length;
    if (offset > from && bytes > limits.maxBytes) break;
    const decoded = decodeMessage(topic, value);
    if (decoded.ok)
      messages.push({ value: decoded.value, offset: BigInt(offset), appendedAt: instantOf(appendedAtOf(value)) });
    else unreadable.push(unreadableOf(topic, offset, decoded));
    offset += 1;
  }
  return { batch: { lane, partition: PARTITION, messages }, unreadable, next: offset };
};
