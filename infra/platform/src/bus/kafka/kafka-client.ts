import kafkajs, { type Admin, type Consumer, type Kafka, type Producer } from "kafkajs";
import type { KafkaSettings } from "./kafka-options.ts";
import { createSockets, type Sockets } from "./kafka-sockets.ts";

export type { Admin, Consumer, EachBatchPayload, ISocketFactory, Producer } from "kafkajs";

// Node finds none of these names in the package by itself, as it is CommonJS.
const { ConfigResourceTypes, Kafka: KafkaClient, Partitioners, logLevel } = kafkajs;

/** A message as kafkajs decodes it. */
export interface StoredMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly value: Buffer | null;
  readonly isControlRecord?: boolean;
}

interface PartitionOffset {
  readonly partition: number;
  readonly offset: string;
}

/** One broker of `Cluster`: single requests of the protocol. */
interface Broker {
  fetch(request: {
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly isolationLevel: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly fetchOffset: string;
        readonly maxBytes: number;
      }[];
    }[];
  }): Promise<{
    readonly responses: readonly { readonly partitions: readonly { readonly messages: StoredMessage[] }[] }[];
  }>;
  offsetFetch(request: {
    readonly groupId: string;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number }[];
    }[];
  }): Promise<{
    readonly responses: readonly { readonly topic: string; readonly partitions: readonly PartitionOffset[] }[];
  }>;
  offsetCommit(request: {
    readonly groupId: string;
    readonly groupGenerationId: number;
    readonly memberId: string;
    readonly topics: readonly { readonly topic: string; readonly partitions: readonly PartitionOffset[] }[];
  }): Promise<unknown>;
}

/**
 * What kafkajs' consumer and admin stand on, and which it does not export: requests to a partition's leader without a group.
 * kafkajs is pinned to 2.2.4, which will not change any more.
 */
export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  isConnected(): boolean;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  /** Numbers, as texts. */
  getNodeIds(): readonly string[];
  findBroker(node: { readonly nodeId: number }): Promise<Broker>;
  findGroupCoordinator(group: { readonly groupId: string }): Promise<Broker>;
  findTopicPartitionMetadata(
    topic: string,
  ): readonly { readonly partitionId: number; readonly leader: number; readonly replicas: readonly number[] }[];
  fetchTopicsOffset(
    topics: readonly {
      readonly topic: string;
      readonly fromBeginning?: boolean;
      readonly fromTimestamp?: number;
      readonly partitions: readonly { readonly partition: number }[];
    }[],
  ): Promise<readonly { readonly topic: string; readonly partitions: readonly PartitionOffset[] }[]>;
}

export const TOPIC_RESOURCE = ConfigResourceTypes.TOPIC;

/** Each has connections of its own; whoever makes one disconnects it. */
export interface KafkaClient {
  /** Tries once: for finding out whether we are let in at all. */
  impatientAdmin(): Admin;
  admin(): Admin;
  producer(): Producer;
  /** Plain sends without sequence numbers, for what may be there twice. */
  plainProducer(): Producer;
  consumer(groupId: string): Consumer;
  cluster(): Cluster;
}

/** A handler is never called while a fetch waits: this bounds how long a stop, a pause's end or a held lane waits for it, in milliseconds. */
const FETCH_WAIT_MS = 300;
/** Per partition and fetch. A larger batch comes whole all the same: the broker always sends the first one. */
const FETCH_BYTES = 4 * 1024 * 1024;
const METADATA_AGE_MS = 60_000;
const READ_UNCOMMITTED = 0;
/** About 25 s in all: longer than a broker's restart, short enough to tell a person. */
const RETRY = { initialRetryTime: 100, multiplier: 2, maxRetryTime: 3_000, retries: 12 };

/** The only file that knows kafkajs. */
export const createKafkaClient = (settings: KafkaSettings): KafkaClient => {
  const { log } = settings;
  const connection = (sockets: Sockets, retry: typeof RETRY = RETRY): Kafka =>
    new KafkaClient({
      socketFactory: sockets.open,
      brokers: [...settings.brokers],
      clientId: settings.clientId,
      ssl: typeof settings.ssl === "boolean" ? settings.ssl : tlsOf(settings.ssl),
      ...(settings.sasl === null ? {} : { sasl: saslOf(settings.sasl) }),
      connectionTimeout: 5_000,
      authenticationTimeout: 10_000,
      requestTimeout: 30_000,
      retry,
      logLevel: logLevel.WARN,
      // kafkajs repeats what it reports as an error; the errors that count are thrown and logged once by who handles them.
      logCreator:
        () =>
        ({ namespace, log: entry }) =>
          log.debug("kafka.client", { namespace, message: entry.message }),
    });
  /** What is made has connections of its own, and none of them outlives its `disconnect`. */
  const owned = <T extends { disconnect(): Promise<void> }>(make: (kafka: Kafka) => T, retry?: typeof RETRY): T => {
    const sockets = createSockets();
    const made = make(connection(sockets, retry));
    const disconnect = made.disconnect.bind(made);
    made.disconnect = () => disconnect().finally(sockets.close);
    return made;
  };
  return {
    impatientAdmin: () => owned((kafka) => kafka.admin(), { ...RETRY, retries: 0 }),
    admin: () => owned((kafka) => kafka.admin()),
    producer: () =>
      owned((kafka) =>
        kafka.producer({
          idempotent: true,
          maxInFlightRequests: 1,
          allowAutoTopicCreation: false,
          metadataMaxAge: METADATA_AGE_MS,
          createPartitioner: Partitioners.DefaultPartitioner,
          retry: RETRY,
        }),
      ),
    plainProducer: () =>
      owned((kafka) =>
        kafka.producer({
          allowAutoTopicCreation: false,
          metadataMaxAge: METADATA_AGE_MS,
          createPartitioner: Partitioners.DefaultPartitioner,
          retry: RETRY,
        }),
      ),
    consumer: (groupId) =>
      owned((kafka) =>
        kafka.consumer({
          groupId,
          sessionTimeout: settings.sessionTimeoutMs,
          rebalanceTimeout: settings.rebalanceTimeoutMs,
          heartbeatInterval: heartbeatMsOf(settings),
          maxWaitTimeInMs: FETCH_WAIT_MS,
          minBytes: 1,
          maxBytesPerPartition: FETCH_BYTES,
          maxBytes: 16 * FETCH_BYTES,
          metadataMaxAge: METADATA_AGE_MS,
          allowAutoTopicCreation: false,
          readUncommitted: true,
          // A crashed consumer is replaced by a new one of ours; its own restart is where kafkajs falls silent.
          retry: { ...RETRY, restartOnFailure: () => Promise.resolve(false) },
        }),
      ),
    cluster: () => owned(clusterOf),
  };
};

export const heartbeatMsOf = ({ sessionTimeoutMs }: Pick<KafkaSettings, "sessionTimeoutMs">): number =>
  Math.max(100, Math.floor(Math.min(3_000, sessionTimeoutMs / 3)));

const tlsOf = ({ ca, cert, key }: { readonly ca?: string; readonly cert?: string; readonly key?: string }) => ({
  ...(ca === undefined ? {} : { ca: [ca] }),
  ...(cert === undefined ? {} : { cert }),
  ...(key === undefined ? {} : { key }),
});

/** kafkajs' type is a union by mechanism, so each is spelled out. */
const saslOf = ({ mechanism, username, password }: NonNullable<KafkaSettings["sasl"]>) => {
  if (mechanism === "plain") return { mechanism, username, password };
  return mechanism === "scram-sha-256" ? { mechanism, username, password } : { mechanism, username, password };
};

type CreateCluster = (options: {
  readonly metadataMaxAge: number;
  readonly allowAutoTopicCreation: boolean;
  readonly isolationLevel: number;
}) => Cluster;

const clusterOf = (kafka: Kafka): Cluster => {
  const key = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === "private:Kafka:createCluster",
  );
  if (key === undefined)
    throw new TypeError("This is not kafkajs 2.2.4: it makes no clusters. Install the pinned one.");
  const create = (kafka as unknown as Record<symbol, CreateCluster | undefined>)[key];
  if (create === undefined)
    throw new TypeError("This is not kafkajs 2.2.4: it makes no clusters. Install the pinned one.");
  return create({
    metadataMaxAge: METADATA_AGE_MS,
    allowAutoTopicCreation: false,
    isolationLevel: READ_UNCOMMITTED,
  });
};
