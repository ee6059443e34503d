import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { openStore } from "../src/index.ts";
import { NUMBERED } from "./store-support/numbered.ts";

const CHILD = fileURLToPath(new URL("store-support/full-child.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** A disk of 64 MB of which half is taken, where this user may make one. */
const mounted = (dir: string): boolean =>
  spawnSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", dir], { stdio: "ignore" }).status === 0;

let dir = "";
let isSmall = false;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "molva-store-full-"));
  isSmall = mounted(dir);
});
afterEach(() => {
  if (isSmall) spawnSync("umount", [dir]);
  rmSync(dir, { recursive: true, force: true });
});

const BATCHES = {
  name: "batches",
  sql: "SELECT DISTINCT batch FROM numbered ORDER BY batch",
  params: z.strictObject({}),
  row: z.object({ batch: z.int() }),
};

it("On a full disk an insert is refused as worth a retry, with what is missing; what was acknowledged stays, and the store goes on once there is space", async () => {
  if (!isSmall) console.warn("NOT RUN: this user may not mount a small disk");
  else {
    const [path, filler] = [join(dir, "store"), join(dir, "filler")];
    writeFileSync(filler, Buffer.alloc(32 * 1024 * 1024, 1));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--conditions=source", "--import", "tsx", CHILD, path, filler],
      { cwd: ROOT },
    );
    const told = JSON.parse(stdout.slice(stdout.lastIndexOf("\n{"))) as {
      readonly acknowledged: readonly number[];
      readonly code: string;
      readonly recovery: string;
      readonly message: string;
    };
    expect(told).toMatchObject({ code: "STORE_UNAVAILABLE", recovery: "retry" });
    expect(told.message).toMatch(/disk is full.*\d+.*B/);
    expect(told.acknowledged.length).toBeGreaterThan(2);

    await using store = await openStore({ path, database: "full", migrations: [] });
    const batchesNow = async () => (await store.query(BATCHES, {})).map(({ batch }) => batch);
    expect(await batchesNow()).toEqual(told.acknowledged);
    await store.insert(NUMBERED.table, [
      { batch: 99, n: 0, at: "2026-06-01T00:00:00.000Z", text: "there is room again" },
    ]);
    expect(await batchesNow()).toEqual([...told.acknowledged, 99]);
  }
});
