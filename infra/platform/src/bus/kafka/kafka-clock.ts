import { setTimeout as delay } from "node:timers/promises";
import type { KafkaClient, Producer } from "./kafka-client.ts";
import { asKafkaError } from "./kafka-errors.ts";
import type { Topics } from "./kafka-topics.ts";
import type { Wire } from "./kafka-wire.ts";

/** What the brokers' clocks show, found out by appending. */
export interface BrokerClock {
  /**
   * Appends an empty record on every broker that is up and resolves to the earliest of the times they gave it: what is
   * appended to any topic after this resolves gets this time or a later one. In milliseconds since 1970.
   */
  tick(): Promise<number>;
  close(): Promise<void>;
}

const TOPIC = "clock";
const HOUR_MS = 3_600_000;
const CONFIG = {
  "message.timestamp.type": "LogAppendTime",
  "cleanup.policy": "delete",
  "retention.ms": String(HOUR_MS),
  "segment.bytes": String(1024 * 1024),
};
const TRIES = 5;
const PAUSE_MS = 200;

/** One partition on each broker, without copies: its leader is that broker or nobody. */
export const createBrokerClock = (client: KafkaClient, wire: Wire, topics: Topics, prefix: string): BrokerClock => {
  const name = `${prefix}${TOPIC}`;
  let producer: Promise<Producer> | null = null;
  let made = false;
  const ready = (): Promise<Producer> =>
    (producer ??= (async () => {
      const opened = client.plainProducer();
      await opened.connect();
      return opened;
    })());

  const make = async (): Promise<void> => {
    if (made) return;
    const nodes = await wire.ask("asking for the brokers", [], (cluster) =>
      Promise.resolve(cluster.getNodeIds().map(Number)),
    );
    await topics.create(name, nodes, CONFIG);
    made = true;
  };
  /** Partitions whose broker is up, and brokers that have none yet. */
  const layout = () =>
    wire.ask(`reading the clock ${name}`, [name], (cluster) => {
      const up = new Set(cluster.getNodeIds().map(Number));
      const partitions = cluster.findTopicPartitionMetadata(name);
      return Promise.resolve({
        all: partitions.length,
        live: partitions.filter(({ leader }) => up.has(leader)).map(({ partitionId }) => partitionId),
        without: [...up].filter((node) => !partitions.some(({ replicas }) => replicas.includes(node))),
      });
    });

  const once = async (): Promise<number> => {
    await make();
    const { all, live, without } = await layout();
    if (without.length > 0) await topics.extend(name, all, without);
    const answers = await (
      await ready()
    ).send({ topic: name, acks: -1, messages: live.map((partition) => ({ partition, value: null })) });
    const times = answers.map(({ logAppendTime }) => Number(logAppendTime ?? Number.NaN));
    if (times.length === 0 || times.some((time) => !Number.isFinite(time) || time < 0))
      throw new TypeError(`The clock ${name} has times that are not its brokers'.`);
    return Math.min(...times);
  };

  return {
    tick: async () => {
      for (let tries = 1; ; tries++) {
        try {
          return await once();
        } catch (error) {
          const fault = asKafkaError(`asking the brokers' clocks by ${name}`, error);
          if (tries >= TRIES || fault.recovery !== "retry") throw fault;
          await delay(PAUSE_MS);
        }
      }
    },
    close: async () => {
      await (await producer?.catch(() => null))?.disconnect();
    },
  };
};
