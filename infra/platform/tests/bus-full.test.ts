import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { looseTopic, readAll } from "@molva/testing";
import { openEmbeddedBus } from "../src/bus/embedded-bus.ts";

const CHILD = fileURLToPath(new URL("bus-full-child.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** In the shell's blocks of 512 bytes: 4 MB. */
const FILE_LIMIT = 8_000;

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "molva-full-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it("A write that the operating system cuts short is refused as worth a retry; what was acknowledged is there, and the log goes on", async () => {
  const run = `ulimit -f ${FILE_LIMIT} && exec "$@"`;
  const { stdout } = await promisify(execFile)(
    "sh",
    ["-c", run, "sh", process.execPath, "--conditions=source", "--import", "tsx", CHILD, dir],
    { cwd: ROOT },
  );
  const told = JSON.parse(stdout) as {
    readonly acknowledged: number;
    readonly smallAfter: boolean;
    readonly code: string;
    readonly recovery: string;
  };
  expect(told.recovery).toBe("retry");
  expect(["BUS_FULL", "BUS_UNAVAILABLE"]).toContain(told.code);
  expect(told.acknowledged).toBeGreaterThan(10);

  const bus = await openEmbeddedBus({ dir });
  const texts = looseTopic("texts");
  const stored = await readAll(bus, texts, "live");
  expect(stored).toHaveLength(told.acknowledged + (told.smallAfter ? 1 : 0));
  await bus.publish(texts, "live", ["there is room again"]);
  expect((await readAll(bus, texts, "live")).at(-1)?.offset).toBe(BigInt(stored.length));
  await bus.close();
});
