import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { open, type Database, type RootDatabase } from "lmdb";
import { PipelineError, type Lane } from "@molva/contracts";
import { storedMessage, type StoredMessage } from "./message-codec.ts";

/** The place of a message. Arrays of strings and numbers keep their order as keys of LMDB. */
type LogKey = [topic: string, lane: Lane, partition: number, offset: number];
/** `["clock"]`, `["lane", topic, lane]`, `["group", topic, group]`. */
export type StateKey = [kind: string, ...path: string[]];

/** The messages, in the order of their places. */
interface Messages {
  /** As `messagesOf` makes them; inside a `commit` alone, as `remove`. */
  put(key: LogKey, message: Buffer): void;
  remove(key: LogKey): void;
  get(key: LogKey): StoredMessage | undefined;
  /** `start` ≤ key < `end`, as they stand when the first is asked for. */
  range(start: LogKey, end: LogKey): Iterable<{ readonly key: LogKey; readonly value: StoredMessage }>;
}

export interface Environment {
  readonly log: Messages;
  readonly state: Database<unknown, StateKey>;
  readonly checkpoints: Database<unknown, string>;
  /**
   * Runs `write` in one transaction; resolves when it is flushed to the disk. What `write` throws aborts the transaction and is
   * thrown again; a failed commit throws the error of the operating system or of LMDB, with its number as `code`.
   */
  commit(write: () => void): Promise<void>;
  /** False always: a commit that is visible before it is flushed would break the promise of `publish`. */
  readonly visibleBeforeFlush: boolean;
  /** Bytes inside the data file that a later transaction may use again. */
  reusableBytes(): number;
  /** Writes all as it stands at this moment into an empty folder, while the work goes on. */
  copyTo(dir: string): Promise<void>;
  close(): Promise<void>;
}

const INITIAL_MAP_BYTES = 256 * 1024 * 1024;

const LOG = {
  name: "log",
  encoding: "binary",
  encoder: { encode: (message: Buffer) => message, decode: storedMessage },
} as const;

/** The only file that knows LMDB. The folder must belong to this process alone (see `acquireFolder`). */
export const openEnvironment = (dir: string): Environment => {
  const root = openRoot(dir);
  const log = root.openDB<unknown, LogKey>(LOG);
  const state = root.openDB<unknown, StateKey>({ name: "state", encoding: "json" });
  const checkpoints = root.openDB<unknown, string>({ name: "checkpoints", encoding: "json" });
  return {
    log: {
      put: (key, message) => log.putSync(key, message),
      remove: (key) => log.removeSync(key),
      get: (key) => log.get(key) as StoredMessage | undefined,
      range: (start, end) => log.getRange({ start, end }) as ReturnType<Messages["range"]>,
    },
    state,
    checkpoints,
    visibleBeforeFlush: (root as { readonly overlappingSync?: boolean }).overlappingSync !== false,
    commit: async (write) => {
      try {
        await root.childTransaction(write);
      } catch (error) {
        throw await reasonOf(error);
      }
    },
    reusableBytes: () => reusableBytes([log, state, checkpoints]),
    copyTo: (to) => root.backup(to, true),
    close: () => root.close(),
  };
};

const openRoot = (dir: string): RootDatabase => {
  if (!isLogOrEmpty(join(dir, "data.mdb"))) throw unusable(dir, "data.mdb is not a file of LMDB");
  try {
    // overlappingSync would resolve a write once it is visible, and flush later; eventTurnBatching would delay each commit by a turn.
    return open({
      path: dir,
      noSubdir: false,
      overlappingSync: false,
      eventTurnBatching: false,
      mapSize: INITIAL_MAP_BYTES,
      encoding: "json",
    });
  } catch (error) {
    throw unusable(dir, error instanceof Error ? error.message : String(error), error);
  }
};

const MAGIC = 0xbeefc0de;
const MAGIC_AT = 24;

/** LMDB for Node dies by a segmentation fault on a file that is not its own, so the first page is looked at before. */
const isLogOrEmpty = (path: string): boolean => {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return true;
    throw error;
  }
  try {
    const head = Buffer.alloc(MAGIC_AT + 4);
    const length = readSync(file, head, 0, head.length, 0);
    return length === 0 || (length === head.length && head.readUInt32LE(MAGIC_AT) === MAGIC);
  } finally {
    closeSync(file);
  }
};

const unusable = (dir: string, reason: string, cause?: unknown): PipelineError =>
  new PipelineError(
    `The log ${dir} cannot be opened: ${reason}. Restore it from a copy, or move the folder away to begin anew.`,
    {
      code: "BUS_UNAVAILABLE",
      recovery: "exit",
      cause,
      details: { dir },
    },
  );

/** lmdb-js rejects with "see commitError", a promise that rejects with the true reason. */
const reasonOf = async (error: unknown): Promise<unknown> => {
  if (!(error instanceof Error) || !("commitError" in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
};

interface TreeStats {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

const pagesOf = (stats: TreeStats): number => stats.treeBranchPageCount + stats.treeLeafPageCount + stats.overflowPages;

const reusableBytes = (databases: readonly Pick<Database, "getStats">[]): number => {
  const all = databases.map(
    (database) => database.getStats() as TreeStats & { lastPageNumber: number; root: TreeStats; free: TreeStats },
  );
  const [first] = all;
  if (first === undefined) return 0;
  const used = all.reduce((pages, stats) => pages + pagesOf(stats), pagesOf(first.root) + pagesOf(first.free)) + 2;
  return Math.max(0, first.lastPageNumber + 1 - used) * first.pageSize;
};
