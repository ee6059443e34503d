import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEAD_LETTERS, PipelineError, instantOf, millisOf } from "@molva/contracts";
import { createGate, idsIn, looseTopic, note, noteTopic, notes, readAll, record } from "@molva/testing";
import { openEmbeddedBus, type EmbeddedBus, type EmbeddedBusOptions } from "../src/bus/embedded-bus.ts";
import { openEnvironment } from "../src/bus/lmdb-environment.ts";
import { readFolderLock } from "../src/folder-lock.ts";
import type { Step } from "../src/bus/steps.ts";

const TOPIC = noteTopic("notes");
const MIB = 1024 * 1024;

let dir = "";
const opened: EmbeddedBus[] = [];
const open = async (options: Partial<EmbeddedBusOptions> = {}): Promise<EmbeddedBus> => {
  const bus = await openEmbeddedBus({ dir, backoff: { firstMs: 1, maxMs: 2 }, ...options });
  opened.push(bus);
  return bus;
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "molva-embedded-"));
});
afterEach(async () => {
  for (const bus of opened.splice(0)) await bus.close();
  rmSync(dir, { recursive: true, force: true });
});

describe("Offsets and times", () => {
  it("numbers messages 0, 1, 2, … in each lane, also across reopening and deletion", async () => {
    const first = await open();
    await first.publish(TOPIC, "live", notes(0, 3));
    await first.publish(TOPIC, "backfill", notes(0, 2));
    await first.retain(TOPIC, instantOf(Date.now() + 60_000));
    await first.close();
    const second = await open();
    await second.publish(TOPIC, "live", notes(3, 2));
    expect((await readAll(second, TOPIC, "live")).map(({ offset }) => offset)).toEqual([3n, 4n]);
    expect(await readAll(second, TOPIC, "backfill")).toEqual([]);
  });

  it("gives every transaction a later time than the one before, also while the clock stands or jumps back", async () => {
    let now = 1_000_000;
    const bus = await open({ clock: () => now });
    for (const step of [0, 0, -5_000, 0, 20_000]) {
      now += step;
      await bus.publish(TOPIC, "live", [note(0)]);
    }
    const times = (await readAll(bus, TOPIC, "live")).map(({ appendedAt }) => millisOf(appendedAt));
    expect(times).toEqual([1_000_000, 1_000_001, 1_000_002, 1_000_003, 1_015_000]);
  });

  it("keeps to the last time after it was opened again under a clock that is behind", async () => {
    const first = await open({ clock: () => 9_000_000 });
    await first.publish(TOPIC, "live", [note(0)]);
    await first.close();
    const second = await open({ clock: () => 1 });
    await second.publish(noteTopic("other"), "live", [note(1)]);
    expect((await readAll(second, noteTopic("other"), "live")).map(({ appendedAt }) => millisOf(appendedAt))).toEqual([
      9_000_001,
    ]);
  });

  it("gives the last append time of the topic as horizon when nothing waits, and just before the oldest that waits otherwise", async () => {
    let now = 1_000_000;
    const bus = await open({ clock: () => now });
    await bus.publish(TOPIC, "backfill", [note(0)]);
    now += 500;
    await bus.publish(TOPIC, "live", [note(1)]);
    expect(await bus.progress(TOPIC, "readers")).toEqual({ lag: 2, horizon: instantOf(999_999) });
    await bus.subscribe(TOPIC, "readers", record().handle);
    await bus.settled(TOPIC, "readers");
    expect(await bus.progress(TOPIC, "readers")).toEqual({ lag: 0, horizon: instantOf(1_000_500) });
  });
});

describe("Group commit", () => {
  it("never lets a write be seen before it is flushed", async () => {
    const environment = openEnvironment(dir);
    expect(environment.visibleBeforeFlush).toBe(false);
    await environment.close();
  });

  it("flushes calls made at once together: a hundred publishers, one append time, and so one transaction", async () => {
    const bus = await open();
    await Promise.all(notes(0, 100).map(async (each) => bus.publish(TOPIC, "live", [each])));
    const stored = await readAll(bus, TOPIC, "live");
    expect(stored.map(({ value }) => value)).toEqual(notes(0, 100));
    expect(new Set(stored.map(({ appendedAt }) => appendedAt)).size).toBe(1);
  });

  it("resolves a call only after its transaction was flushed", async () => {
    const steps: (Step | "resolved")[] = [];
    const bus = await open({ onStep: (step) => steps.push(step) });
    await bus.publish(TOPIC, "live", [note(0)]).then(() => steps.push("resolved"));
    expect(steps).toEqual(["publish.queued", "publish.written", "publish.flushed", "publish.done", "resolved"]);
  });

  it("shows nobody a message before it is flushed, and wakes no reader", async () => {
    const seen = record();
    const lags: Promise<number>[] = [];
    const bus: EmbeddedBus = await open({
      onStep: (step) => {
        if (step === "publish.written" || step === "publish.flushed")
          lags.push(bus.progress(TOPIC, "readers").then(({ lag }) => lag));
      },
    });
    await bus.subscribe(TOPIC, "readers", seen.handle);
    await bus.publish(TOPIC, "live", [note(0)]);
    expect(await Promise.all(lags)).toEqual([0, 0]);
    await bus.settled(TOPIC, "readers");
    expect(seen.ids()).toEqual([0]);
  });

  it("takes a call of fifty thousand messages as one", async () => {
    const bus = await open();
    await bus.publish(TOPIC, "backfill", notes(0, 50_000));
    expect((await bus.progress(TOPIC, "nobody")).lag).toBe(50_000);
    const last = await readAll(bus, TOPIC, "backfill", 49_998n);
    expect(last.map(({ value }) => value.id)).toEqual([49_998, 49_999]);
  });
});

describe("Batches", () => {
  it("hold as many messages as the limit says, and never more bytes than theirs, but for one message larger than that", async () => {
    const texts = looseTopic("texts");
    const bus = await open({ limits: { maxMessages: 3, maxBytes: 280 } });
    await bus.publish(texts, "live", [..."abcd", "x".repeat(100), "y".repeat(100), "z".repeat(100), "w".repeat(1_000)]);
    const sizes: number[] = [];
    await bus.subscribe(texts, "readers", async ({ messages }) => {
      sizes.push(messages.length);
      return [];
    });
    await bus.settled(texts, "readers");
    expect(sizes).toEqual([3, 3, 1, 1]);
  });

  it("write the dead letters with the acknowledgement: no append of theirs without it, none of it without them", async () => {
    const steps: Step[] = [];
    const bus = await open({ onStep: (step) => steps.push(step) });
    await bus.publish(TOPIC, "live", [note(0)]);
    await bus.subscribe(TOPIC, "judges", async () => [
      { index: 0, error: new PipelineError("Never.", { code: "STORE_REJECTED", recovery: "dead-letter" }) },
    ]);
    await bus.settled(TOPIC, "judges");
    expect(steps.filter((step) => step.endsWith(".written"))).toEqual([
      "publish.written",
      "register.written",
      "acknowledge.written",
    ]);
    expect(await readAll(bus, DEAD_LETTERS, "live")).toHaveLength(1);
  });

  it("end the subscription when the handler rejects a message that is not there", async () => {
    const bus = await open();
    await bus.publish(TOPIC, "live", [note(0)]);
    const subscription = await bus.subscribe(TOPIC, "judges", async () => [
      { index: 1, error: new PipelineError("Never.", { code: "STORE_REJECTED", recovery: "dead-letter" }) },
    ]);
    await expect(subscription.done).rejects.toMatchObject({
      code: "CONTRACT_VIOLATED",
      recovery: "exit",
      details: { index: 1, size: 1 },
    });
    expect((await bus.progress(TOPIC, "judges")).lag).toBe(1);
  });

  it("of dead letters that are rejected make no further dead letters", async () => {
    const bus = await open();
    await bus.publish(looseTopic(DEAD_LETTERS.name), "live", ["no letter"]);
    await bus.subscribe(DEAD_LETTERS, "undertakers", async () => []);
    await bus.settled(DEAD_LETTERS, "undertakers");
    expect((await bus.progress(DEAD_LETTERS, "undertakers")).lag).toBe(0);
    expect(await readAll(bus, looseTopic(DEAD_LETTERS.name), "live")).toHaveLength(1);
  });

  it("abort the signal of a handler that is still at work when the deadline of stop has passed", async () => {
    const bus = await open({ stopAfterMs: 1 });
    await bus.publish(TOPIC, "live", [note(0)]);
    const begun = createGate();
    const subscription = await bus.subscribe(TOPIC, "sleepers", async (_, signal) => {
      begun.open();
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      throw new Error("given up");
    });
    await begun.opened;
    await subscription.stop();
    expect((await bus.progress(TOPIC, "sleepers")).lag).toBe(1);
  });
});

describe("A full disk", () => {
  it("stops intake, says how much is missing, keeps what is acknowledged, and takes in again when there is room", async () => {
    let free = 100 * MIB;
    const bus = await open({ freeBytes: () => free, reserveBytes: 32 * MIB });
    await bus.publish(TOPIC, "live", notes(0, 3));
    free = 30 * MIB;
    const refused = await bus.publish(TOPIC, "live", [note(3)]).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "BUS_FULL", recovery: "retry", retryAfterMs: 5_000 });
    expect((refused as PipelineError).message).toMatch(/30\.\d MiB are free, 2\.\d MiB are missing/);
    expect(await idsIn(bus, TOPIC, "live")).toEqual([0, 1, 2]);
    free = 100 * MIB;
    await bus.publish(TOPIC, "live", [note(3)]);
    expect(await idsIn(bus, TOPIC, "live")).toEqual([0, 1, 2, 3]);
  });

  it("still lets what was taken in be worked off, acknowledged and deleted", async () => {
    let free = 100 * MIB;
    const bus = await open({ freeBytes: () => free, reserveBytes: 32 * MIB });
    await bus.publish(TOPIC, "live", notes(0, 3));
    free = 0;
    await bus.subscribe(TOPIC, "readers", record().handle);
    await bus.settled(TOPIC, "readers");
    await bus.checkpoints.write({ "readers/place": 3 });
    expect(await bus.retain(TOPIC, instantOf(Date.now() + 60_000))).toBe(3);
  });

  it("refuses the call that is too large and takes the small one that waited with it", async () => {
    const bus = await open({ freeBytes: () => 40 * MIB, reserveBytes: 32 * MIB });
    const texts = looseTopic("texts");
    const outcomes = await Promise.allSettled([
      bus.publish(texts, "live", ["x".repeat(8 * MIB)]),
      bus.publish(TOPIC, "live", [note(1)]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect([await readAll(bus, texts, "live"), await idsIn(bus, TOPIC, "live")]).toEqual([[], [1]]);
  });

  it("uses the room that retention made inside the file", async () => {
    let free = 500 * MIB;
    const bus = await open({ freeBytes: () => free, reserveBytes: 32 * MIB });
    const texts = looseTopic("texts");
    for (let call = 0; call < 8; call++) await bus.publish(texts, "live", ["x".repeat(8 * MIB)]);
    free = 20 * MIB;
    await expect(bus.publish(texts, "live", ["y".repeat(MIB)])).rejects.toMatchObject({ code: "BUS_FULL" });
    await bus.retain(texts, instantOf(Date.now() + 60_000));
    await bus.publish(texts, "live", ["y".repeat(MIB)]);
    expect(await readAll(bus, texts, "live")).toHaveLength(1);
  });
});

describe("Checkpoints", () => {
  it("are there after reopening, null deletes, and what was never written reads as null", async () => {
    const first = await open();
    await first.checkpoints.write({ "crawl/cursor/a": { page: 3 }, "crawl/cursor/b": "x", "crawl/health": [1] });
    await first.checkpoints.write({ "crawl/cursor/b": null, "crawl/cursor/c": 0 });
    await first.close();
    const { checkpoints } = await open();
    expect([
      await checkpoints.read("crawl/cursor/a"),
      await checkpoints.read("crawl/cursor/b"),
      await checkpoints.read("crawl/cursor/c"),
      await checkpoints.read("nothing"),
    ]).toEqual([{ page: 3 }, null, 0, null]);
  });

  it("are listed below a prefix, in the order of their keys", async () => {
    const { checkpoints } = await open();
    await checkpoints.write({ "b/2": 2, "b/10": 10, "b/ж": "ж", "a/1": 1, "c/1": 1, b: "not below" });
    const found: (readonly [string, unknown])[] = [];
    for await (const entry of checkpoints.entries("b/")) found.push(entry);
    expect(found).toEqual([
      ["b/10", 10],
      ["b/2", 2],
      ["b/ж", "ж"],
    ]);
  });

  it("are written all or none: a value that is no JSON or a key that is too long refuses the whole call", async () => {
    const { checkpoints } = await open();
    await expect(checkpoints.write({ good: 1, bad: undefined })).rejects.toMatchObject({ code: "CONTRACT_VIOLATED" });
    await expect(checkpoints.write({ good: 1, ["k".repeat(2_000)]: 1 })).rejects.toMatchObject({
      code: "CONTRACT_VIOLATED",
    });
    expect(await checkpoints.read("good")).toBeNull();
    const longest = "k".repeat(1_900);
    await checkpoints.write({ [longest]: 1 });
    expect(await checkpoints.read(longest)).toBe(1);
  });
});

it.each([
  ["of another program", Buffer.alloc(20_000, 7)],
  ["cut off", Buffer.from("x")],
])("A file %s is refused with what to do, and its folder is free again", async (_, bytes) => {
  writeFileSync(join(dir, "data.mdb"), bytes);
  await expect(openEmbeddedBus({ dir })).rejects.toMatchObject({
    code: "BUS_UNAVAILABLE",
    recovery: "exit",
    message: `The log ${dir} cannot be opened: data.mdb is not a file of LMDB. Restore it from a copy, or move the folder away to begin anew.`,
  });
  expect(readFileSync(join(dir, "data.mdb"))).toEqual(bytes);
  expect(readFolderLock(dir)).toBeNull();
});

it("A file that was just made and holds nothing yet is a new log", async () => {
  writeFileSync(join(dir, "data.mdb"), "");
  await expect((await open()).publish(TOPIC, "live", [note(0)])).resolves.toBeUndefined();
});

it("A folder belongs to one log at a time", async () => {
  const bus = await open();
  await expect(openEmbeddedBus({ dir })).rejects.toMatchObject({
    code: "FOLDER_LOCKED",
    recovery: "exit",
    details: { dir, pid: process.pid },
  });
  await bus.close();
  await (await open()).publish(TOPIC, "live", [note(0)]);
});

it("A log is closed when it is disposed of", async () => {
  const bus = await openEmbeddedBus({ dir });
  await bus.publish(TOPIC, "live", [note(0)]);
  await bus[Symbol.asyncDispose]();
  expect(await idsIn(await open(), TOPIC, "live")).toEqual([0]);
});
