import { afterEach, beforeEach } from "vitest";
import type { BusUnderTest, OpenBus } from "./bus-contract.ts";

/** A clock that a test sets by hand. */
interface TestClock {
  now: number;
}

export interface World {
  readonly clock: TestClock;
  readonly log: BusUnderTest;
}

/** A fresh log for each test of the surrounding `describe`, removed after it. */
export const useBus = (open: OpenBus): (() => World) => {
  let world: World | null = null;
  beforeEach(async () => {
    const clock: TestClock = { now: Date.parse("2026-03-01T12:00:00.000Z") };
    world = { clock, log: await open(() => clock.now) };
  });
  afterEach(async () => {
    const last = world;
    world = null;
    await last?.log.dispose();
  });
  return () => {
    if (world === null) throw new Error("A log is there only inside a test.");
    return world;
  };
};
