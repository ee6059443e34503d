import { mkdir } from "node:fs/promises";
import { PipelineError, type Log, type Store } from "@molva/contracts";
import { connectChdb } from "./chdb.ts";
import { DEFAULT_LIMITS, type Limits } from "./session.ts";
import { MIGRATIONS_FOLDER, migrate, readMigrations, type Migration } from "./migrate.ts";
import { pipelineErrorOf } from "./engine-error.ts";
import { storeOver } from "./store-over.ts";

export interface StoreOptions {
  /** The folder of the engine, made when absent. A process opens one folder at a time, and a folder has one process. */
  readonly path: string;
  /** Default `molva`. Several databases of one folder may be open side by side: a cheap fresh store for each test. */
  readonly database?: string;
  /** Sessions for queries, 1 to 4, default 2; the writer has its own. */
  readonly readers?: number;
  readonly limits?: Partial<Limits>;
  /** The folder of the numbered SQL files, or the migrations themselves. Default: the product's. */
  readonly migrations?: URL | readonly Migration[];
  readonly log?: Log;
}

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const usage = (message: string): PipelineError => new PipelineError(message, { code: "USAGE", recovery: "exit" });

/**
 * Opens the store on the engine in this process and brings its tables up to date. Close it: an open one keeps the folder.
 * @throws {PipelineError} `FOLDER_LOCKED` (exit), `VERSION_MISMATCH` (exit), `STORE_UNAVAILABLE`.
 */
export const openStore = async (options: StoreOptions): Promise<Store & AsyncDisposable> => {
  const database = options.database ?? "molva";
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(database)) throw usage(`database ${database}: use small letters, digits and _, with a letter first`);
  const readers = options.readers ?? 2;
  if (!Number.isInteger(readers) || readers < 1 || readers > 4) throw usage(`readers ${readers}: use 1 to 4`);
  const log = options.log ?? SILENT;
  const migrations = Array.isArray(options.migrations) ? (options.migrations as readonly Migration[]) : await readMigrations((options.migrations as URL | undefined) ?? MIGRATIONS_FOLDER);
  await mkdir(options.path, { recursive: true });
  const connect = connectChdb(options.path, database, { ...DEFAULT_LIMITS, ...options.limits });
  const writer = await connect("statements").catch((error: unknown) => {
    throw pipelineErrorOf(error, "open");
  });
  try {
    await migrate(writer, migrations, log);
    const sessions = await Promise.all(Array.from({ length: readers }, async () => connect("statements")));
    return storeOver({ writer, readers: sessions, connect, log });
  } catch (error) {
    await writer.close();
    throw pipelineErrorOf(error, "migrate");
  }
};
