import { join } from "node:path";
import { PipelineError, type Log } from "@molva/contracts";
import {
  openStore,
  serveClickHouse,
  type Config,
  type EmbeddedStore,
  type Environment,
  type HttpUser,
} from "@molva/platform";

type StoreConfig = NonNullable<Config["store"]>;

const secretOf = (environment: Environment, name: "MOLVA_STORE_PASSWORD" | "MOLVA_STORE_HTTP_PASSWORD"): string => {
  const secret = environment[name];
  if (secret !== undefined) return secret;
  throw new PipelineError(`The environment lacks ${name}: store.http asks for a password (see .env.example)`, {
    code: "CONFIG_INVALID",
    recovery: "exit",
  });
};

const reader = ({ http }: StoreConfig, environment: Environment): HttpUser => ({
  name: http?.user ?? "reader",
  password: secretOf(environment, "MOLVA_STORE_HTTP_PASSWORD"),
  readonly: true,
});

const served = async (options: Parameters<typeof serveClickHouse>[0]): Promise<StoreServer> => {
  try {
    return await serveClickHouse(options);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "EADDRINUSE") throw error;
    throw new PipelineError(
      `store.http: another program listens at ${options.host}:${options.port}. Set another port; 0 picks a free one`,
      { code: "USAGE", recovery: "exit", cause: error },
    );
  }
};

export interface StoreServer {
  readonly url: string;
  close(): Promise<void>;
}

interface ServerParts {
  readonly config: StoreConfig;
  readonly environment: Environment;
  readonly log: Log;
}

/** ClickHouse's HTTP interface in front of the engine that is open here: people and Grafana read, and nobody writes past the log. */
export const serveReaders = async (
  engine: EmbeddedStore["engine"],
  { config, environment, log }: ServerParts,
): Promise<StoreServer> => {
  const { host = "127.0.0.1", port = 0 } = config.http ?? {};
  return served({ store: { engine }, host, port, users: [reader(config, environment)], log });
};

/**
 * The store alone, for processes that share it where there is no ClickHouse server: `store.user` writes, `store.http.user` reads.
 * Closing it closes the engine too.
 */
export const serveStore = async (dataDir: string, parts: ServerParts): Promise<StoreServer> => {
  const { config, environment, log } = parts;
  const writer = { name: config.user, password: secretOf(environment, "MOLVA_STORE_PASSWORD"), readonly: false };
  const users = config.http?.user === config.user ? [writer] : [writer, reader(config, environment)];
  const { host = "127.0.0.1", port = 0 } = config.http ?? {};
  const store = await openStore({ path: join(dataDir, "store"), database: config.database, log });
  try {
    const server = await served({ store, host, port, users, log });
    return {
      url: server.url,
      close: async () => {
        await server.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
};
