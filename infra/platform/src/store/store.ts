import { mkdir } from "node:fs/promises";
import { PipelineError, type Log, type Store } from "@molva/contracts";
import { chdbEngine, connectChdb } from "./chdb.ts";
import { clusterMigrations, type ClusterOptions } from "./cluster.ts";
import type { Engine } from "./engine.ts";
import { pipelineErrorOf } from "./engine-error.ts";
import { connectHttp } from "./http.ts";
import { MIGRATIONS_FOLDER, isMigrated, migrate, readMigrations, type Migration } from "./migrate.ts";
import { inTurn } from "./migration-turn.ts";
import { DEFAULT_LIMITS, type Connect, type Limits, type Purpose, type Session } from "./session.ts";
import { storeOver } from "./store-over.ts";

interface CommonOptions {
  /** Default `molva`. Several databases of one folder may be open side by side: a cheap fresh store for each test. */
  readonly database?: string;
  /** Sessions for queries, 1 to 4, default 2; the writer has its own. */
  readonly readers?: number;
  readonly limits?: Partial<Limits>;
  /** The folder of the numbered SQL files, or the migrations themselves. Default: the product's. */
  readonly migrations?: URL | readonly Migration[];
  readonly log?: Log;
}

/** The engine in this process. */
export interface EmbeddedStoreOptions extends CommonOptions {
  /** The folder of the engine, made when absent. A process opens one folder at a time, and a folder has one process. */
  readonly path: string;
}

/** A ClickHouse server. */
export interface ServerStoreOptions extends CommonOptions {
  /** Its HTTP interface, for example `http://127.0.0.1:8123`; no name or password in it. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Makes replicated tables under distributed ones. Default: one server. */
  readonly cluster?: ClusterOptions;
}

export type StoreOptions = EmbeddedStoreOptions | ServerStoreOptions;

export type OpenedStore = Store & AsyncDisposable;
/** With the way to the engine, for `serveClickHouse`. */
export type EmbeddedStore = OpenedStore & { readonly engine: Engine };

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const usage = (message: string): PipelineError => new PipelineError(message, { code: "USAGE", recovery: "exit" });

const connectFor = async (options: StoreOptions, database: string): Promise<Connect> => {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  if ("path" in options) {
    await mkdir(options.path, { recursive: true });
    return connectChdb(options.path, database, limits);
  }
  if (!/^https?:\/\/[^/@?#]+\/?$/.test(options.url))
    throw usage("store.url: write it as http://HOST:PORT or https://HOST:PORT, without a name, a password or a path");
  return connectHttp(options, database, limits);
};

interface OpenStore {
  (options: EmbeddedStoreOptions): Promise<EmbeddedStore>;
  (options: StoreOptions): Promise<OpenedStore>;
}

/**
 * Opens the store, on the engine in this process or on a server, and brings its tables up to date first. Close it: an
 * open one keeps the folder, or its connections.
 * @throws {PipelineError} `FOLDER_LOCKED` (exit), `VERSION_MISMATCH` (exit), `STORE_UNAVAILABLE` (retry when a server does not answer, exit when a folder does not open or the server refuses the password).
 */
export const openStore: OpenStore = async (options: StoreOptions): Promise<EmbeddedStore> => {
  const database = options.database ?? "molva";
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(database))
    throw usage(`database ${database}: use small letters, digits and _, with a letter first`);
  const readers = options.readers ?? 2;
  if (!Number.isInteger(readers) || readers < 1 || readers > 4) throw usage(`readers ${readers}: use 1 to 4`);
  const log = options.log ?? SILENT;
  const source = options.migrations ?? MIGRATIONS_FOLDER;
  const read = source instanceof URL ? await readMigrations(source) : source;
  const cluster = "path" in options ? undefined : options.cluster;
  const migrations = cluster === undefined ? read : clusterMigrations(read, cluster);
  const connect = await connectFor(options, database);
  const sessions: Session[] = [];
  const opened = async (purpose: Purpose): Promise<Session> => {
    const session = await connect(purpose);
    sessions.push(session);
    return session;
  };
  try {
    const writer = await opened("write");
    if ("path" in options) await migrate(writer, migrations, log);
    else if (!(await isMigrated(writer, migrations)))
      await inTurn(writer, async () => migrate(writer, migrations, log, cluster), log);
    for (let reader = 0; reader < readers; reader += 1) await opened("read");
    const store = storeOver({ writer, readers: sessions.slice(1), connect });
    // Only the overload for a folder tells its caller of the engine.
    return "path" in options ? { ...store, engine: chdbEngine(options.path, database) } : (store as EmbeddedStore);
  } catch (error) {
    await Promise.all(sessions.map(async (session) => session.close()));
    throw pipelineErrorOf(error, "open");
  }
};
