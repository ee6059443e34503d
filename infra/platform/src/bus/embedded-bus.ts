import { statfsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import {
  LANES,
  instantOf,
  millisOf,
  type Bus,
  type Checkpoints,
  type Delivered,
  type Lane,
  type Progress,
  type Subscription,
  type Topic,
} from "@molva/contracts";
import { embeddedCheckpoints } from "../checkpoints.ts";
import { acquireFolder, type FolderLock } from "../folder-lock.ts";
import { createBell, type Bell } from "./bell.ts";
import { busClosed } from "./bus-errors.ts";
import { startCommitter } from "./committer.ts";
import { startConsumer, type Backoff } from "./consumer.ts";
import { PARTITION, type Draft } from "./draft.ts";
import { openEnvironment, type Environment } from "./lmdb-environment.ts";
import { acknowledgedOf, laneHeadOf, neededFrom, readHeads, readUpTo, unacknowledgedFrom } from "./log-heads.ts";
import { checkedValues, messagesOf } from "./message-codec.ts";
import { readRun, type BatchLimits } from "./next-batch.ts";
import type { OnStep } from "./steps.ts";
import { createTail } from "./tail.ts";

export interface EmbeddedBusOptions {
  /** Folder of the log; created when absent. This process must be the only one: a second one gets `FOLDER_LOCKED`. */
  readonly dir: string;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** Default 2,000 messages and 8 MiB. */
  readonly limits?: Partial<BatchLimits>;
  /** Between deliveries of a batch that failed without saying when to come again. Default 100 ms, doubling up to 30 s. */
  readonly backoff?: Partial<Backoff>;
  /** After this long `stop` and `close` abort the handler's signal. Default 10,000 ms. */
  readonly stopAfterMs?: number;
  /** `publish` stops when less would stay free on the disk. Default 32 MiB. */
  readonly reserveBytes?: number;
  /** Bytes free on the disk of the folder; the operating system's answer unless a test gives its own. */
  readonly freeBytes?: () => number;
  readonly onStep?: OnStep;
}

export interface EmbeddedBus extends Bus, AsyncDisposable {
  /** On the same environment, so with the same promise: durable when `write` resolves. */
  readonly checkpoints: Checkpoints;
  /** A copy of the log as it stands at this moment, checkpoints and offsets included, into an empty folder; the work goes on. */
  copyTo(dir: string): Promise<void>;
}

const DEFAULT_LIMITS: BatchLimits = { maxMessages: 2_000, maxBytes: 8 * 1024 * 1024 };
/** For a subscriber that asks for batches of its own size. */
const LARGE_BATCH_BYTES = 64 * 1024 * 1024;
const LINGER_MS = 400;
const DEFAULT_BACKOFF: Backoff = { firstMs: 100, maxMs: 30_000 };
const DEFAULT_RESERVE_BYTES = 32 * 1024 * 1024;
const DEFAULT_STOP_AFTER_MS = 10_000;
const READ_RUN: BatchLimits = { maxMessages: 500, maxBytes: 1024 * 1024 };
const RETAIN_RUN = 5_000;
/** Messages that so many others stand before are read by when they are long gone from memory. */
const SOON = 40_000;

type Placed = ReturnType<Draft["append"]>;

const diskOf = (dir: string) => (): number => {
  const disk = statfsSync(dir);
  return disk.bavail * disk.bsize;
};

/**
 * The log in one folder of one process, on LMDB. What `Bus` promises holds here to the letter; beyond it, offsets stay dense
 * across crashes, and append times of different transactions differ.
 * @throws {PipelineError} `FOLDER_LOCKED` (exit) when another process holds the folder; `CONFIG_INVALID` (exit) when
 * it cannot be written; `BUS_UNAVAILABLE` (exit) when what stands in it is no log or cannot be opened.
 */
export const openEmbeddedBus = async (options: EmbeddedBusOptions): Promise<EmbeddedBus> => {
  const { dir } = options;
  const lock = await acquireFolder(dir);
  try {
    return openOn(options, openEnvironment(dir), lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
};

const openOn = (options: EmbeddedBusOptions, environment: Environment, lock: FolderLock): EmbeddedBus => {
  const { dir } = options;
  const onStep = options.onStep ?? (() => undefined);
  const heads = readHeads(environment.state);
  const bells = new Map<string, Bell>();
  const bellOf = (topic: string): Bell => {
    const bell = bells.get(topic) ?? createBell();
    bells.set(topic, bell);
    return bell;
  };
  const tail = createTail();
  /** What the fastest group has read nobody reads a second time soon. */
  const letGo = (topic: string): void => {
    for (const lane of LANES) tail.forget(topic, lane, readUpTo(heads, topic, lane) ?? Number.MAX_SAFE_INTEGER);
  };
  const committer = startCommitter({
    dir,
    environment,
    heads,
    clock: options.clock ?? Date.now,
    freeBytes: options.freeBytes ?? diskOf(dir),
    reserveBytes: options.reserveBytes ?? DEFAULT_RESERVE_BYTES,
    onStep,
    onCommitted: (topics) =>
      topics.forEach((topic) => {
        letGo(topic);
        bellOf(topic).ring();
      }),
  });
  const keep = <T>(topic: Topic<T>, lane: Lane, values: readonly T[], bytes: number, placed: Placed | null): void => {
    const read = readUpTo(heads, topic.name, lane);
    if (placed !== null && read !== null && placed.first - read < SOON)
      tail.keep(topic, lane, { ...placed, values, bytes });
  };
  /** By topic and group, in the order of their subscribing: the first one reads. */
  const members = new Map<string, Subscription[]>();
  /** What ended a group for good: whoever waits for that group to be through must hear it. */
  const ended = new Map<string, unknown>();
  let closing: Promise<void> | null = null;
  let closed = false;
  const refuseWhenClosing = (): void => {
    if (closing !== null) throw busClosed(dir);
  };

  const subscribe: Bus["subscribe"] = async (topic, group, handle, { batchMessages, prepare } = {}) => {
    refuseWhenClosing();
    if (acknowledgedOf(heads, topic.name, group) === null)
      await committer.submit("register", 0, (draft) => draft.register(topic.name, group));
    refuseWhenClosing();
    const key = JSON.stringify([topic.name, group]);
    const others = members.get(key) ?? [];
    members.set(key, others);
    const subscription: Subscription = startConsumer(
      topic,
      group,
      { handle, prepare },
      () => others[0] === subscription,
      {
        environment,
        heads,
        committer,
        bell: bellOf(topic.name),
        tail,
        limits: {
          ...DEFAULT_LIMITS,
          ...(batchMessages === undefined ? {} : { maxMessages: batchMessages, maxBytes: LARGE_BATCH_BYTES }),
          ...options.limits,
        },
        backoff: { ...DEFAULT_BACKOFF, ...options.backoff },
        lingerMs: batchMessages === undefined ? 0 : LINGER_MS,
        stopAfterMs: options.stopAfterMs ?? DEFAULT_STOP_AFTER_MS,
        onStep,
      },
    );
    others.push(subscription);
    ended.delete(key);
    const leave = (): void => {
      others.splice(others.indexOf(subscription), 1);
      bellOf(topic.name).ring();
    };
    subscription.done.then(leave, (error: unknown) => {
      ended.set(key, error);
      leave();
    });
    return subscription;
  };

  const settled: Bus["settled"] = async (topic, group, signal) => {
    const targets = LANES.map((lane) => [lane, laneHeadOf(heads, topic.name, lane).next] as const);
    const bell = bellOf(topic.name);
    const key = JSON.stringify([topic.name, group]);
    signal?.addEventListener("abort", bell.ring);
    try {
      while (targets.some(([lane, next]) => unacknowledgedFrom(heads, topic.name, group, lane) < next)) {
        signal?.throwIfAborted();
        if (closed) throw busClosed(dir);
        if (ended.has(key)) throw ended.get(key);
        await bell.heard();
      }
    } finally {
      signal?.removeEventListener("abort", bell.ring);
    }
  };

  const progress: Bus["progress"] = (topic, group) => Promise.resolve(progressOf(topic.name, group));
  const progressOf = (topic: string, group: string): Progress => {
    const lanes = LANES.map((lane) => ({
      lane,
      head: laneHeadOf(heads, topic, lane),
      from: unacknowledgedFrom(heads, topic, group, lane),
    }));
    const lag = lanes.reduce((sum, { head, from }) => sum + head.next - from, 0);
    const waiting = lanes
      .filter(({ head, from }) => from < head.next)
      .map(({ lane, from }) => appendTime(topic, lane, from));
    // One transaction has one append time, and every later one a later time: just before the oldest that waits, all is done.
    const times = lag > 0 ? [Math.min(...waiting) - 1] : lanes.flatMap(({ head }) => head.lastAt ?? []);
    return { lag, horizon: times.length === 0 ? null : instantOf(Math.max(...times)) };
  };
  const appendTime = (topic: string, lane: Lane, offset: number): number => {
    const stored = environment.log.get([topic, lane, PARTITION, offset]);
    if (stored === undefined) throw new RangeError(`The log has no message ${topic}/${lane}/${offset}.`);
    return stored.appendedAt;
  };

  async function* read<T>(topic: Topic<T>, lane: Lane, from: bigint = 0n): AsyncGenerator<Delivered<T>> {
    const end = laneHeadOf(heads, topic.name, lane).next;
    let next = Math.max(Number(from), laneHeadOf(heads, topic.name, lane).first);
    while (next < end) {
      if (closed) throw busClosed(dir);
      const run = await readRun(
        environment,
        heads,
        topic,
        lane,
        Math.max(next, laneHeadOf(heads, topic.name, lane).first),
        READ_RUN,
      );
      for (const message of run.batch.messages) if (message.offset < BigInt(end)) yield message;
      next = run.next;
    }
  }

  /** The first offset of a lane that must stay: younger than the limit, or needed by a group. At most one run ahead. */
  const dropUntil = (topic: string, lane: Lane, before: number): number => {
    const { first } = laneHeadOf(heads, topic, lane);
    const limit = Math.min(neededFrom(heads, topic, lane), first + RETAIN_RUN);
    let until = first;
    for (const { value } of environment.log.range([topic, lane, PARTITION, first], [topic, lane, PARTITION, limit])) {
      if (value.appendedAt >= before) break;
      until += 1;
    }
    return until;
  };

  const retain: Bus["retain"] = async (topic, before) => {
    let dropped = 0;
    for (const lane of LANES) {
      for (let run = RETAIN_RUN; run === RETAIN_RUN;) {
        const { first } = laneHeadOf(heads, topic.name, lane);
        const until = dropUntil(topic.name, lane, millisOf(before));
        run = until - first;
        if (run > 0) await committer.submit("retain", 0, (draft) => draft.drop(topic.name, lane, until));
        dropped += run;
      }
    }
    return dropped;
  };

  const close = (): Promise<void> => (closing ??= shutDown());
  const shutDown = async (): Promise<void> => {
    // Handlers in flight may still publish: the committer closes after them.
    await Promise.all([...members.values()].flat().map((subscription) => subscription.stop()));
    await committer.close();
    closed = true;
    for (const bell of bells.values()) bell.ring();
    await environment.close();
    await lock.release();
  };

  return {
    publish: async (topic, lane, values) => {
      if (values.length === 0) return;
      const checked = checkedValues(topic, values);
      const messages = messagesOf(topic, checked);
      const bytes = messages.reduce((sum, message) => sum + message.length, 0);
      let placed: Placed | null = null;
      await committer.submit("publish", bytes, (draft) => (placed = draft.append(topic.name, lane, messages)));
      keep(topic, lane, checked, bytes, placed);
    },
    subscribe,
    settled,
    progress,
    read,
    retain,
    checkpoints: embeddedCheckpoints(environment.checkpoints, committer, () => {
      if (closed) throw busClosed(dir);
    }),
    copyTo: async (to) => {
      refuseWhenClosing();
      await mkdir(to, { recursive: true, mode: 0o700 });
      await environment.copyTo(to);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};
