import { instantOf, type Delivered, type Lane, type Topic } from "@molva/contracts";
import { decodeValue } from "../message-codec.ts";
import type { Cluster, StoredMessage } from "./kafka-client.ts";
import type { Positions } from "./kafka-positions.ts";
import { laneTopic } from "./kafka-topics.ts";
import type { Wire } from "./kafka-wire.ts";

export interface Reader {
  /** Append time of the message at an offset, in milliseconds since 1970; null when it is not there any more. */
  appendedAt(topic: string, lane: Lane, partition: number, offset: number): Promise<number | null>;
  read<T>(topic: Topic<T>, lane: Lane, from: bigint): AsyncGenerator<Delivered<T>>;
}

const FETCH_BYTES = 1024 * 1024;
const READ_UNCOMMITTED = 0;
const WAIT_MS = 100;

export const createReader = (wire: Wire, positions: Positions, prefix: string): Reader => {
  const fetchFrom = async (
    cluster: Cluster,
    topic: string,
    partition: number,
    offset: number,
    maxBytes: number,
  ): Promise<readonly StoredMessage[]> => {
    const leader = cluster
      .findTopicPartitionMetadata(topic)
      .find(({ partitionId }) => partitionId === partition)?.leader;
    const broker = await cluster.findBroker({ nodeId: leader ?? -1 });
    const { responses } = await broker.fetch({
      maxWaitTime: WAIT_MS,
      minBytes: 1,
      maxBytes,
      isolationLevel: READ_UNCOMMITTED,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes }] }],
    });
    // A record batch comes whole, also when it begins before the offset.
    return responses
      .flatMap(({ partitions }) => partitions.flatMap(({ messages }) => messages))
      .filter((message) => Number(message.offset) >= offset && message.isControlRecord !== true);
  };

  async function* readPartition<T>(
    topic: Topic<T>,
    lane: Lane,
    partition: number,
    from: number,
    end: number,
  ): AsyncGenerator<Delivered<T>> {
    const name = laneTopic(prefix, topic.name, lane);
    for (let next = from; next < end;) {
      const messages = await wire.ask(`reading ${name}`, [name], (cluster) =>
        fetchFrom(cluster, name, partition, next, FETCH_BYTES),
      );
      for (const { offset, timestamp, value } of messages) {
        if (Number(offset) >= end) return;
        const decoded = decodeValue(topic, value ?? Buffer.alloc(0));
        if (decoded.ok)
          yield { value: decoded.value, offset: BigInt(offset), appendedAt: instantOf(Number(timestamp)) };
        next = Number(offset) + 1;
      }
    }
  }

  return {
    appendedAt: async (topic, lane, partition, offset) => {
      const name = laneTopic(prefix, topic, lane);
      const [first] = await wire.ask(`reading ${name}`, [name], (cluster) =>
        fetchFrom(cluster, name, partition, offset, 1),
      );
      return first === undefined ? null : Number(first.timestamp);
    },
    async *read(topic, lane, from) {
      const standing = (await positions.of(topic.name, null)).filter((position) => position.lane === lane);
      const runs = standing.map(({ partition, low, high }) =>
        readPartition(topic, lane, partition, Math.max(low, Number(from)), high),
      );
      yield* oldestFirst(runs);
    },
  };
};

/** Merges runs that are each in the order of their append times. */
async function* oldestFirst<T>(runs: readonly AsyncGenerator<Delivered<T>>[]): AsyncGenerator<Delivered<T>> {
  const heads = await Promise.all(runs.map(async (run) => ({ run, head: await run.next() })));
  for (;;) {
    const [oldest] = heads
      .filter(({ head }) => head.done !== true)
      .toSorted((a, b) => (a.head.value?.appendedAt ?? "").localeCompare(b.head.value?.appendedAt ?? ""));
    if (oldest === undefined || oldest.head.done === true) return;
    yield oldest.head.value;
    oldest.head = await oldest.run.next();
  }
}
