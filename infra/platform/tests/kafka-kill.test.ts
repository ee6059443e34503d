import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kafka, logLevel } from "kafkajs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DEAD_LETTERS, LANES, type Bus, type Lane } from "@molva/contracts";
import { mentionIdOfNote, readAll } from "@molva/testing";
import { INPUTS, OUTPUTS, RELAY } from "./bus-workload.ts";
import { describeWithKafka, freshPrefix, openBus, useOwnBroker } from "./kafka-world.ts";
import { runKafkaWorkload, type Workplace } from "./kafka-workload.ts";
import { ALL_IDS, casesOf, expectAllDone, expectNothingLost, runAndKill, type Standing } from "./kill-at-step.ts";

const NOT_YET = new Set<unknown>(["GROUP_LOAD_IN_PROGRESS", "NOT_COORDINATOR_FOR_GROUP"]);

/** What the broker holds: messages with their places, what came of them, and the offsets of the group. */
const inspect = async (bus: Bus, { broker, prefix }: Workplace): Promise<Standing> => {
  const inputs = (
    await Promise.all(
      LANES.map(async (lane) =>
        (await readAll(bus, INPUTS, lane)).map(({ offset, value }) => ({ lane, offset: Number(offset), value })),
      ),
    )
  ).flat();
  const outputs = (await Promise.all(LANES.map((lane) => readAll(bus, OUTPUTS, lane)))).flat();
  const letters = (await Promise.all(LANES.map((lane) => readAll(bus, DEAD_LETTERS, lane)))).flat();
  const lettered = new Set<string | null>(letters.map(({ value }) => value.mentionId));
  const admin = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  // A broker that has just started is the group's coordinator only when it has loaded it, and says so.
  const asked = async (): ReturnType<typeof admin.fetchOffsets> =>
    admin
      .fetchOffsets({
        groupId: `${prefix}${INPUTS.name}.${RELAY.name}`,
        topics: LANES.map((lane) => `${prefix}${INPUTS.name}.${lane}`),
      })
      .catch((error: unknown) => {
        if (!NOT_YET.has((error as { readonly type?: unknown }).type)) throw error;
        return asked();
      });
  const offsets = await asked();
  await admin.disconnect();
  // All notes have one key, so one partition of each lane holds them all.
  const acknowledgedIn = (lane: Lane): number =>
    Math.max(0, ...(offsets[LANES.indexOf(lane)]?.partitions.map(({ offset }) => Number(offset)) ?? []));
  const acknowledged = { live: acknowledgedIn("live"), backfill: acknowledgedIn("backfill") };
  const effects = new Set([
    ...outputs.map(({ value }) => value.id),
    ...ALL_IDS.filter((id) => lettered.has(mentionIdOfNote(id))),
  ]);
  return { inputs, letters, acknowledged, effects };
};

const CASES = casesOf(["register", "publish", "acknowledge", "retain"]);

describeWithKafka("A process on Kafka killed between any two steps", () => {
  const broker = useOwnBroker();
  let dir = "";
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "molva-kafka-kill-"));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.concurrent.each(CASES)("loses nothing at $step, time $times", async (where) => {
    const prefix = freshPrefix();
    const place: Workplace = { broker: broker().brokers[0] ?? "", prefix, placeFile: join(dir, `${prefix}place`) };
    const { published, reached } = await runAndKill(
      "kafka-kill-child.ts",
      [place.broker, prefix, place.placeFile],
      where,
    );
    expect(reached).toBe(true);

    await using bus = await openBus([place.broker], prefix, { partitions: 2 });
    expectNothingLost(await inspect(bus, place), published);

    await runKafkaWorkload(
      place,
      () => undefined,
      () => undefined,
    );
    expectAllDone(await inspect(bus, place));
  });
});
