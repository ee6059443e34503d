import { LANES, type Lane } from "@molva/contracts";
import type { Cluster } from "./kafka-client.ts";
import { asKafkaError, typeOf } from "./kafka-errors.ts";
import { groupIdOf, laneTopic } from "./kafka-topics.ts";
import type { Wire } from "./kafka-wire.ts";

/** Where one partition stands, and a group in it. Messages `low … high − 1` are stored. */
export interface Position {
  readonly lane: Lane;
  readonly partition: number;
  readonly low: number;
  readonly high: number;
  /** First offset that the group has not acknowledged; null when it never committed one. */
  readonly committed: number | null;
}

export const unacknowledged = ({ low, high, committed }: Position): number =>
  Math.min(high, Math.max(low, committed ?? low));
export const lagOf = (positions: readonly Position[]): number =>
  positions.reduce((sum, position) => sum + position.high - unacknowledged(position), 0);

export interface Positions {
  of(topic: string, group: string | null): Promise<readonly Position[]>;
  /** First offset after the last message of each partition of one lane. */
  ends(topic: string, lane: Lane): Promise<ReadonlyMap<number, number>>;
  /** The first offset of each partition whose message was appended at `time` or later (milliseconds since 1970); its end when none was. */
  since(topic: string, lane: Lane, time: number): Promise<ReadonlyMap<number, number>>;
  /** A new group's place is the oldest message, and known to the brokers from now on: `retain` keeps what it needs. No effect on a known group. */
  register(topic: string, group: string): Promise<void>;
  /** What every group committed that has a place in one of the lanes: `[lane/partition] → lowest offset that some group needs`. */
  needed(topic: string, groupIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

type Asked = Readonly<{ fromBeginning: boolean } | { fromTimestamp: number }>;
/** Lane → partition → offset. */
type Offsets = ReadonlyMap<Lane, ReadonlyMap<number, number>>;

export const placeKey = (lane: Lane, partition: number): string => `${lane}/${partition}`;

export const createPositions = (wire: Wire, prefix: string): Positions => {
  const namesOf = (topic: string): readonly string[] => LANES.map((lane) => laneTopic(prefix, topic, lane));
  const partitionsOf = (cluster: Cluster, name: string): { partition: number }[] =>
    cluster.findTopicPartitionMetadata(name).map(({ partitionId }) => ({ partition: partitionId }));
  const byLane = (
    topic: string,
    answer: readonly { topic: string; partitions: readonly { partition: number; offset: string }[] }[],
  ): Offsets =>
    new Map(
      LANES.map((lane) => [
        lane,
        new Map(
          answer
            .filter(({ topic: name }) => name === laneTopic(prefix, topic, lane))
            .flatMap(({ partitions }) => partitions.map(({ partition, offset }) => [partition, Number(offset)])),
        ),
      ]),
    );

  const offsets = async (
    cluster: Cluster,
    topic: string,
    asked: Asked,
    lanes: readonly Lane[] = LANES,
  ): Promise<Offsets> =>
    byLane(
      topic,
      await cluster.fetchTopicsOffset(
        lanes.map((lane) => {
          const name = laneTopic(prefix, topic, lane);
          return { topic: name, partitions: partitionsOf(cluster, name), ...asked };
        }),
      ),
    );
  const committed = async (cluster: Cluster, topic: string, groupId: string): Promise<Offsets> => {
    const coordinator = await cluster.findGroupCoordinator({ groupId });
    const { responses } = await coordinator.offsetFetch({
      groupId,
      topics: namesOf(topic).map((name) => ({ topic: name, partitions: partitionsOf(cluster, name) })),
    });
    return byLane(topic, responses);
  };

  const of: Positions["of"] = (topic, group) =>
    wire.ask(`asking where ${topic} stands`, namesOf(topic), async (cluster) => {
      const [low, high, own] = await Promise.all([
        offsets(cluster, topic, { fromBeginning: true }),
        offsets(cluster, topic, { fromBeginning: false }),
        group === null ? null : committed(cluster, topic, groupIdOf(prefix, topic, group)),
      ]);
      return LANES.flatMap((lane) =>
        [...(high.get(lane) ?? [])].map(([partition, end]) => {
          const place = own?.get(lane)?.get(partition) ?? -1;
          return {
            lane,
            partition,
            low: low.get(lane)?.get(partition) ?? 0,
            high: end,
            committed: place < 0 ? null : place,
          };
        }),
      );
    });

  return {
    of,
    ends: (topic, lane) =>
      wire.ask(`asking for the end of ${topic}`, [laneTopic(prefix, topic, lane)], async (cluster) => {
        return (await offsets(cluster, topic, { fromBeginning: false }, [lane])).get(lane) ?? new Map();
      }),
    since: (topic, lane, time) =>
      wire.ask(`looking for a time in ${topic}`, [laneTopic(prefix, topic, lane)], async (cluster) => {
        // The end first: what is appended between the two questions has a later time or an offset of its own.
        const ends = (await offsets(cluster, topic, { fromBeginning: false }, [lane])).get(lane) ?? new Map();
        const found = (await offsets(cluster, topic, { fromTimestamp: time }, [lane])).get(lane) ?? new Map();
        return new Map(
          [...ends].map(([partition, end]) => [
            partition,
            (found.get(partition) ?? -1) < 0 ? end : (found.get(partition) ?? end),
          ]),
        );
      }),
    register: async (topic, group) => {
      const missing = (await of(topic, group)).filter((position) => position.committed === null);
      if (missing.length === 0) return;
      const groupId = groupIdOf(prefix, topic, group);
      try {
        await wire.ask(`registering the group ${groupId}`, namesOf(topic), async (cluster) => {
          const coordinator = await cluster.findGroupCoordinator({ groupId });
          await coordinator.offsetCommit({
            groupId,
            groupGenerationId: -1,
            memberId: "",
            topics: LANES.map((lane) => ({
              topic: laneTopic(prefix, topic, lane),
              partitions: missing
                .filter((position) => position.lane === lane)
                .map(({ partition, low }) => ({ partition, offset: String(low) })),
            })).filter(({ partitions }) => partitions.length > 0),
          });
        });
      } catch (error) {
        // A group with members commits through them; whoever was first has registered it.
        if (!["UNKNOWN_MEMBER_ID", "REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION"].includes(typeOf(error) ?? ""))
          throw asKafkaError(`registering the group ${groupId}`, error);
      }
    },
    needed: (topic, groupIds) =>
      wire.ask(`asking what is still needed of ${topic}`, namesOf(topic), async (cluster) => {
        const needed = new Map<string, number>();
        for (const groupId of groupIds) {
          const own = await committed(cluster, topic, groupId);
          const places = [...own].flatMap(([lane, partitions]) =>
            [...partitions].map(([partition, offset]) => [placeKey(lane, partition), offset] as const),
          );
          // A group without any place here reads something else.
          if (places.every(([, offset]) => offset < 0)) continue;
          for (const [key, offset] of places)
            needed.set(key, Math.min(needed.get(key) ?? Number.MAX_SAFE_INTEGER, Math.max(0, offset)));
        }
        return needed;
      }),
  };
};
