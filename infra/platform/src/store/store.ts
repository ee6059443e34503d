import { mkdir } from "node:fs/promises";
import { PipelineError, type Log, type Store } from "@molva/contracts";
import { connectChdb } from "./chdb.ts";
import { DEFAULT_LIMITS, type Limits, type Purpose, type Session } from "./session.ts";
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
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(database))
    throw usage(`database ${database}: use small letters, digits and _, with a letter first`);
  const readers = options.readers ?? 2;
  if (!Number.isInteger(readers) || readers < 1 || readers > 4) throw usage(`readers ${readers}: use 1 to 4`);
  const log = options.log ?? SILENT;
  const source = options.migrations ?? MIGRATIONS_FOLDER;
  const migrations = source instanceof URL ? await readMigrations(source) : source;
  await mkdir(options.path, { recursive: true });
  const connect = connectChdb(options.path, database, { ...DEFAULT_LIMITS, ...options.limits });
  const sessions: Session[] = [];
  const opened = async (purpose: Purpose): Promise<Session> => {
    const session = await connect(purpose);
    sessions.push(session);
    return session;
  };
  try {
    const writer = await opened("write");
    await migrate(writer, migrations, log);
    for (let reader = 0; reader < readers; reader += 1) await opened("read");
    return storeOver({ writer, readers: sessions.slice(1), connect });
  } catch (error) {
    await Promise.all(sessions.map(async (session) => session.close()));
    throw pipelineErrorOf(error, "open");
  }
};
