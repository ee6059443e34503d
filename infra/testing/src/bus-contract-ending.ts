import { expect, it } from "vitest";
import { PipelineError } from "@molva/contracts";
import { createGate, idsIn, note, noteTopic, notes, record } from "./bus-contract-fixture.ts";
import type { OpenBus } from "./bus-contract.ts";
import { useBus } from "./bus-contract-world.ts";

const TOPIC = noteTopic("notes");
const ONWARD = noteTopic("onward");

export const endingContract = (open: OpenBus): void => {
  const world = useBus(open);

  it("ends a subscription by an error of recovery exit, acknowledges nothing of its batch, and delivers it to the next", async () => {
    const { bus } = world().log;
    await bus.publish(TOPIC, "live", notes(0, 2));
    const fatal = new PipelineError("This will not get better.", { code: "VERSION_MISMATCH", recovery: "exit" });
    const subscription = await bus.subscribe(TOPIC, "readers", () => Promise.reject(fatal));
    await expect(subscription.done).rejects.toBe(fatal);
    const next = record();
    await bus.subscribe(TOPIC, "readers", next.handle);
    await bus.settled(TOPIC, "readers");
    expect(next.ids()).toEqual([0, 1]);
  });

  it("tells whoever waits for a group that it ended by an error", async () => {
    const { bus } = world().log;
    await bus.publish(TOPIC, "live", [note(0)]);
    const fatal = new PipelineError("This will not get better.", { code: "VERSION_MISMATCH", recovery: "exit" });
    const subscription = await bus.subscribe(TOPIC, "readers", () => Promise.reject(fatal));
    const outcomes = await Promise.allSettled([bus.settled(TOPIC, "readers"), subscription.done]);
    expect(outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason : null))).toEqual([fatal, fatal]);
  });

  it("stops after the batch in flight, which is acknowledged; what comes later waits for the next subscription", async () => {
    const { bus } = world().log;
    const gate = createGate();
    const seen = record(async () => {
      await gate.opened;
      return [];
    });
    await bus.publish(TOPIC, "live", [note(0)]);
    const subscription = await bus.subscribe(TOPIC, "readers", seen.handle);
    await seen.called(1);
    const stopped = subscription.stop();
    await bus.publish(TOPIC, "live", [note(1)]);
    gate.open();
    await stopped;
    await subscription.done;
    expect(seen.ids()).toEqual([0]);
    expect((await bus.progress(TOPIC, "readers")).lag).toBe(1);
    const next = record();
    await bus.subscribe(TOPIC, "readers", next.handle);
    await bus.settled(TOPIC, "readers");
    expect(next.ids()).toEqual([1]);
  });

  it("stops a subscription whose handler keeps failing", async () => {
    const { bus } = world().log;
    await bus.publish(TOPIC, "live", [note(0)]);
    const seen = record(() => {
      throw new PipelineError("Come again in an hour.", {
        code: "STORE_UNAVAILABLE",
        recovery: "retry",
        retryAfterMs: 3_600_000,
      });
    });
    const subscription = await bus.subscribe(TOPIC, "readers", seen.handle);
    await seen.called(1);
    await subscription.stop();
    await subscription.done;
    expect((await bus.progress(TOPIC, "readers")).lag).toBe(1);
  });

  it("finishes the batch in flight when it is closed: what its handler publishes meanwhile is kept, and it is not delivered again", async () => {
    const { log } = world();
    const gate = createGate();
    const seen = record(async ({ messages }) => {
      await gate.opened;
      await log.bus.publish(
        ONWARD,
        "live",
        messages.map(({ value }) => value),
      );
      return [];
    });
    await log.bus.publish(TOPIC, "live", notes(0, 2));
    await log.bus.subscribe(TOPIC, "readers", seen.handle);
    await seen.called(1);
    const closed = log.bus.close();
    gate.open();
    await closed;
    const bus = await log.reopen();
    const again = record();
    await bus.subscribe(TOPIC, "readers", again.handle);
    await bus.settled(TOPIC, "readers");
    expect(again.ids()).toEqual([]);
    expect(await idsIn(bus, ONWARD, "live")).toEqual([0, 1]);
  });

  it("refuses work after it was closed, and closes twice without harm", async () => {
    const { bus } = world().log;
    await bus.close();
    await bus.close();
    await expect(bus.publish(TOPIC, "live", [note(0)])).rejects.toMatchObject({
      code: "BUS_UNAVAILABLE",
      recovery: "retry",
    });
    await expect(bus.subscribe(TOPIC, "readers", record().handle)).rejects.toMatchObject({ code: "BUS_UNAVAILABLE" });
  });

  it("lets nobody wait for ever for a log that closes", async () => {
    const { bus } = world().log;
    await bus.publish(TOPIC, "live", [note(0)]);
    let told: unknown = null;
    const waiting = bus.settled(TOPIC, "nobody").catch((error: unknown) => (told = error));
    await bus.close();
    // A turn for who was told meanwhile; whoever goes on waiting has heard nothing by then.
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toMatchObject({ code: "BUS_UNAVAILABLE" });
    await waiting;
  });
};
