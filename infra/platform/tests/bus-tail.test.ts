import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createGate, noteTopic, notes, readAll, record } from "@molva/testing";
import { openEmbeddedBus, type EmbeddedBus } from "../src/bus/embedded-bus.ts";

const TOPIC = noteTopic("notes");
const LANES = ["live", "backfill"] as const;

let dir = "";
let bus: EmbeddedBus;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "molva-tail-"));
  bus = await openEmbeddedBus({ dir });
});
afterEach(async () => {
  await bus.close();
  rmSync(dir, { recursive: true, force: true });
});

it("What was published a moment ago is delivered as it stands on the disk: values, offsets, times, in every lane", async () => {
  const gate = createGate();
  const seen = record(async () => {
    await gate.opened;
    return [];
  });
  await bus.subscribe(TOPIC, "readers", seen.handle);
  for (const [i, lane] of [...LANES, ...LANES].entries()) await bus.publish(TOPIC, lane, notes(i * 10, 3 + i));
  gate.open();
  await bus.settled(TOPIC, "readers");
  for (const lane of LANES) {
    const delivered = seen.batches.filter((batch) => batch.lane === lane).flatMap((batch) => batch.messages);
    expect(delivered).toEqual(await readAll(bus, TOPIC, lane));
  }
});

it("A value that is changed after it was published is delivered as it was", async () => {
  const gate = createGate();
  const seen = record(async () => {
    await gate.opened;
    return [];
  });
  await bus.subscribe(TOPIC, "readers", seen.handle);
  const values = notes(0, 2).map((value) => ({ ...value }));
  await bus.publish(TOPIC, "live", values);
  for (const value of values) value.id = 99;
  gate.open();
  await bus.settled(TOPIC, "readers");
  expect(seen.ids()).toEqual([0, 1]);
});

it("A group that comes later finds what another has read already", async () => {
  const [first, second] = [record(), record()];
  await bus.subscribe(TOPIC, "first", first.handle);
  await bus.publish(TOPIC, "live", notes(0, 50));
  await bus.settled(TOPIC, "first");
  await bus.publish(TOPIC, "live", notes(50, 5));
  await bus.subscribe(TOPIC, "second", second.handle);
  await bus.settled(TOPIC, "second");
  expect(second.ids()).toEqual(notes(0, 55).map(({ id }) => id));
});

it("Whoever asks for large batches gets history in small ones until it is known to go quickly, so that a live message does not wait", async () => {
  const gate = createGate();
  const seen = record(async () => {
    await gate.opened;
    return [];
  });
  await bus.publish(TOPIC, "backfill", notes(0, 30_000));
  await bus.subscribe(TOPIC, "readers", seen.handle, { batchMessages: 40_000 });
  await seen.called(1);
  await bus.publish(TOPIC, "live", notes(30_000, 10));
  gate.open();
  await bus.settled(TOPIC, "readers");
  expect(seen.batches[0]?.messages.length).toBeLessThanOrEqual(2_000);
  expect(seen.batches[1]?.lane).toBe("live");
  expect(seen.batches.flatMap((batch) => batch.messages).length).toBe(30_010);
});
