import type { Params } from "./params.ts";

/**
 * One session with an engine: it runs one statement at a time. What it needs (database, settings) is in force from its
 * start and is the same for every statement; nothing that a statement sets outlives it.
 *
 * The seam of the store: `connectChdb` makes sessions in this process, `connectHttp` with a server.
 */
export interface Session {
  run(sql: string, params: Params): Promise<void>;
  /** All rows at once. An engine that can be interrupted stops at the signal. */
  rows(sql: string, params: Params, signal?: AbortSignal): Promise<readonly unknown[]>;
  /** Rows in pieces as the engine makes them. Leaving the loop early stops the engine. */
  stream(sql: string, params: Params): AsyncIterable<readonly unknown[]>;
  /** All rows or none. `into` is a table's name, with columns and settings. */
  insert(into: string, rows: readonly (readonly unknown[])[]): Promise<void>;
  /** The same in the engine's own form, of a session that takes it. */
  insertNative?(into: string, settings: string, block: Buffer): Promise<void>;
  close(): Promise<void>;
}

/**
 * What a session is for. Those that read cannot write. A stream takes as long as whoever reads it, so it is bounded in
 * memory alone.
 */
export type Purpose = "write" | "read" | "stream";

export type Connect = (purpose: Purpose) => Promise<Session>;

export interface Limits {
  /** Seconds that a query may run. A stream has no such limit. */
  readonly querySeconds: number;
  /** Seconds that an insert or a command may run: the fold over years of history takes its time. */
  readonly writeSeconds: number;
  /** Bytes that one statement may hold. */
  readonly memoryBytes: number;
}

export const DEFAULT_LIMITS: Limits = { querySeconds: 60, writeSeconds: 600, memoryBytes: 2 * 1024 ** 3 };

/** The settings that every session has from its start to its end. */
export const sessionSettings = (limits: Limits, purpose: Purpose): Readonly<Record<string, string | number>> => ({
  // On since 26.3; our batches are large, and an acknowledged row is to be on disk.
  async_insert: 0,
  max_execution_time: { write: limits.writeSeconds, read: limits.querySeconds, stream: 0 }[purpose],
  max_memory_usage: limits.memoryBytes,
  // A command resolves when its effect is there; a mutation would go on in the background.
  mutations_sync: 2,
  // The fold writes years of months at once; without this, code 252 would mean "never" and "later" alike.
  max_partitions_per_insert_block: 0,
  // A parameter is part of the text that is parsed; a list of ids is longer than the 256 KiB that are usual.
  max_query_size: 512 * 1024 ** 2,
  session_timezone: "UTC",
  date_time_output_format: "iso",
  // JSON numbers end at 2^53.
  output_format_json_quote_64bit_integers: 1,
  // Last: what comes after it could not be set. 2 lets a statement have SETTINGS of its own.
  ...(purpose === "write" ? {} : { readonly: 2 }),
});
