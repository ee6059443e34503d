import { afterEach, expect, it } from "vitest";
import { isPipelineError } from "@molva/contracts";
import { createGate, idsIn, note, notes, record } from "@molva/testing";
import { spreadTopic } from "./kafka-spread.ts";
import { describeWithKafka, freshPrefix, openBus, useOwnBroker } from "./kafka-world.ts";

const TOPIC = spreadTopic("notes");
const sorted = (ids: Iterable<number>): readonly number[] => [...new Set(ids)].toSorted((a, b) => a - b);

describeWithKafka("A broker that dies", () => {
  const broker = useOwnBroker();
  afterEach(async () => {
    await broker().kill();
    await broker().restart();
  });

  it("and comes back loses nothing that was acknowledged, doubles nothing, and the group goes on by itself", async () => {
    await using bus = await openBus(broker().brokers, freshPrefix(), { limits: { maxMessages: 10 } });
    const seen = record();
    await bus.subscribe(TOPIC, "readers", seen.handle);
    const enough = createGate();
    const kept: number[] = [];
    let next = 0;
    /** As the crawlers do: what was refused for now is published again. */
    const publishing = async (until: () => boolean): Promise<void> => {
      while (!until()) {
        const chunk = notes(next, 20);
        try {
          await bus.publish(TOPIC, next % 40 === 0 ? "live" : "backfill", chunk);
        } catch (error) {
          expect(isPipelineError(error) && error.recovery).toBe("retry");
          continue;
        }
        kept.push(...chunk.map(({ id }) => id));
        next += 20;
        if (next >= 400) enough.open();
      }
    };
    let done = false;
    const producer = publishing(() => done);
    await seen.called(3);
    await enough.opened;
    await broker().kill();
    await broker().restart();
    const before = next;
    while (next < before + 200) await bus.publish(TOPIC, "live", [note(1_000_000)]);
    done = true;
    await producer;
    await bus.settled(TOPIC, "readers");
    const stored = [...(await idsIn(bus, TOPIC, "live")), ...(await idsIn(bus, TOPIC, "backfill"))].filter(
      (id) => id < 1_000_000,
    );
    expect(stored.toSorted((a, b) => a - b)).toEqual(kept);
    expect(sorted(seen.ids().filter((id) => id < 1_000_000))).toEqual(kept);
  });

  it("and stays away ends the subscription by an error that says so, after the watchdog's time", async () => {
    await using bus = await openBus(broker().brokers, freshPrefix(), { watchdogMs: 2_000 });
    await bus.publish(TOPIC, "live", [note(0)]);
    const seen = record();
    const subscription = await bus.subscribe(TOPIC, "readers", seen.handle);
    await bus.settled(TOPIC, "readers");
    await broker().kill();
    await expect(subscription.done).rejects.toMatchObject({ code: "BUS_UNAVAILABLE", recovery: "exit" });
    await broker().restart();
  });
});

describeWithKafka("A handler that never ends", () => {
  const broker = useOwnBroker();

  it("ends the subscription by an error of the watchdog, though the heart goes on beating", async () => {
    const bus = await openBus(broker().brokers, freshPrefix(), { watchdogMs: 2_000, stopAfterMs: 100 });
    const gate = createGate();
    const seen = record(async () => {
      await gate.opened;
      return [];
    });
    await bus.publish(TOPIC, "live", [note(0)]);
    const subscription = await bus.subscribe(TOPIC, "readers", seen.handle);
    await expect(subscription.done).rejects.toMatchObject({ code: "BUS_UNAVAILABLE", recovery: "exit" });
    gate.open();
    await bus.close();
  });
});
