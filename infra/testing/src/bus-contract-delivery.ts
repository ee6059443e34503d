import { expect, it } from "vitest";
import { DEAD_LETTERS, PipelineError } from "@molva/contracts";
import {
  createGate,
  looseTopic,
  mentionIdOfNote,
  note,
  noteTopic,
  notes,
  readAll,
  record,
} from "./bus-contract-fixture.ts";
import type { OpenBus } from "./bus-contract.ts";
import { useBus } from "./bus-contract-world.ts";

const TOPIC = noteTopic("notes");
const poison = (): PipelineError =>
  new PipelineError("It can never succeed.", { code: "STORE_REJECTED", recovery: "dead-letter" });

export const deliveryContract = (open: OpenBus): void => {
  const world = useBus(open);

  it("delivers each message once when nothing fails, in the order of offsets", async () => {
    const { bus } = world().log;
    await bus.publish(TOPIC, "live", notes(0, 50));
    const seen = record();
    await bus.subscribe(TOPIC, "readers", seen.handle);
    await bus.settled(TOPIC, "readers");
    expect(seen.ids()).toEqual(notes(0, 50).map(({ id }) => id));
  });

  it("wakes a subscriber for what is published later", async () => {
    const { bus } = world().log;
    const seen = record();
    await bus.subscribe(TOPIC, "readers", seen.handle);
    await bus.publish(TOPIC, "live", [note(1)]);
    await seen.called(1);
    await bus.publish(TOPIC, "backfill", [note(2)]);
    await seen.called(2);
    expect(seen.ids()).toEqual([1, 2]);
  });

  it("tells the same offset and append time to every group and to readers", async () => {
    const { bus } = world().log;
    await bus.publish(TOPIC, "live", notes(0, 3));
    const groups = [record(), record()];
    await Promise.all(groups.map(async (seen, index) => bus.subscribe(TOPIC, `group-${index}`, seen.handle)));
    await Promise.all(groups.map(async (_, index) => bus.settled(TOPIC, `group-${index}`)));
    const stored = await readAll(bus, TOPIC, "live");
    for (const seen of groups) expect(seen.batches.flatMap(({ messages }) => messages)).toEqual(stored);
  });

  it("gives a new group everything from the oldest message on, whatever other groups have read", async () => {
    const { bus } = world().log;
    await bus.publish(TOPIC, "live", notes(0, 3));
    await bus.subscribe(TOPIC, "first", record().handle);
    await bus.settled(TOPIC, "first");
    const late = record();
    await bus.subscribe(TOPIC, "late", late.handle);
    await bus.settled(TOPIC, "late");
    expect(late.ids()).toEqual([0, 1, 2]);
  });

  it("goes on where a group stopped, after it was closed and opened again", async () => {
    const { log } = world();
    await log.bus.publish(TOPIC, "live", notes(0, 3));
    await log.bus.subscribe(TOPIC, "readers", record().handle);
    await log.bus.settled(TOPIC, "readers");
    const bus = await log.reopen();
    await bus.publish(TOPIC, "live", notes(3, 2));
    const seen = record();
    await bus.subscribe(TOPIC, "readers", seen.handle);
    await bus.settled(TOPIC, "readers");
    expect(seen.ids()).toEqual([3, 4]);
  });

  it("takes a live batch before a backfill one, also when the backfill waits longer", async () => {
    const { bus } = world().log;
    const gate = createGate();
    await bus.publish(TOPIC, "backfill", [note(1)]);
    const seen = record(async (_, call) => {
      if (call === 1) await gate.opened;
      return [];
    });
    await bus.subscribe(TOPIC, "readers", seen.handle);
    await seen.called(1);
    await bus.publish(TOPIC, "backfill", [note(2)]);
    await bus.publish(TOPIC, "live", [note(3)]);
    gate.open();
    await bus.settled(TOPIC, "readers");
    expect(seen.batches.map(({ lane }) => lane)).toEqual(["backfill", "live", "backfill"]);
    expect(seen.ids()).toEqual([1, 3, 2]);
  });

  it("delivers a batch again when the handler throws, until it resolves", async () => {
    const { bus } = world().log;
    await bus.publish(TOPIC, "live", notes(0, 2));
    const seen = record((_, call) => {
      if (call === 1) throw new Error("no reason given");
      if (call === 2)
        throw new PipelineError("Come again at once.", {
          code: "STORE_UNAVAILABLE",
          recovery: "retry",
          retryAfterMs: 1,
        });
      return [];
    });
    await bus.subscribe(TOPIC, "readers", seen.handle);
    await bus.settled(TOPIC, "readers");
    expect(seen.ids()).toEqual([0, 1, 0, 1, 0, 1]);
    expect(await readAll(bus, DEAD_LETTERS, "live")).toEqual([]);
  });

  it("runs one handler of a group at a time, also with two subscriptions, and the second takes over", async () => {
    const { bus } = world().log;
    let running = 0;
    let most = 0;
    const work = async (): Promise<readonly []> => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return [];
    };
    const first = await bus.subscribe(TOPIC, "readers", record(work).handle);
    const second = record(work);
    await bus.subscribe(TOPIC, "readers", second.handle);
    await Promise.all(notes(0, 20).map(async (each) => bus.publish(TOPIC, "live", [each])));
    await bus.settled(TOPIC, "readers");
    await first.stop();
    await bus.publish(TOPIC, "live", [note(20)]);
    await bus.settled(TOPIC, "readers");
    expect(most).toBe(1);
    expect(second.ids()).toContain(20);
  });

  it("puts what is rejected into the dead letters by its place and its code, and acknowledges the rest", async () => {
    const { bus } = world().log;
    await bus.publish(TOPIC, "backfill", notes(0, 3));
    const seen = record(({ messages }) =>
      messages.flatMap(({ value }, index) => (value.id === 1 ? [{ index, error: poison() }] : [])),
    );
    await bus.subscribe(TOPIC, "judges", seen.handle);
    await bus.settled(TOPIC, "judges");
    const [, rejected] = await readAll(bus, TOPIC, "backfill");
    expect((await readAll(bus, DEAD_LETTERS, "backfill")).map(({ value }) => value)).toEqual([
      {
        code: "STORE_REJECTED",
        stage: "judges",
        topic: "notes",
        lane: "backfill",
        partition: seen.batches[0]?.partition,
        offset: String(rejected?.offset),
        mentionId: mentionIdOfNote(1),
      },
    ]);
    expect(seen.ids()).toEqual([0, 1, 2]);
  });

  it("sends a stored value that no longer fits its schema to the dead letters, and delivers its neighbours", async () => {
    const { bus } = world().log;
    const loose = looseTopic(TOPIC.name);
    await bus.publish(loose, "live", [note(0), { id: "one", mentionId: mentionIdOfNote(1) }, "no object", note(3)]);
    const seen = record();
    await bus.subscribe(TOPIC, "readers", seen.handle);
    await bus.settled(TOPIC, "readers");
    expect(seen.ids()).toEqual([0, 3]);
    const letters = (await readAll(bus, DEAD_LETTERS, "live")).map(({ value }) => [
      value.code,
      value.offset,
      value.mentionId,
    ]);
    const stored = await readAll(bus, loose, "live");
    expect(letters).toEqual([
      ["CONTRACT_VIOLATED", String(stored[1]?.offset), mentionIdOfNote(1)],
      ["CONTRACT_VIOLATED", String(stored[2]?.offset), null],
    ]);
  });

  it("passes a run of nothing but unreadable values without calling the handler", async () => {
    const { bus } = world().log;
    await bus.publish(looseTopic(TOPIC.name), "live", [1, 2, 3]);
    const seen = record();
    await bus.subscribe(TOPIC, "readers", seen.handle);
    await bus.settled(TOPIC, "readers");
    expect(seen.batches).toEqual([]);
    expect(await readAll(bus, DEAD_LETTERS, "live")).toHaveLength(3);
  });

  it("lets a handler publish onward into its own and other topics", async () => {
    const { bus } = world().log;
    const onward = noteTopic("onward");
    await bus.publish(TOPIC, "live", notes(0, 3));
    await bus.subscribe(TOPIC, "readers", async ({ lane, messages }) => {
      await bus.publish(
        onward,
        lane,
        messages.map(({ value }) => value),
      );
      return [];
    });
    await bus.settled(TOPIC, "readers");
    expect((await readAll(bus, onward, "live")).map(({ value }) => value.id)).toEqual([0, 1, 2]);
  });
};
