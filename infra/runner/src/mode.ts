import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { PipelineError } from "@molva/contracts";
import type { ClusterOptions, Config, Environment } from "@molva/platform";
import type { Mode } from "./compose.ts";

type Kafka = NonNullable<Config["bus"]>["kafka"];

const pem = async (configPath: string, file: string, key: string): Promise<string> => {
  const path = resolve(dirname(configPath), file);
  return readFile(path, "utf8").catch((error: unknown) => {
    throw new PipelineError(
      `bus.kafka.ssl.${key}: ${path} cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "?"}). Name the file, or take the key out`,
      { code: "CONFIG_INVALID", recovery: "exit" },
    );
  });
};

const tlsOf = async ({ ssl }: Kafka, configPath: string) => {
  if (typeof ssl === "boolean") return ssl;
  return {
    ...(ssl.ca === undefined ? {} : { ca: await pem(configPath, ssl.ca, "ca") }),
    ...(ssl.cert === undefined ? {} : { cert: await pem(configPath, ssl.cert, "cert") }),
    ...(ssl.key === undefined ? {} : { key: await pem(configPath, ssl.key, "key") }),
  };
};

/** What must be in the environment for several processes, and is not. */
const missingSecrets = ({ sasl }: Kafka, environment: Environment): readonly string[] => {
  const needed: readonly (readonly [keyof Environment, string])[] = [
    ["MOLVA_STORE_PASSWORD", "the password of store.user at store.url"],
    ["MOLVA_AUTHOR_KEY", "the key of the authors' hash, the same for every process"],
    ...(sasl === undefined
      ? []
      : ([
          ["KAFKA_USERNAME", "who signs in at Kafka"],
          ["KAFKA_PASSWORD", "their password"],
        ] as const)),
  ];
  return needed.filter(([name]) => environment[name] === undefined).map(([name, what]) => `${name}: ${what}`);
};

export interface ModeParts {
  readonly configPath: string | null;
  /** Null: the built-in demo, which runs in one process. */
  readonly config: Config | null;
  readonly environment: Environment;
  readonly dataDir: string;
  /** Whether opening waits for brokers that do not answer yet. Default true. */
  readonly waitsForBrokers?: boolean;
}

/**
 * How a configuration wants to run.
 * @throws {PipelineError} `CONFIG_INVALID` (exit) naming every secret that the environment lacks, and files that cannot be read.
 */
export const modeOf = async ({ waitsForBrokers = true, ...parts }: ModeParts): Promise<Mode> => {
  const { configPath, config, environment, dataDir } = parts;
  const [kafka, store] = [config?.bus?.kafka, config?.store];
  if (configPath === null || kafka === undefined || store?.url === undefined) {
    return { mode: "embedded", dataDir, database: store?.database ?? "molva" };
  }
  const missing = missingSecrets(kafka, environment);
  if (missing.length > 0) {
    throw new PipelineError(`The environment lacks what ${configPath} needs:\n  ${missing.join("\n  ")}`, {
      code: "CONFIG_INVALID",
      recovery: "exit",
    });
  }
  return {
    mode: "distributed",
    kafka: {
      brokers: kafka.brokers,
      topicPrefix: kafka.topicPrefix,
      partitions: kafka.partitions,
      replication: kafka.replication,
      sessionTimeoutMs: kafka.sessionTimeout,
      waitsForBrokers,
      ssl: await tlsOf(kafka, configPath),
      ...(kafka.sasl === undefined
        ? {}
        : {
            sasl: {
              mechanism: kafka.sasl.mechanism,
              username: environment.KAFKA_USERNAME ?? "",
              password: environment.KAFKA_PASSWORD ?? "",
            },
          }),
    },
    store: {
      url: store.url,
      user: store.user,
      password: environment.MOLVA_STORE_PASSWORD ?? "",
      database: store.database,
      ...(store.cluster === undefined ? {} : { cluster: clusterOf(store.cluster) }),
    },
  };
};

const clusterOf = ({ name, keeperPath }: NonNullable<NonNullable<Config["store"]>["cluster"]>): ClusterOptions => ({
  name,
  ...(keeperPath === undefined ? {} : { keeperPath }),
});
