import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { LANES, instantOf } from "@molva/contracts";
import type { OnStep } from "../src/bus/steps.ts";
import { runStage } from "../src/run-stage.ts";
import { CHUNKS, INPUTS, RELAY, chunkOf } from "./bus-workload.ts";
import { openBus, QUIET } from "./kafka-world.ts";

export interface Workplace {
  readonly broker: string;
  readonly prefix: string;
  /** Where the producer keeps its place, as the crawlers keep theirs outside of the log. */
  readonly placeFile: string;
}

/** A member that was killed is missed after this long, in milliseconds. */
const SESSION_MS = 900;

const placeIn = (file: string): number => {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
};
const keepPlace = (file: string, next: number): void => {
  writeFileSync(`${file}.draft`, String(next));
  renameSync(`${file}.draft`, file);
};

/** The embedded log's workload on Kafka: a producer that keeps its place, a stage that publishes onward, and retention at the end. */
export const runKafkaWorkload = async (
  { broker, prefix, placeFile }: Workplace,
  onStep: OnStep,
  onPublished: (chunk: number) => void,
): Promise<void> => {
  const bus = await openBus([broker], prefix, {
    onStep,
    limits: { maxMessages: 4 },
    sessionTimeoutMs: SESSION_MS,
    partitions: 2,
  });
  await runStage(RELAY, bus, QUIET, { onStep });
  for (let chunk = placeIn(placeFile); chunk < CHUNKS; chunk++) {
    await bus.publish(INPUTS, LANES[chunk % 2] ?? "live", chunkOf(chunk));
    onPublished(chunk);
    keepPlace(placeFile, chunk + 1);
  }
  await bus.settled(INPUTS, RELAY.name);
  await bus.retain(INPUTS, instantOf(Date.now() + 60_000));
  await bus.close();
};
