import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "@molva/platform";
import { aggregateStage, verify } from "../src/index.ts";
import { STEP_NAMES, type StepName } from "../src/stage.ts";
import { batchOf } from "./support/facts.ts";
import { KILLED_BRAND, killedBatches } from "./support/killed.ts";
import { countedHours } from "./support/store.ts";

const CHILD = fileURLToPath(new URL("support/child.ts", import.meta.url));

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "molva-aggregator-kill-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** Starts an aggregator on the folder and kills it with SIGKILL once it is between this step and the next. */
const killedAfter = async (step: StepName, batch: number): Promise<void> => {
  const child = spawn(
    process.execPath,
    ["--conditions=source", "--import", "tsx", CHILD, folder, String(batch), step],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = once(child, "exit");
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes("parked")) child.kill("SIGKILL");
  }
  const [code, signal] = (await exited) as [number | null, string | null];
  expect({ said, code, signal }).toEqual({ said: `parked after ${step}\n`, code: null, signal: "SIGKILL" });
};

describe("an aggregator that is killed", () => {
  it("between any two steps, on one folder, ends in the numbers of a recount", async () => {
    const batches = killedBatches();
    for (const [i, step] of STEP_NAMES.entries()) await killedAfter(step, i);
    await using store = await openStore({ path: folder });
    const stage = aggregateStage({ store });
    for (const messages of batches.slice(STEP_NAMES.length))
      await stage.process(batchOf(messages), new AbortController().signal);
    const { differences, mentions } = await verify(store);
    expect(differences.slice(0, 3)).toEqual([]);
    expect(mentions).toBeGreaterThan(5);
    expect(await countedHours(store, KILLED_BRAND)).not.toEqual([]);
  });
});
