import { expect, it } from "vitest";
import { idsIn, looseTopic, note, noteTopic, notes, readAll } from "./bus-contract-fixture.ts";
import type { OpenBus } from "./bus-contract.ts";
import { useBus } from "./bus-contract-world.ts";

const TOPIC = noteTopic("notes");

export const publishContract = (open: OpenBus): void => {
  const world = useBus(open);

  it("reads back what was published, in order, with offsets that increase", async () => {
    const { bus } = world().log;
    await bus.publish(TOPIC, "live", notes(0, 3));
    await bus.publish(TOPIC, "live", notes(3, 2));
    const stored = await readAll(bus, TOPIC, "live");
    expect(stored.map(({ value }) => value)).toEqual(notes(0, 5));
    expect(stored.every(({ offset }, index) => index === 0 || offset > (stored[index - 1]?.offset ?? offset))).toBe(
      true,
    );
  });

  it("reads from an offset on", async () => {
    const { bus } = world().log;
    await bus.publish(TOPIC, "live", notes(0, 5));
    const third = (await readAll(bus, TOPIC, "live"))[2];
    expect((await readAll(bus, TOPIC, "live", third?.offset)).map(({ value }) => value.id)).toEqual([2, 3, 4]);
  });

  it("keeps lanes and topics apart", async () => {
    const { bus } = world().log;
    const other = noteTopic("other");
    await bus.publish(TOPIC, "live", [note(1)]);
    await bus.publish(TOPIC, "backfill", [note(2)]);
    await bus.publish(other, "live", [note(3)]);
    expect([
      await idsIn(bus, TOPIC, "live"),
      await idsIn(bus, TOPIC, "backfill"),
      await idsIn(bus, other, "live"),
    ]).toEqual([[1], [2], [3]]);
  });

  it("keeps every message of calls made at once, each call in its own order", async () => {
    const { bus } = world().log;
    await Promise.all(Array.from({ length: 20 }, (_, call) => bus.publish(TOPIC, "live", notes(call * 10, 10))));
    const ids = await idsIn(bus, TOPIC, "live");
    expect(ids.toSorted((a, b) => a - b)).toEqual(notes(0, 200).map(({ id }) => id));
    for (let call = 0; call < 20; call++) {
      const own = ids.filter((id) => Math.floor(id / 10) === call);
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
  });

  it("takes nothing of a call that holds a wrong value, and names the place", async () => {
    const { bus } = world().log;
    await bus.publish(TOPIC, "live", [note(0)]);
    await expect(bus.publish(TOPIC, "live", [note(1), { ...note(2), id: -1 }])).rejects.toMatchObject({
      code: "CONTRACT_VIOLATED",
      recovery: "dead-letter",
      details: { index: 1 },
    });
    expect(await idsIn(bus, TOPIC, "live")).toEqual([0]);
  });

  it("takes a call without values as done", async () => {
    const { bus } = world().log;
    await bus.publish(TOPIC, "live", []);
    expect(await idsIn(bus, TOPIC, "live")).toEqual([]);
  });

  it("keeps text of any script, and long text, as it came", async () => {
    const { bus } = world().log;
    const texts = looseTopic("texts");
    const values = ["молва \u0000 слово", "🦉".repeat(50_000), { quote: '"\\\n\u2028' }];
    await bus.publish(texts, "live", values);
    expect((await readAll(bus, texts, "live")).map(({ value }) => value)).toEqual(values);
  });

  it("has everything after it was closed and opened again", async () => {
    const { log } = world();
    await log.bus.publish(TOPIC, "live", notes(0, 3));
    const bus = await log.reopen();
    await bus.publish(TOPIC, "live", [note(3)]);
    expect(await idsIn(bus, TOPIC, "live")).toEqual([0, 1, 2, 3]);
  });

  it("gives append times that never go back, also when the clock does and after it was opened again", async () => {
    const { clock, log } = world();
    await log.bus.publish(TOPIC, "live", [note(0)]);
    clock.now -= 3_600_000;
    await log.bus.publish(TOPIC, "live", [note(1)]);
    const bus = await log.reopen();
    clock.now -= 3_600_000;
    await bus.publish(TOPIC, "live", [note(2)]);
    const times = (await readAll(bus, TOPIC, "live")).map(({ appendedAt }) => appendedAt);
    expect(times).toEqual(times.toSorted());
    expect(times).toHaveLength(3);
  });
};
