import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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

describe("Whoever asks for large batches", () => {
  const waitingFor = async (live: number) => {
    const gate = createGate();
    const seen = record(async (batch) => {
      if (batch.lane === "backfill") await gate.opened;
      return [];
    });
    await bus.subscribe(TOPIC, "readers", seen.handle, { batchMessages: 40_000 });
    if (live > 0) await bus.publish(TOPIC, "live", notes(0, live));
    await bus.settled(TOPIC, "readers");
    const before = seen.batches.length;
    await bus.publish(TOPIC, "backfill", notes(live, 30_000));
    await seen.called(before + 1);
    await bus.publish(TOPIC, "live", notes(30_000 + live, 10));
    gate.open();
    await bus.settled(TOPIC, "readers");
    expect(seen.ids().length).toBe(30_010 + live);
    return seen.batches.slice(before);
  };

  it("gets history in small ones where live messages come, until it is known to go quickly, so that the next one does not wait", async () => {
    const batches = await waitingFor(3);
    expect(batches[0]?.messages.length).toBeLessThanOrEqual(2_000);
    expect(batches[1]?.lane).toBe("live");
  });

  it("gets all of history that waits where no live message has come: full batches cost least", async () => {
    const batches = await waitingFor(0);
    expect(batches[0]?.messages.length).toBe(30_000);
  });
});
