import { PipelineError, type Checkpoints, type Store } from "@molva/contracts";
import { z } from "zod";

/** As for the embedded log, so that what fits one fits the other. In bytes of UTF-8. */
const MAX_KEY_BYTES = 1_900;
const SETTLED = "SETTINGS do_not_merge_across_partitions_select_final = 1, select_sequential_consistency = 1";

const TABLE = {
  name: "checkpoint",
  row: z.strictObject({ key: z.string(), value: z.string(), version: z.string() }),
};
const READ = {
  name: "checkpoint/read",
  sql: `SELECT value FROM checkpoint FINAL WHERE key = {key:String} ${SETTLED}`,
  params: z.strictObject({ key: z.string() }),
  row: z.strictObject({ value: z.string() }),
};
const READ_MANY = {
  name: "checkpoint/read-many",
  sql: `SELECT key, value FROM checkpoint FINAL WHERE key IN {keys:Array(String)} AND value != '' ${SETTLED}`,
  params: z.strictObject({ keys: z.array(z.string()) }),
  row: z.strictObject({ key: z.string(), value: z.string() }),
};
/** Keys of one question: they travel with it. */
const KEYS_AT_ONCE = 1_000;
const BELOW = {
  name: "checkpoint/entries",
  sql: `SELECT key, value FROM checkpoint FINAL WHERE startsWith(key, {prefix:String}) AND value != '' ORDER BY key ${SETTLED}`,
  params: z.strictObject({ prefix: z.string() }),
  row: z.strictObject({ key: z.string(), value: z.string() }),
};
const NEWEST = {
  name: "checkpoint/newest",
  sql: `SELECT toString(max(version)) AS newest FROM checkpoint ${SETTLED.replace("do_not_merge_across_partitions_select_final = 1, ", "")}`,
  params: z.strictObject({}),
  row: z.strictObject({ newest: z.string() }),
};

const refuse = (message: string): PipelineError =>
  new PipelineError(message, { code: "CONTRACT_VIOLATED", recovery: "exit" });

const checkedKey = (key: string): string => {
  const bytes = Buffer.byteLength(key);
  if (bytes > 0 && bytes <= MAX_KEY_BYTES && !key.includes("\0")) return key;
  throw refuse(
    `A checkpoint's key must have 1 to ${MAX_KEY_BYTES} bytes and no NUL; this one has ${bytes}. Hash its long part.`,
  );
};

const textOf = (key: string, value: unknown): string => {
  if (value === null) return "";
  const json: unknown = JSON.stringify(value);
  if (typeof json === "string") return json;
  throw refuse(`The checkpoint ${key} is no JSON. Write null to delete it.`);
};

/**
 * Checkpoints in the store: for stages that run as processes of their own, where no log's folder is at hand. A write is one
 * insert, so it is there as a whole or not at all. Keys have one writer each (a crawler its sources, a stage its name); of
 * two writers of one key the later start of a write wins, by the store's order of versions.
 * @throws {PipelineError} `CONTRACT_VIOLATED` (exit) for a key or value that cannot be kept; those of the store.
 */
export const storeCheckpoints = (store: Store): Checkpoints => {
  let last: bigint | null = null;
  let turn: Promise<void> = Promise.resolve();

  /** Larger than every version that this process wrote or found, and near the clock, so that others come after it too. */
  const nextVersion = async (): Promise<bigint> => {
    if (last === null) last = BigInt((await store.query(NEWEST, {}))[0]?.newest ?? "0");
    const clock = BigInt(Date.now()) * 1_000n;
    last = clock > last ? clock : last + 1n;
    return last;
  };

  const write = async (entries: readonly (readonly [string, string])[]): Promise<void> => {
    const version = (await nextVersion()).toString();
    await store.insert(
      TABLE,
      entries.map(([key, value]) => ({ key, value, version })),
    );
  };

  return {
    read: async (key) => {
      const [row] = await store.query(READ, { key: checkedKey(key) });
      return row === undefined || row.value === "" ? null : (JSON.parse(row.value) as unknown);
    },
    readMany: async (keys) => {
      const found = new Map<string, unknown>();
      for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
        const some = keys.slice(from, from + KEYS_AT_ONCE).map(checkedKey);
        for (const { key, value } of await store.query(READ_MANY, { keys: some })) found.set(key, JSON.parse(value));
      }
      return found;
    },
    // One after the other: a later call must not be overtaken by an earlier one that waits for its version.
    write: async (entries) => {
      const texts = Object.entries(entries).map(([key, value]) => [checkedKey(key), textOf(key, value)] as const);
      if (texts.length === 0) return;
      const work = turn.then(async () => write(texts));
      turn = work.catch(() => {});
      await work;
    },
    entries: async function* entries(prefix) {
      for await (const { key, value } of store.stream(BELOW, { prefix })) yield [key, JSON.parse(value) as unknown];
    },
  };
};
