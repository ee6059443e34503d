import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { busContract } from "@molva/testing";
import type { Bus } from "@molva/contracts";
import { openEmbeddedBus } from "../src/bus/embedded-bus.ts";

busContract("The embedded log", async (clock) => {
  const dir = mkdtempSync(join(tmpdir(), "molva-bus-"));
  const open = (): Promise<Bus> => openEmbeddedBus({ dir, clock, backoff: { firstMs: 1, maxMs: 5 } });
  let current = await open();
  return {
    bus: current,
    reopen: async () => {
      await current.close();
      current = await open();
      return current;
    },
    dispose: async () => {
      await current.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
});
