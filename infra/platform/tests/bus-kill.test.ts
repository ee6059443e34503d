import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readFolderLock } from "../src/folder-lock.ts";
import { inspectLog } from "./bus-inspection.ts";
import { runWorkload } from "./bus-workload.ts";
import { casesOf, expectAllDone, expectNothingLost, runAndKill } from "./kill-at-step.ts";

const CASES = casesOf(["register", "publish", "acknowledge", "checkpoint", "retain"]);

describe("A process killed between any two steps", () => {
  let dir = "";
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "molva-kill-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it.each(CASES)("loses nothing at $step, time $times", async (where) => {
    const { published, reached } = await runAndKill("bus-kill-child.ts", [dir], where);
    expect(reached).toBe(true);
    expect(readFolderLock(dir)).toBeNull();

    const after = await inspectLog(dir);
    expect(after.faults).toEqual([]);
    expectNothingLost(after, published);

    await runWorkload(
      dir,
      () => undefined,
      () => undefined,
    );
    const end = await inspectLog(dir);
    expect(end.faults).toEqual([]);
    expectAllDone(end);
  });
});
