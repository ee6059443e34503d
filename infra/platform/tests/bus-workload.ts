import { LANES, PipelineError, instantOf, type Log, type Stage } from "@molva/contracts";
import { noteTopic, notes, type Note } from "@molva/testing";
import { openEmbeddedBus } from "../src/bus/embedded-bus.ts";
import type { OnStep } from "../src/bus/steps.ts";
import { runStage } from "../src/run-stage.ts";

export const INPUTS = noteTopic("inputs");
export const OUTPUTS = noteTopic("outputs");
export const CHUNK = 3;
export const CHUNKS = 8;
const NEXT = "producer/next";
const QUIET: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const refused = (id: number): PipelineError =>
  new PipelineError(`Note ${id} can never succeed.`, {
    code: "STORE_REJECTED",
    recovery: "dead-letter",
    details: { id },
  });

/** Passes notes on; every fifth is rejected by name, and note 7 poisons whatever batch it stands in. */
export const RELAY: Stage<Note, Note> = {
  name: "relay",
  input: INPUTS,
  output: OUTPUTS,
  writesNothing: true,
  process: async ({ messages }) => {
    if (messages.some(({ value }) => value.id === 7)) throw refused(7);
    return {
      outputs: messages.map(({ value }) => value).filter(({ id }) => id % 5 !== 3),
      rejections: messages.flatMap(({ value }, index) =>
        value.id % 5 === 3 ? [{ index, error: refused(value.id) }] : [],
      ),
    };
  },
};

/** The notes of one call of `publish`; odd calls go into the backfill lane. */
export const chunkOf = (chunk: number): readonly Note[] => notes(chunk * CHUNK, CHUNK);

/**
 * A producer that keeps its place, a stage that publishes onward, and retention at the end: all of the log's work in one run. Started again
 * after a crash it goes on where it was, as the crawlers do: the place is saved after the data is safe.
 */
export const runWorkload = async (dir: string, onStep: OnStep, onPublished: (chunk: number) => void): Promise<void> => {
  const bus = await openEmbeddedBus({ dir, onStep, limits: { maxMessages: 4 }, backoff: { firstMs: 1, maxMs: 5 } });
  await runStage(RELAY, bus, QUIET, { onStep });
  for (let chunk = Number((await bus.checkpoints.read(NEXT)) ?? 0); chunk < CHUNKS; chunk++) {
    await bus.publish(INPUTS, LANES[chunk % 2] ?? "live", chunkOf(chunk));
    onPublished(chunk);
    await bus.checkpoints.write({ [NEXT]: chunk + 1 });
  }
  await bus.settled(INPUTS, RELAY.name);
  await bus.retain(INPUTS, instantOf(Date.now() + 60_000));
  await bus.close();
};
