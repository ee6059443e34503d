import { expect, it } from "vitest";
import { DEAD_LETTERS, PipelineError, type Bus, type Stage } from "@molva/contracts";
import { createGate, idsIn, note, notes, readAll, record, type Note } from "@molva/testing";
import { runStage } from "../src/run-stage.ts";
import { listeningLog, spreadTopic } from "./kafka-spread.ts";
import { describeWithKafka, freshPrefix, openBus, QUIET, useBrokers } from "./kafka-world.ts";

const TOPIC = spreadTopic("notes");
const sorted = (ids: Iterable<number>): readonly number[] => [...new Set(ids)].toSorted((a, b) => a - b);
const upTo = (count: number): readonly number[] => notes(0, count).map(({ id }) => id);

describeWithKafka("Several processes of one group on Kafka", () => {
  const brokers = useBrokers();

  it("spreads brands over the partitions, and keeps each brand in one, in order", async () => {
    await using bus = await openBus(brokers(), freshPrefix());
    await bus.publish(TOPIC, "live", notes(0, 160));
    const seen = record();
    await bus.subscribe(TOPIC, "readers", seen.handle);
    await bus.settled(TOPIC, "readers");
    expect(new Set(seen.batches.map(({ partition }) => partition)).size).toBeGreaterThan(1);
    for (let brand = 0; brand < 16; brand++) {
      const own = seen.batches.flatMap(({ partition, messages }) =>
        messages.filter(({ value }) => value.id % 16 === brand).map(({ value }) => ({ id: value.id, partition })),
      );
      expect(new Set(own.map(({ partition }) => partition)).size).toBe(1);
      expect(own.map(({ id }) => id)).toEqual(own.map(({ id }) => id).toSorted((a, b) => a - b));
    }
    expect(sorted(seen.ids())).toEqual(upTo(160));
  });

  it("shares the work of three, hands it over when one leaves and when one comes, and loses nothing", async () => {
    const prefix = freshPrefix();
    const logs = [listeningLog(), listeningLog(), listeningLog()] as const;
    const open = (index: 0 | 1 | 2): Promise<Bus & AsyncDisposable> =>
      openBus(brokers(), prefix, { limits: { maxMessages: 5 }, log: logs[index].log });
    await using first = await open(0);
    await using second = await open(1);
    await using third = await open(2);
    const seen = [record(), record(), record()] as const;
    let published = 0;
    const publishSome = async (): Promise<void> => {
      await first.publish(TOPIC, "live", notes(published, 48));
      await first.publish(TOPIC, "backfill", notes(published + 48, 48));
      published += 96;
    };
    await publishSome();
    await first.subscribe(TOPIC, "readers", seen[0].handle);
    await seen[0].called(1);
    const leaving = await second.subscribe(TOPIC, "readers", seen[1].handle);
    await logs[1].heard("kafka.joined", 1);
    await publishSome();
    await seen[1].called(1);
    await third.subscribe(TOPIC, "readers", seen[2].handle);
    await logs[2].heard("kafka.joined", 1);
    await publishSome();
    await seen[2].called(1);
    await leaving.stop();
    await publishSome();
    await first.settled(TOPIC, "readers");
    expect((await first.progress(TOPIC, "readers")).lag).toBe(0);
    expect(sorted(seen.flatMap((each) => each.ids()))).toEqual(upTo(published));
  });

  it("finishes and commits the batch in flight before it shares its partitions with a newcomer", async () => {
    const prefix = freshPrefix();
    await using first = await openBus(brokers(), prefix);
    await using second = await openBus(brokers(), prefix);
    const gate = createGate();
    const slow = record(async (_, call) => {
      if (call === 1) await gate.opened;
      return [];
    });
    await first.publish(TOPIC, "live", [note(0)]);
    await first.subscribe(TOPIC, "readers", slow.handle);
    await slow.called(1);
    const heard = listeningLog();
    await using newcomer = await openBus(brokers(), prefix, { log: heard.log });
    const late = record();
    await newcomer.subscribe(TOPIC, "readers", late.handle);
    gate.open();
    await heard.heard("kafka.joined", 1);
    await second.settled(TOPIC, "readers");
    expect([...slow.ids(), ...late.ids()]).toEqual([0]);
  });

  it("tells a handler that takes too long for a rebalance, and gives its batch to whoever has the partition then", async () => {
    const prefix = freshPrefix();
    const quick = { sessionTimeoutMs: 1_500, rebalanceTimeoutMs: 4_000 };
    await using first = await openBus(brokers(), prefix, quick);
    await using second = await openBus(brokers(), prefix, quick);
    let told = false;
    const stubborn = record(async (_, call, signal) => {
      if (call === 1)
        await new Promise<void>((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            told = true;
            reject(new Error("given up"));
          });
        });
      return [];
    });
    await first.publish(TOPIC, "live", [note(0)]);
    await first.subscribe(TOPIC, "readers", stubborn.handle);
    await stubborn.called(1);
    const late = record();
    await second.subscribe(TOPIC, "readers", late.handle);
    await second.settled(TOPIC, "readers");
    expect(told).toBe(true);
    expect([...stubborn.ids(), ...late.ids()]).toEqual([0, 0]);
  });

  it("keeps its partitions through a batch that takes longer than the session", async () => {
    const heard = listeningLog();
    await using bus = await openBus(brokers(), freshPrefix(), { sessionTimeoutMs: 1_200, log: heard.log });
    // Beats come three times in a session: so many of them are two sessions.
    const seen = record(async (_, call) => {
      if (call === 1)
        await heard.heard("kafka.heartbeat", heard.events.filter((e) => e === "kafka.heartbeat").length + 7);
      return [];
    });
    await bus.publish(TOPIC, "live", [note(0)]);
    await bus.subscribe(TOPIC, "readers", seen.handle);
    await bus.settled(TOPIC, "readers");
    expect(seen.ids()).toEqual([0]);
    expect(heard.events.filter((event) => event === "kafka.joined")).toHaveLength(1);
  });

  it("goes on with other brands while one partition rests as long as its error asked", async () => {
    await using bus = await openBus(brokers(), freshPrefix());
    const away = new PipelineError("Come again in an hour.", {
      code: "STORE_UNAVAILABLE",
      recovery: "retry",
      retryAfterMs: 3_600_000,
    });
    const seen = record(({ messages }) => {
      if (messages.some(({ value }) => value.id === 0)) throw away;
      return [];
    });
    await bus.publish(TOPIC, "live", notes(0, 16));
    await bus.subscribe(TOPIC, "readers", seen.handle);
    await seen.called(1);
    const [blocked] = seen.batches.filter(({ messages }) => messages.some(({ value }) => value.id === 0));
    expect(blocked === undefined || blocked.messages.length < 16).toBe(true);
    const places = new Set(seen.batches.map(({ partition }) => partition));
    expect(places.size).toBe(seen.batches.length);
  });

  it("works through the rest of a batch with a poison message in it, which alone becomes a dead letter", async () => {
    await using bus = await openBus(brokers(), freshPrefix());
    const onward = spreadTopic("onward");
    const poison = new PipelineError("Never.", { code: "STORE_REJECTED", recovery: "dead-letter" });
    const stage: Stage<Note, Note> = {
      name: "relay",
      input: TOPIC,
      output: onward,
      process: ({ messages }) => {
        if (messages.some(({ value }) => value.id === 13)) throw poison;
        return Promise.resolve({ outputs: messages.map(({ value }) => value), rejections: [] });
      },
    };
    await bus.publish(TOPIC, "backfill", notes(0, 64));
    await runStage(stage, bus, QUIET);
    await bus.settled(TOPIC, "relay");
    expect(sorted(await idsIn(bus, onward, "backfill"))).toEqual(upTo(64).filter((id) => id !== 13));
    const letters = (await readAll(bus, DEAD_LETTERS, "backfill")).map(({ value }) => value);
    expect(letters.map(({ code, mentionId }) => [code, mentionId])).toEqual([["STORE_REJECTED", note(13).mentionId]]);
    const stored = (await readAll(bus, TOPIC, "backfill")).filter(({ value }) => value.id === 13);
    expect(stored.map(({ offset }) => String(offset))).toEqual(letters.map(({ offset }) => offset));
  });

  it("has a horizon over all partitions that no message appended later falls behind", async () => {
    const prefix = freshPrefix();
    await using bus = await openBus(brokers(), prefix);
    await using other = await openBus(brokers(), prefix);
    await bus.subscribe(TOPIC, "readers", record().handle);
    for (let round = 0; round < 12; round++) {
      const publishing = other.publish(TOPIC, round % 2 === 0 ? "live" : "backfill", notes(round * 16, 16));
      const { horizon } = await bus.progress(TOPIC, "readers");
      const known = new Set([...(await idsIn(bus, TOPIC, "live")), ...(await idsIn(bus, TOPIC, "backfill"))]);
      await publishing;
      await other.publish(TOPIC, "live", notes(10_000 + round * 16, 16));
      const later = [...(await readAll(bus, TOPIC, "live")), ...(await readAll(bus, TOPIC, "backfill"))].filter(
        ({ value }) => !known.has(value.id),
      );
      expect(later.length).toBeGreaterThan(0);
      expect(later.filter(({ appendedAt }) => horizon !== null && appendedAt <= horizon)).toEqual([]);
    }
    await bus.settled(TOPIC, "readers");
    const all = [...(await readAll(bus, TOPIC, "live")), ...(await readAll(bus, TOPIC, "backfill"))];
    const { lag, horizon } = await bus.progress(TOPIC, "readers");
    expect(lag).toBe(0);
    expect(all.filter(({ appendedAt }) => horizon === null || appendedAt > horizon)).toEqual([]);
  });

  it("does not ask a quiet log for its time again and again", async () => {
    await using bus = await openBus(brokers(), freshPrefix());
    await bus.publish(TOPIC, "live", [note(0)]);
    await bus.subscribe(TOPIC, "readers", record().handle);
    await bus.settled(TOPIC, "readers");
    for (let look = 0; look < 4; look++) await bus.progress(TOPIC, "readers");
    const { horizon } = await bus.progress(TOPIC, "readers");
    expect((await bus.progress(TOPIC, "readers")).horizon).toBe(horizon);
    await bus.publish(TOPIC, "live", [note(1)]);
    await bus.settled(TOPIC, "readers");
    expect((await bus.progress(TOPIC, "readers")).horizon).not.toBe(horizon);
  });
});
