import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { DeadLetter, Lane } from "@molva/contracts";
import type { Note } from "@molva/testing";
import type { Step, Work } from "../src/bus/steps.ts";
import { CHUNKS, chunkOf } from "./bus-workload.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
export const ALL_IDS = Array.from({ length: CHUNKS }, (_, chunk) => chunkOf(chunk).map(({ id }) => id)).flat();

const PHASES = ["queued", "written", "flushed", "done"] as const;

/** Every step of these works and of a stage: the first time, and once in the middle of the run for what happens often. */
export const casesOf = (works: readonly Work[]): readonly { readonly step: Step; readonly times: number }[] => {
  const steps: readonly Step[] = [
    ...works.flatMap((work) => PHASES.map((phase): Step => `${work}.${phase}`)),
    "batch.read",
    "stage.processed",
    "stage.published",
    "batch.handled",
  ];
  return steps.flatMap((step) =>
    (step.startsWith("register") || step.startsWith("retain") ? [1] : [1, 4]).map((times) => ({ step, times })),
  );
};

interface Killed {
  /** Chunks whose `publish` had resolved. */
  readonly published: readonly number[];
  readonly reached: boolean;
}

/** Starts the workload in a process of its own, the file `child` beside this one, and kills it where it stands still. */
export const runAndKill = async (
  child: string,
  args: readonly string[],
  { step, times }: { readonly step: Step; readonly times: number },
): Promise<Killed> => {
  const program = fileURLToPath(new URL(child, import.meta.url));
  const running = spawn(
    process.execPath,
    ["--conditions=source", "--import", "tsx", program, step, String(times), ...args],
    { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = new Promise<void>((resolve) => running.once("exit", () => resolve()));
  const published: number[] = [];
  let reached = false;
  for await (const line of createInterface({ input: running.stdout })) {
    if (line.startsWith("published ")) published.push(Number(line.slice("published ".length)));
    if (line !== "here") continue;
    reached = true;
    running.kill("SIGKILL");
  }
  await exited;
  return { published, reached };
};

/** What a log holds after a kill, or at the end. */
export interface Standing {
  readonly inputs: readonly { readonly lane: Lane; readonly offset: number; readonly value: Note }[];
  readonly letters: readonly { readonly value: DeadLetter }[];
  /** First offset that the relay has not acknowledged. */
  readonly acknowledged: Readonly<Record<Lane, number>>;
  /** Ids whose effect is there: passed on, or in the dead letters. */
  readonly effects: ReadonlySet<number>;
}

/** Nothing is acknowledged whose effect is missing, and what `publish` had resolved for is there. */
export const expectNothingLost = (after: Standing, published: readonly number[]): void => {
  const ahead = after.inputs.filter(
    ({ lane, offset, value }) => offset < after.acknowledged[lane] && !after.effects.has(value.id),
  );
  expect(ahead).toEqual([]);
  const kept = new Set([...after.inputs.map(({ value }) => value.id), ...after.effects]);
  expect(published.flatMap(chunkOf).filter(({ id }) => !kept.has(id))).toEqual([]);
};

/** The run that went on after the kill has done all that there was. */
export const expectAllDone = (end: Standing): void => {
  expect([...end.effects].toSorted((a, b) => a - b)).toEqual(ALL_IDS);
  expect(end.inputs).toEqual([]);
  expect(end.letters.every(({ value }) => value.code === "STORE_REJECTED" && value.stage === "relay")).toBe(true);
  expect(new Set(end.letters.map(({ value }) => value.mentionId)).size).toBe(
    ALL_IDS.filter((id) => id === 7 || id % 5 === 3).length,
  );
};
