import { setTimeout as delay } from "node:timers/promises";
import { LANES, PipelineError, type Lane, type Log } from "@molva/contracts";
import { TOPIC_RESOURCE, type Admin } from "./kafka-client.ts";
import type { Closing } from "./kafka-closing.ts";
import { asKafkaError, typeOf } from "./kafka-errors.ts";
import type { KafkaSettings } from "./kafka-options.ts";

/** Largest record batch of topics that we make: two texts of the longest kind, each unit escaped, with room. In bytes. */
const MESSAGE_BYTES = 8 * 1024 * 1024;

export interface Topics {
  /** Both lanes stand, with the log's own times. Resolves to the largest record batch they take, in bytes. */
  ensure(topic: string): Promise<number>;
  /** Makes a topic of our own beside the lanes when it is missing: one partition on each of these brokers, without copies. */
  create(name: string, brokers: readonly number[], config: Readonly<Record<string, string>>): Promise<void>;
  /** Adds a partition on each of these brokers to a topic of `count` partitions. */
  extend(name: string, count: number, brokers: readonly number[]): Promise<void>;
}

export const laneTopic = (prefix: string, topic: string, lane: Lane): string => `${prefix}${topic}.${lane}`;
/** One Kafka group for each topic that a group reads: kafkajs' members of one group must all read the same. */
export const groupIdOf = (prefix: string, topic: string, group: string): string => `${prefix}${topic}.${group}`;

const entriesOf = (config: Readonly<Record<string, string>>): { name: string; value: string }[] =>
  Object.entries(config).map(([name, value]) => ({ name, value }));

export const createTopics = (admin: Admin, settings: KafkaSettings, closing: Closing, log: Log): Topics => {
  const { topicPrefix: prefix, partitions, replication } = settings;
  const known = new Map<string, Promise<number>>();
  const config = {
    // The order of the log is the brokers' order: a producer's clock must have no say.
    "message.timestamp.type": "LogAppendTime",
    "max.message.bytes": String(MESSAGE_BYTES),
    "cleanup.policy": "delete",
    // Only `retain` deletes: below every group's offset, never by age alone.
    "retention.ms": "-1",
    "retention.bytes": "-1",
    ...(replication >= 3 ? { "min.insync.replicas": "2" } : {}),
  };

  const make = async (topic: string): Promise<number> => {
    const names = LANES.map((lane) => laneTopic(prefix, topic, lane));
    const there = new Set(await admin.listTopics());
    const missing = names.filter((name) => !there.has(name));
    if (missing.length > 0)
      await admin.createTopics({
        waitForLeaders: false,
        topics: missing.map((name) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor: replication,
          configEntries: entriesOf(config),
        })),
      });
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: names.map((name) => ({ type: TOPIC_RESOURCE, name, configNames: Object.keys(config) })),
    });
    const limits = resources.map(({ resourceName, configEntries }) => {
      const valueOf = (key: string): string | undefined =>
        configEntries.find(({ configName }) => configName === key)?.configValue;
      if (valueOf("message.timestamp.type") !== "LogAppendTime") throw foreignTimes(resourceName);
      if (valueOf("retention.ms") !== "-1" || valueOf("cleanup.policy") !== "delete")
        log.warn("kafka.topic.loses", {
          topic: resourceName,
          retentionMs: valueOf("retention.ms"),
          cleanup: valueOf("cleanup.policy"),
        });
      return Number(valueOf("max.message.bytes"));
    });
    return Math.min(...limits);
  };

  return {
    ensure: (topic) => {
      const found = known.get(topic);
      if (found !== undefined) return found;
      const making = closing
        .orClosed(() => patiently(`preparing the topic ${prefix}${topic}`, () => make(topic)))
        .catch((error: unknown) => {
          known.delete(topic);
          throw error;
        });
      known.set(topic, making);
      return making;
    },
    create: async (name, brokers, own) => {
      await admin.createTopics({
        waitForLeaders: false,
        topics: [
          {
            topic: name,
            replicaAssignment: brokers.map((broker, partition) => ({ partition, replicas: [broker] })),
            configEntries: entriesOf(own),
          },
        ],
      });
    },
    extend: async (name, count, brokers) => {
      await admin.createPartitions({
        topicPartitions: [
          { topic: name, count: count + brokers.length, assignments: brokers.map((broker) => [broker]) },
        ],
      });
    },
  };
};

const TRIES = 10;
const FIRST_PAUSE_MS = 20;
const MOST_PAUSE_MS = 1_000;

/**
 * A topic that was just made is unknown to some brokers for a moment, which kafkajs takes for an error. And brokers that have just come up take requests
 * before the controller counts them: until then they are too few for any replication.
 */
const patiently = async <R>(what: string, work: () => Promise<R>): Promise<R> => {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const fault = asKafkaError(what, error);
      const mayPass = fault.recovery === "retry" || typeOf(error) === "INVALID_REPLICATION_FACTOR";
      if (!mayPass || tries === TRIES) throw fault;
      await delay(Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries));
    }
  }
};

const foreignTimes = (topic: string): PipelineError =>
  new PipelineError(
    `The topic ${topic} keeps its producers' times, and Molva counts by the log's own. Set message.timestamp.type=LogAppendTime on it (kafka-configs.sh --alter --topic ${topic} --add-config …) while it is empty, or choose another bus.kafka.topicPrefix.`,
    { code: "CONFIG_INVALID", recovery: "exit", details: { topic } },
  );
