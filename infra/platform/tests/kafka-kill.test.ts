import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Kafka, logLevel } from "kafkajs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DEAD_LETTERS, LANES, type Bus } from "@molva/contracts";
import { mentionIdOfNote, readAll } from "@molva/testing";
import type { Step, Work } from "../src/bus/steps.ts";
import { CHUNKS, INPUTS, OUTPUTS, RELAY, chunkOf } from "./bus-workload.ts";
import { describeWithKafka, freshPrefix, openBus, useOwnBroker } from "./kafka-world.ts";
import { runKafkaWorkload, type Workplace } from "./kafka-workload.ts";

const CHILD = fileURLToPath(new URL("kafka-kill-child.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const ALL_IDS = Array.from({ length: CHUNKS }, (_, chunk) => chunkOf(chunk).map(({ id }) => id)).flat();

/** Starts the workload in a process of its own and kills it where it stands still. */
const runAndKill = async ({ broker, prefix, placeFile }: Workplace, step: Step, times: number) => {
  const child = spawn(
    process.execPath,
    ["--conditions=source", "--import", "tsx", CHILD, broker, prefix, placeFile, step, String(times)],
    { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const published: number[] = [];
  let reached = false;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("published ")) published.push(Number(line.slice("published ".length)));
    if (line !== "here") continue;
    reached = true;
    child.kill("SIGKILL");
  }
  await exited;
  return { published, reached };
};

/** What the broker holds: messages with their places, what came of them, and the offsets of the group. */
const inspect = async (bus: Bus, { broker, prefix }: Workplace) => {
  const inputs = (
    await Promise.all(LANES.map(async (lane) => (await readAll(bus, INPUTS, lane)).map((each) => ({ lane, ...each }))))
  ).flat();
  const outputs = (await Promise.all(LANES.map((lane) => readAll(bus, OUTPUTS, lane)))).flat();
  const letters = (await Promise.all(LANES.map((lane) => readAll(bus, DEAD_LETTERS, lane)))).flat();
  const lettered = new Set<string | null>(letters.map(({ value }) => value.mentionId));
  const admin = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  // A coordinator that is new to the group loads it first, and says so.
  const asked = async (): ReturnType<typeof admin.fetchOffsets> =>
    admin
      .fetchOffsets({
        groupId: `${prefix}${INPUTS.name}.${RELAY.name}`,
        topics: LANES.map((lane) => `${prefix}${INPUTS.name}.${lane}`),
      })
      .catch((error: unknown) => {
        if ((error as { readonly type?: unknown }).type !== "GROUP_LOAD_IN_PROGRESS") throw error;
        return asked();
      });
  const offsets = await asked();
  await admin.disconnect();
  // All notes have one key, so one partition of each lane holds them all.
  const acknowledged = new Map(
    LANES.map((lane, index) => [
      lane,
      Math.max(0, ...(offsets[index]?.partitions.map(({ offset }) => Number(offset)) ?? [])),
    ]),
  );
  const effects = new Set([
    ...outputs.map(({ value }) => value.id),
    ...ALL_IDS.filter((id) => lettered.has(mentionIdOfNote(id))),
  ]);
  return { inputs, letters, acknowledged, effects };
};

const WORKS: readonly Work[] = ["register", "publish", "acknowledge", "retain"];
const PHASES = ["queued", "written", "flushed", "done"] as const;
const STEPS: readonly Step[] = [
  ...WORKS.flatMap((work) => PHASES.map((phase): Step => `${work}.${phase}`)),
  "batch.read",
  "stage.processed",
  "stage.published",
  "batch.handled",
];
/** The first time, and once in the middle of the run for what happens often. */
const CASES = STEPS.flatMap((step) =>
  (step.startsWith("register") || step.startsWith("retain") ? [1] : [1, 4]).map((times) => ({ step, times })),
);

describeWithKafka("A process on Kafka killed between any two steps", () => {
  const broker = useOwnBroker();
  let dir = "";
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "molva-kafka-kill-"));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.concurrent.each(CASES)("loses nothing at $step, time $times", async ({ step, times }) => {
    const prefix = freshPrefix();
    const place: Workplace = { broker: broker().brokers[0] ?? "", prefix, placeFile: join(dir, `${prefix}place`) };
    const { published, reached } = await runAndKill(place, step, times);
    expect(reached).toBe(true);

    await using bus = await openBus([place.broker], prefix, { partitions: 2 });
    const after = await inspect(bus, place);
    const ahead = after.inputs.filter(
      ({ lane, offset, value }) => Number(offset) < (after.acknowledged.get(lane) ?? 0) && !after.effects.has(value.id),
    );
    expect(ahead).toEqual([]);
    const kept = new Set([...after.inputs.map(({ value }) => value.id), ...after.effects]);
    expect(published.flatMap(chunkOf).filter(({ id }) => !kept.has(id))).toEqual([]);

    await runKafkaWorkload(
      place,
      () => undefined,
      () => undefined,
    );
    const end = await inspect(bus, place);
    expect([...end.effects].toSorted((a, b) => a - b)).toEqual(ALL_IDS);
    expect(end.inputs).toEqual([]);
    expect(end.letters.every(({ value }) => value.code === "STORE_REJECTED" && value.stage === "relay")).toBe(true);
    expect(new Set(end.letters.map(({ value }) => value.mentionId)).size).toBe(
      ALL_IDS.filter((id) => id === 7 || id % 5 === 3).length,
    );
  });
});
