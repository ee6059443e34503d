import { Kafka, logLevel } from "kafkajs";
import { expect, it } from "vitest";
import { idsIn, looseTopic, note, notes, record } from "@molva/testing";
import { spreadTopic } from "./kafka-spread.ts";
import { describeWithKafka, freshPrefix, openBus, useBrokers } from "./kafka-world.ts";

const TOPIC = spreadTopic("notes");
const MIB = 1024 * 1024;

describeWithKafka("Topics on Kafka", () => {
  const brokers = useBrokers();
  const withAdmin = async <R>(work: (admin: ReturnType<Kafka["admin"]>) => Promise<R>): Promise<R> => {
    const admin = new Kafka({ brokers: [...brokers()], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  };

  it("carries messages larger than a fetch, alone and in a call with others", async () => {
    await using bus = await openBus(brokers(), freshPrefix());
    const texts = looseTopic("texts");
    const large = ["a", "b", "c"].map((letter) => letter.repeat(6 * MIB));
    const values = ["first", ...large, "last"];
    await bus.publish(texts, "live", values);
    const seen: unknown[] = [];
    await bus.subscribe(texts, "readers", async ({ messages }) => {
      seen.push(...messages.map(({ value }) => value));
      return [];
    });
    await bus.settled(texts, "readers");
    expect(seen).toEqual(values);
  });

  it("carries a call of many megabytes as several requests", async () => {
    await using bus = await openBus(brokers(), freshPrefix());
    const texts = looseTopic("texts");
    const values = Array.from({ length: 200 }, (_, index) => `${index} ${"слово ".repeat(10_000)}`);
    await bus.publish(texts, "backfill", values);
    let bytes = 0;
    await bus.subscribe(texts, "readers", async ({ messages }) => {
      bytes += messages.reduce((sum, { value }) => sum + String(value).length, 0);
      return [];
    });
    await bus.settled(texts, "readers");
    expect(bytes).toBe(values.reduce((sum, value) => sum + value.length, 0));
  });

  it("refuses a message that the broker would not take, by its place and size, and writes nothing of its call", async () => {
    await using bus = await openBus(brokers(), freshPrefix());
    const texts = looseTopic("texts");
    await expect(bus.publish(texts, "live", ["fits", "x".repeat(9 * MIB)])).rejects.toMatchObject({
      code: "CONTRACT_VIOLATED",
      recovery: "dead-letter",
      details: { index: 1 },
    });
    await bus.publish(texts, "live", ["after"]);
    const found: unknown[] = [];
    for await (const { value } of bus.read(texts, "live")) found.push(value);
    expect(found).toEqual(["after"]);
  });

  it("makes its topics itself, with the log's own times, whatever the broker makes by itself", async () => {
    const prefix = freshPrefix();
    await using bus = await openBus(brokers(), prefix, { partitions: 3 });
    await bus.publish(TOPIC, "live", [note(0)]);
    const described = await withAdmin(async (admin) => ({
      partitions: (
        await admin.fetchTopicMetadata({ topics: [`${prefix}notes.live`, `${prefix}notes.backfill`] })
      ).topics.map((topic) => topic.partitions.length),
      topics: (await admin.listTopics()).filter((name) => name.startsWith(prefix)).toSorted(),
    }));
    expect(described).toEqual({ partitions: [3, 3], topics: [`${prefix}notes.backfill`, `${prefix}notes.live`] });
  });

  it("refuses a topic that keeps its producers' times, and says what to set", async () => {
    const prefix = freshPrefix();
    await withAdmin((admin) => admin.createTopics({ topics: [{ topic: `${prefix}notes.live`, numPartitions: 1 }] }));
    await using bus = await openBus(brokers(), prefix);
    await expect(bus.publish(TOPIC, "live", [note(0)])).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      recovery: "exit",
    });
    await expect(bus.publish(TOPIC, "live", [note(0)])).rejects.toThrow("message.timestamp.type=LogAppendTime");
  });

  it("goes on publishing to its other topics when one was deleted under it", async () => {
    const prefix = freshPrefix();
    await using bus = await openBus(brokers(), prefix);
    const other = spreadTopic("other");
    await bus.publish(TOPIC, "live", [note(0)]);
    await bus.publish(other, "live", [note(0)]);
    await withAdmin((admin) => admin.deleteTopics({ topics: [`${prefix}other.live`] }));
    await bus.publish(TOPIC, "live", notes(1, 9));
    expect((await idsIn(bus, TOPIC, "live")).toSorted((a, b) => a - b)).toEqual(notes(0, 10).map(({ id }) => id));
  });

  it("goes on at the oldest that is left when what a group needed was deleted by others", async () => {
    const prefix = freshPrefix();
    await using bus = await openBus(brokers(), prefix, { partitions: 1 });
    await bus.publish(TOPIC, "live", notes(0, 10));
    const first = record();
    const subscription = await bus.subscribe(TOPIC, "readers", first.handle);
    await bus.settled(TOPIC, "readers");
    await subscription.stop();
    await bus.publish(TOPIC, "live", notes(10, 10));
    await withAdmin(async (admin) => {
      await admin.fetchTopicOffsets(`${prefix}notes.live`);
      await admin.deleteTopicRecords({ topic: `${prefix}notes.live`, partitions: [{ partition: 0, offset: "15" }] });
    });
    const second = record();
    await bus.subscribe(TOPIC, "readers", second.handle);
    await bus.publish(TOPIC, "live", notes(20, 1));
    await bus.settled(TOPIC, "readers");
    expect(second.ids()).toEqual([15, 16, 17, 18, 19, 20]);
  });

  it("starts a group that is new at the first message, and one that failed its first batch there too", async () => {
    await using bus = await openBus(brokers(), freshPrefix(), { limits: { maxMessages: 2 } });
    await bus.publish(TOPIC, "live", notes(0, 20));
    let calls = 0;
    const seen = record(() => {
      calls += 1;
      if (calls === 1) throw new Error("before anything was acknowledged");
      return [];
    });
    await bus.subscribe(TOPIC, "readers", seen.handle);
    await bus.settled(TOPIC, "readers");
    expect(new Set(seen.batches.slice(1).flatMap(({ messages }) => messages.map(({ value }) => value.id))).size).toBe(
      20,
    );
  });

  it("keeps two installations with different prefixes apart on one cluster", async () => {
    await using one = await openBus(brokers(), freshPrefix());
    await using two = await openBus(brokers(), freshPrefix());
    const seen = [record(), record()] as const;
    await one.subscribe(TOPIC, "readers", seen[0].handle);
    await two.subscribe(TOPIC, "readers", seen[1].handle);
    await one.publish(TOPIC, "live", [note(1)]);
    await two.publish(TOPIC, "live", [note(2)]);
    await one.settled(TOPIC, "readers");
    await two.settled(TOPIC, "readers");
    expect(seen.map((each) => each.ids())).toEqual([[1], [2]]);
  });

  it("leaves no connection open behind it, though two readers had opened theirs at the same moment", async () => {
    const bus = await openBus(brokers(), freshPrefix());
    await Promise.all([bus.publish(TOPIC, "live", notes(0, 5)), bus.publish(TOPIC, "backfill", notes(5, 5))]);
    const read = await Promise.all([idsIn(bus, TOPIC, "live"), idsIn(bus, TOPIC, "backfill")]);
    expect(read.flat().toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await bus.close();
    const open = (): readonly string[] =>
      process.getActiveResourcesInfo().filter((resource) => resource === "TCPSocketWrap");
    await expect.poll(open, { timeout: 20_000 }).toEqual([]);
  });
});
