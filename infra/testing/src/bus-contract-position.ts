import { expect, it } from "vitest";
import { instantOf, millisOf } from "@molva/contracts";
import { createGate, idsIn, note, noteTopic, notes, readAll, record } from "./bus-contract-fixture.ts";
import type { OpenBus } from "./bus-contract.ts";
import { useBus } from "./bus-contract-world.ts";

const TOPIC = noteTopic("notes");

export const positionContract = (open: OpenBus): void => {
  const world = useBus(open);

  it("settles at once when there is nothing to wait for", async () => {
    const { bus } = world().log;
    await bus.settled(TOPIC, "nobody");
    expect(await bus.progress(TOPIC, "nobody")).toEqual({ lag: 0, horizon: null });
  });

  it("settles when all that stood in both lanes is acknowledged, and not for what came later", async () => {
    const { bus } = world().log;
    const [first, second] = [createGate(), createGate()];
    const seen = record(async (_, call) => {
      await (call === 1 ? first : second).opened;
      return [];
    });
    await bus.publish(TOPIC, "live", [note(0)]);
    await bus.subscribe(TOPIC, "readers", seen.handle);
    await seen.called(1);
    const settled = bus.settled(TOPIC, "readers");
    await bus.publish(TOPIC, "live", [note(1)]);
    first.open();
    await settled;
    expect(await bus.progress(TOPIC, "readers")).toMatchObject({ lag: 1 });
    second.open();
    await bus.settled(TOPIC, "readers");
    expect(await bus.progress(TOPIC, "readers")).toMatchObject({ lag: 0 });
  });

  it("stops waiting for a group when it is told to", async () => {
    const { bus } = world().log;
    await bus.publish(TOPIC, "live", [note(0)]);
    const told = new AbortController();
    const waiting = bus.settled(TOPIC, "nobody", told.signal);
    told.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    await expect(bus.settled(TOPIC, "nobody", told.signal)).rejects.toThrow("enough");
  });

  it("counts what a group has not acknowledged over both lanes, also for one that never subscribed", async () => {
    const { bus } = world().log;
    await bus.publish(TOPIC, "live", notes(0, 2));
    await bus.publish(TOPIC, "backfill", notes(2, 3));
    expect((await bus.progress(TOPIC, "nobody")).lag).toBe(5);
    await bus.subscribe(TOPIC, "readers", record().handle);
    await bus.settled(TOPIC, "readers");
    expect((await bus.progress(TOPIC, "readers")).lag).toBe(0);
  });

  it("gives a horizon below which nothing waits and nothing will ever be appended", async () => {
    const { clock, log } = world();
    const { bus } = log;
    const gate = createGate();
    const seen = record(async (_, call) => {
      if (call === 2) await gate.opened;
      return [];
    });
    await bus.publish(TOPIC, "live", notes(0, 2));
    await bus.subscribe(TOPIC, "readers", seen.handle);
    await bus.settled(TOPIC, "readers");
    clock.now += 1_000;
    await bus.publish(TOPIC, "backfill", [note(2)]);
    await seen.called(2);
    const { horizon } = await bus.progress(TOPIC, "readers");
    const waiting = await readAll(bus, TOPIC, "backfill");
    const acknowledged = await readAll(bus, TOPIC, "live");
    expect(waiting.every(({ appendedAt }) => horizon !== null && appendedAt > horizon)).toBe(true);
    expect(acknowledged.every(({ appendedAt }) => horizon !== null && appendedAt <= horizon)).toBe(true);
    clock.now -= 3_600_000;
    await bus.publish(TOPIC, "live", [note(3)]);
    const later = (await readAll(bus, TOPIC, "live")).at(-1);
    expect(horizon !== null && later !== undefined && later.appendedAt > horizon).toBe(true);
    gate.open();
    await bus.settled(TOPIC, "readers");
    expect((await bus.progress(TOPIC, "readers")).horizon).not.toBe(horizon);
  });

  it("deletes what is old enough and acknowledged by every group, and nothing else", async () => {
    const { clock, log } = world();
    const { bus } = log;
    await bus.publish(TOPIC, "live", notes(0, 3));
    await bus.publish(TOPIC, "backfill", notes(10, 2));
    clock.now += 10_000;
    await bus.publish(TOPIC, "live", [note(3)]);
    const [, , , young] = await readAll(bus, TOPIC, "live");
    const before = young?.appendedAt ?? instantOf(0);

    const gate = createGate();
    const slow = record(async () => {
      await gate.opened;
      return [];
    });
    await bus.subscribe(TOPIC, "quick", record().handle);
    await bus.subscribe(TOPIC, "slow", slow.handle);
    await bus.settled(TOPIC, "quick");
    expect(await bus.retain(TOPIC, before)).toBe(0);
    gate.open();
    await bus.settled(TOPIC, "slow");
    expect(await bus.retain(TOPIC, instantOf(millisOf(before) - 3_600_000))).toBe(0);
    expect(await bus.retain(TOPIC, before)).toBe(5);
    expect([await idsIn(bus, TOPIC, "live"), await idsIn(bus, TOPIC, "backfill")]).toEqual([[3], []]);
  });

  it("goes on with its offsets after everything was deleted and it was opened again; a new group starts at the oldest that is left", async () => {
    const { log } = world();
    await log.bus.publish(TOPIC, "live", notes(0, 3));
    const last = (await readAll(log.bus, TOPIC, "live")).at(-1);
    await log.bus.subscribe(TOPIC, "readers", record().handle);
    await log.bus.settled(TOPIC, "readers");
    await log.bus.retain(TOPIC, instantOf(millisOf(last?.appendedAt ?? instantOf(0)) + 10_000));
    const bus = await log.reopen();
    await bus.publish(TOPIC, "live", [note(3)]);
    const late = record();
    await bus.subscribe(TOPIC, "late", late.handle);
    await bus.settled(TOPIC, "late");
    expect(late.ids()).toEqual([3]);
    const [left] = await readAll(bus, TOPIC, "live");
    expect(left !== undefined && last !== undefined && left.offset > last.offset).toBe(true);
  });
};
