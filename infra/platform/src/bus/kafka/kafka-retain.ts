import { LANES, millisOf, type Instant } from "@molva/contracts";
import type { Admin } from "./kafka-client.ts";
import { asKafkaError } from "./kafka-errors.ts";
import { placeKey, type Positions } from "./kafka-positions.ts";
import { laneTopic } from "./kafka-topics.ts";

/** Deletes from the front of each partition what is older than `before` and below every place that any group of the cluster has in it. */
export const retainKafka = async (
  admin: Admin,
  positions: Positions,
  prefix: string,
  topic: string,
  before: Instant,
): Promise<number> => {
  try {
    const { groups } = await admin.listGroups();
    const needed = await positions.needed(
      topic,
      groups.map(({ groupId }) => groupId),
    );
    const standing = await positions.of(topic, null);
    let dropped = 0;
    for (const lane of LANES) {
      const young = await positions.since(topic, lane, millisOf(before));
      const partitions = standing
        .filter((position) => position.lane === lane)
        .map(({ partition, low, high }) => ({
          partition,
          low,
          until: Math.min(high, young.get(partition) ?? low, needed.get(placeKey(lane, partition)) ?? high),
        }))
        .filter(({ low, until }) => until > low);
      if (partitions.length === 0) continue;
      // kafkajs looks for the leaders in what it happens to know of topics, before it asks for this one.
      await admin.fetchTopicOffsets(laneTopic(prefix, topic, lane));
      await admin.deleteTopicRecords({
        topic: laneTopic(prefix, topic, lane),
        partitions: partitions.map(({ partition, until }) => ({ partition, offset: String(until) })),
      });
      dropped += partitions.reduce((sum, { low, until }) => sum + until - low, 0);
    }
    return dropped;
  } catch (error) {
    throw asKafkaError(`deleting from ${prefix}${topic}`, error);
  }
};
