import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { DEAD_LETTERS, LANES, PipelineError, instantOf, millisOf, type Lane } from "@molva/contracts";
import { noteTopic, notes, readAll, record } from "@molva/testing";
import { openEmbeddedBus, type EmbeddedBus } from "../src/bus/embedded-bus.ts";

/** The log as anyone would draw it: a list per lane, how many were deleted from its front, and a place per group. */
interface Model {
  readonly appended: Record<Lane, number[]>;
  readonly dropped: Record<Lane, number>;
  readonly groups: Map<string, Record<Lane, number>>;
  letters: number;
  nextId: number;
}

const TOPIC = noteTopic("notes");
const lane = fc.constantFrom(...LANES);
const group = fc.constantFrom("a", "b");
const operation = fc.oneof(
  fc.record({
    do: fc.constant("publish" as const),
    lane,
    sizes: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    do: fc.constant("consume" as const),
    group,
    failures: fc.integer({ min: 0, max: 2 }),
    rejectEvery: fc.integer({ min: 2, max: 9 }),
  }),
  fc.record({ do: fc.constant("reopen" as const) }),
  fc.record({ do: fc.constant("turn clock" as const), by: fc.integer({ min: -100_000, max: 100_000 }) }),
  fc.record({ do: fc.constant("retain" as const) }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

interface Run {
  readonly model: Model;
  readonly dir: string;
  readonly clock: { now: number };
  bus: EmbeddedBus;
}

const open = (run: Pick<Run, "dir" | "clock">): Promise<EmbeddedBus> =>
  openEmbeddedBus({
    dir: run.dir,
    clock: () => run.clock.now,
    limits: { maxMessages: 3 },
    backoff: { firstMs: 0, maxMs: 0 },
  });

const ACTIONS: {
  readonly [K in Operation["do"]]: (run: Run, step: Extract<Operation, { readonly do: K }>) => Promise<void>;
} = {
  publish: async ({ bus, model }, step) => {
    const calls = step.sizes.map((size) => {
      const values = notes(model.nextId, size);
      model.nextId += size;
      model.appended[step.lane].push(...values.map(({ id }) => id));
      return bus.publish(TOPIC, step.lane, values);
    });
    await Promise.all(calls);
  },
  consume: async ({ bus, model }, step) => {
    let failures = step.failures;
    const seen: number[] = [];
    const never = new PipelineError("Never.", { code: "STORE_REJECTED", recovery: "dead-letter" });
    const reader = record(({ messages }) => {
      if (failures-- > 0) throw new Error("once more");
      seen.push(...messages.map(({ value }) => value.id));
      return messages.flatMap(({ value }, index) =>
        value.id % step.rejectEvery === 0 ? [{ index, error: never }] : [],
      );
    });
    const subscription = await bus.subscribe(TOPIC, step.group, reader.handle);
    await bus.settled(TOPIC, step.group);
    await subscription.stop();
    const place = model.groups.get(step.group) ?? { live: 0, backfill: 0 };
    const expected = LANES.flatMap((each) => model.appended[each].slice(Math.max(place[each], model.dropped[each])));
    expect(seen).toEqual(expected);
    model.letters += expected.filter((id) => id % step.rejectEvery === 0).length;
    model.groups.set(step.group, { live: model.appended.live.length, backfill: model.appended.backfill.length });
  },
  reopen: async (run) => {
    await run.bus.close();
    run.bus = await open(run);
  },
  "turn clock": async (run, step) => {
    run.clock.now += step.by;
  },
  retain: async ({ bus, model }) => {
    const needed = (each: Lane): number =>
      Math.min(model.appended[each].length, ...[...model.groups.values()].map((place) => place[each]));
    const expected = LANES.reduce((sum, each) => sum + Math.max(0, needed(each) - model.dropped[each]), 0);
    expect(await bus.retain(TOPIC, instantOf(Date.parse("2100-01-01T00:00:00.000Z")))).toBe(expected);
    for (const each of LANES) model.dropped[each] = Math.max(model.dropped[each], needed(each));
  },
};

const check = async ({ bus, model }: Run): Promise<void> => {
  for (const each of LANES) {
    const stored = await readAll(bus, TOPIC, each);
    expect(stored.map(({ value }) => value.id)).toEqual(model.appended[each].slice(model.dropped[each]));
    expect(stored.map(({ offset }) => Number(offset))).toEqual(stored.map((_, index) => model.dropped[each] + index));
    const times = stored.map(({ appendedAt }) => millisOf(appendedAt));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  }
  const letters = await Promise.all(LANES.map(async (each) => (await readAll(bus, DEAD_LETTERS, each)).length));
  expect(letters.reduce((sum, count) => sum + count, 0)).toBe(model.letters);
  for (const [name, place] of model.groups) {
    const lag = LANES.reduce(
      (sum, each) => sum + model.appended[each].length - Math.max(place[each], model.dropped[each]),
      0,
    );
    expect((await bus.progress(TOPIC, name)).lag).toBe(lag);
  }
};

/** Runs the operations on a fresh log; throws where it differs from its model. */
const follow = async (operations: readonly Operation[]): Promise<void> => {
  const dir = mkdtempSync(join(tmpdir(), "molva-model-"));
  const clock = { now: Date.parse("2026-03-01T12:00:00.000Z") };
  const model: Model = {
    appended: { live: [], backfill: [] },
    dropped: { live: 0, backfill: 0 },
    groups: new Map(),
    letters: 0,
    nextId: 1,
  };
  const run: Run = { dir, clock, model, bus: await open({ dir, clock }) };
  try {
    for (const step of operations) {
      await (ACTIONS[step.do] as (run: Run, step: Operation) => Promise<void>)(run, step);
      await check(run);
    }
  } finally {
    await run.bus.close();
    rmSync(dir, { recursive: true, force: true });
  }
};

it("The log equals its model under any order of publishing, consuming, failing, deleting, reopening and a clock that is turned", async () => {
  const property = fc.asyncProperty(fc.array(operation, { maxLength: 20 }), follow);
  await expect(fc.assert(property, { numRuns: 60 })).resolves.toBeUndefined();
});
