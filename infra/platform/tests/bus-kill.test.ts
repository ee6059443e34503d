import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Step, Work } from "../src/bus/steps.ts";
import { readFolderLock } from "../src/folder-lock.ts";
import { inspectLog } from "./bus-inspection.ts";
import { CHUNKS, chunkOf, runWorkload } from "./bus-workload.ts";

const CHILD = fileURLToPath(new URL("bus-kill-child.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const ALL_IDS = Array.from({ length: CHUNKS }, (_, chunk) => chunkOf(chunk).map(({ id }) => id)).flat();

interface Killed {
  /** Chunks whose `publish` had resolved. */
  readonly published: readonly number[];
  readonly reached: boolean;
}

/** Starts the workload in a process of its own and kills it where it stands still. */
const runAndKill = async (dir: string, step: Step, times: number): Promise<Killed> => {
  const child = spawn(process.execPath, ["--conditions=source", "--import", "tsx", CHILD, dir, step, String(times)], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
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

const WORKS: readonly Work[] = ["register", "publish", "acknowledge", "checkpoint", "retain"];
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

describe("A process killed between any two steps", () => {
  let dir = "";
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "molva-kill-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it.each(CASES)("loses nothing at $step, time $times", async ({ step, times }) => {
    const { published, reached } = await runAndKill(dir, step, times);
    expect(reached).toBe(true);
    expect(readFolderLock(dir)).toBeNull();

    const after = await inspectLog(dir);
    expect(after.faults).toEqual([]);
    const ahead = after.inputs.filter(
      ({ lane, offset, value }) => offset < after.acknowledged[lane] && !after.effects.has(value.id),
    );
    expect(ahead).toEqual([]);
    const kept = new Set([...after.inputs.map(({ value }) => value.id), ...after.effects]);
    expect(published.flatMap(chunkOf).filter(({ id }) => !kept.has(id))).toEqual([]);

    await runWorkload(
      dir,
      () => undefined,
      () => undefined,
    );
    const end = await inspectLog(dir);
    expect(end.faults).toEqual([]);
    expect([...end.effects].toSorted((a, b) => a - b)).toEqual(ALL_IDS);
    expect(end.inputs).toEqual([]);
    expect(end.letters.every(({ value }) => value.code === "STORE_REJECTED" && value.stage === "relay")).toBe(true);
    expect(new Set(end.letters.map(({ value }) => value.mentionId)).size).toBe(
      ALL_IDS.filter((id) => id === 7 || id % 5 === 3).length,
    );
  });
});
