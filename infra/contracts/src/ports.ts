import type { z } from "zod";
import type { Instant } from "./domain.ts";
import type { PipelineError } from "./errors.ts";

/** A named stream of values of one shape. `key` gives locality only (the brand): correctness never depends on it. */
export interface Topic<T> {
  readonly name: string;
  readonly schema: z.ZodType<T>;
  key(value: T): string;
  /** The mention a value is about, for dead letters; null when there is none. */
  mentionId(value: unknown): string | null;
}

/** Live traffic never waits behind an import. */
export const LANES = ["live", "backfill"] as const;
export type Lane = (typeof LANES)[number];

export interface Delivered<T> {
  readonly value: T;
  /** Dense within (topic, lane, partition): 0, 1, 2, … */
  readonly offset: bigint;
  /** Given by the log; never goes back, so long as the clocks of its servers do not. */
  readonly appendedAt: Instant;
}

/** A run of messages of one lane and partition, in the order of their offsets. */
export interface Batch<T> {
  readonly lane: Lane;
  readonly partition: number;
  readonly messages: readonly Delivered<T>[];
}

/** One input of a batch that will never succeed; the bus writes it to the dead letters. Everything not rejected is acknowledged. */
export interface Rejection {
  /** Index into the batch's messages. */
  readonly index: number;
  readonly error: PipelineError;
}

/**
 * Resolves when the work of the whole batch is durable. Throwing means "deliver it again": after `retryAfterMs` of a
 * `PipelineError`, else after a backoff. An error with recovery `exit` ends the subscription (see `Subscription.done`).
 */
export type BatchHandler<T> = (batch: Batch<T>, signal: AbortSignal) => Promise<readonly Rejection[]>;

export interface SubscribeOptions<T> {
  /** The most messages that a batch should have. Larger ones cost less a message where much waits; the bus may give fewer. */
  readonly batchMessages?: number;
  /**
   * Begins what can be done for a batch before its turn and writes nothing. The bus may call it for the batch that comes next while the handler is at
   * the one before; the handler then gets that very batch, unless the subscription ends first, which aborts the signal. It must not throw.
   */
  readonly prepare?: (batch: Batch<T>, signal: AbortSignal) => void;
}

export interface Subscription {
  /** Rejects when the subscription ends by an error with recovery `exit`; resolves after `stop`. */
  readonly done: Promise<void>;
  /** Finishes the batch in flight, commits it, then resolves. */
  stop(): Promise<void>;
}

export interface Progress {
  /** Messages that the group has not acknowledged, both lanes. */
  readonly lag: number;
  /**
   * The largest time T such that all that the log took at or before T is acknowledged by the group, and nothing will
   * be appended at or before T any more. Null when the topic is empty.
   */
  readonly horizon: Instant | null;
}

/** The log between stages. One behaviour suite (`@molva/testing`, `busContract`) runs over every implementation. */
export interface Bus {
  /**
   * Resolves once the messages would survive a crash of this process and of the machine. All of one call or, after a
   * crash before it resolved, any prefix of what has the same key. Values are checked against the topic's schema.
   * @throws {PipelineError} `CONTRACT_VIOLATED` (dead-letter) before anything is written; `BUS_FULL` (retry) when the disk is full; `BUS_UNAVAILABLE` (retry).
   */
  publish<T>(topic: Topic<T>, lane: Lane, values: readonly T[]): Promise<void>;
  /**
   * At least once: a batch is delivered again until the handler resolves; only then, with its rejections already
   * durable in the dead letters, is its offset committed. Of a group one handler runs at a time in a process, and for
   * a partition one in all; a live batch is taken before a backfill one. A stored value that no longer fits the schema goes to the dead letters by itself.
   * A new group starts at the oldest message.
   */
  subscribe<T>(
    topic: Topic<T>,
    group: string,
    handle: BatchHandler<T>,
    options?: SubscribeOptions<T>,
  ): Promise<Subscription>;
  /**
   * Resolves once the group has acknowledged all that stood in the topic (both lanes) when this was called. Rejects with the
   * error of recovery `exit` that ended the group's subscription, with the signal's reason, and with `BUS_UNAVAILABLE` when the bus closes.
   */
  settled<T>(topic: Topic<T>, group: string, signal?: AbortSignal): Promise<void>;
  progress<T>(topic: Topic<T>, group: string): Promise<Progress>;
  /** What stands in one lane from an offset on (of each partition), oldest first, without a group. For people and tests, not for stages. */
  read<T>(topic: Topic<T>, lane: Lane, from?: bigint): AsyncIterable<Delivered<T>>;
  /** Deletes what was appended before `before` and is acknowledged by every group that ever subscribed to the topic (when none did, by age alone). Returns how many. */
  retain<T>(topic: Topic<T>, before: Instant): Promise<number>;
  /** Stops every subscription, then releases the folder or the connection. */
  close(): Promise<void>;
}

/** Small durable state of a stage: cursors, validators, health. Keys are paths (`crawl/cursor/…`), values JSON. */
export interface Checkpoints {
  read(key: string): Promise<unknown>;
  /** Those of the keys that are there, in one question: over a network one for each would take longer than the work. */
  readMany(keys: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
  /** All or none, durable when it resolves. A value of `null` deletes the key. */
  write(entries: Readonly<Record<string, unknown>>): Promise<void>;
  /** Every key below the prefix, in the order of keys. */
  entries(prefix: string): AsyncIterable<readonly [key: string, value: unknown]>;
}

/** A table that is inserted into: an unknown or a missing column is refused before it reaches the engine. */
export interface Table<Row> {
  readonly name: string;
  readonly row: z.ZodType<Row>;
  /**
   * True where typed code alone makes the rows, thousands at once: the schema is held against the first of an insert, the engine's columns
   * against each.
   */
  readonly typed?: boolean;
  /** Columns whose numbers are written in hex, all digits of them, as ids are; others are numbers, bigints or digits in tens. */
  readonly hex?: readonly string[];
}

/** A query is a value: its name is its log comment, its metric label and its file name. Parameters are bound, as `{name:Type}`. */
export interface Query<Params, Row> {
  readonly name: string;
  readonly sql: string;
  readonly params: z.ZodType<Params>;
  readonly row: z.ZodType<Row>;
}

/** A statement that writes and returns nothing, e.g. `INSERT INTO … SELECT`. */
export interface Command<Params> {
  readonly name: string;
  readonly sql: string;
  readonly params: z.ZodType<Params>;
}

/**
 * What a bound parameter may be. An instant is bound as a string, and as `DateTime64(3)` in the SQL; a 64-bit number as
 * a string with `toUInt64(…)` in the SQL, for JSON numbers end at 2^53.
 */
export type Param = string | number | boolean | null | readonly (string | number)[];

/** The ClickHouse behind one port. One behaviour suite (`@molva/testing`, `storeContract`) runs over every implementation. */
export interface Store {
  /**
   * Resolves once the rows are durable. All rows or none; only when the process is killed before it resolves may a part be
   * there, in whole partitions of the table: insert the same rows again.
   * @throws {PipelineError} `CONTRACT_VIOLATED` (dead-letter) by the table's schema; `STORE_REJECTED` (dead-letter) when the engine refuses a
   * value, (exit) when table or statement are wrong themselves, for then no row is at fault; `STORE_UNAVAILABLE` (retry).
   */
  insert<Row>(table: Table<Row>, rows: readonly Row[]): Promise<void>;
  /** Resolves once the effect is durable. */
  execute<Params extends Readonly<Record<string, Param>>>(command: Command<Params>, params: Params): Promise<void>;
  query<Params extends Readonly<Record<string, Param>>, Row>(
    query: Query<Params, Row>,
    params: Params,
    signal?: AbortSignal,
  ): Promise<readonly Row[]>;
  /** Rows as they come, without holding them all: for exports and recounts. */
  stream<Params extends Readonly<Record<string, Param>>, Row>(
    query: Query<Params, Row>,
    params: Params,
  ): AsyncIterable<Row>;
  close(): Promise<void>;
}

export interface StageResult<Out> {
  readonly outputs: readonly Out[];
  readonly rejections: readonly Rejection[];
}

/** Consumes a topic, returns outputs and rejections. It throws a `PipelineError` of recovery `dead-letter` when a batch can never succeed. */
export interface Stage<In, Out> {
  /** Also the name of its consumer group. */
  readonly name: string;
  readonly input: Topic<In>;
  readonly output: Topic<Out> | null;
  /** The most messages that it takes at once; what the bus gives unless it is told. */
  readonly batchMessages?: number;
  /** True where `process` writes nothing: the next batch may then be processed while the outputs of the one before are published. */
  readonly writesNothing?: boolean;
  process(batch: Batch<In>, signal: AbortSignal): Promise<StageResult<Out>>;
}

/** One structured line each; ids and counts, never the text or the author of a mention. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
