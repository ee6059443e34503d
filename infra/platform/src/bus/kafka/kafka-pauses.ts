import type { Lane } from "@molva/contracts";
import { placeKey } from "./kafka-positions.ts";

/** Which partitions are not fetched, and why. Times come from timers of its own; `end` stops them. */
export interface Pauses {
  /** After a failed batch: nothing of the partition for so long. */
  rest(lane: Lane, partition: number, ms: number): void;
  /** The backfill waits while live messages do. */
  hold(partitions: readonly number[]): void;
  release(): void;
  isHolding(): boolean;
  isPaused(lane: Lane, partition: number): boolean;
  end(): void;
}

/** A held lane looks again after so long by itself, whatever happened to the live messages it waited for. */
const HOLD_MS = 1_000;

export const createPauses = (fetching: {
  pause(lane: Lane, partition: number): void;
  resume(lane: Lane, partition: number): void;
}): Pauses => {
  const resting = new Map<string, NodeJS.Timeout>();
  const held = new Set<number>();
  let holdTimer: NodeJS.Timeout | null = null;
  let ended = false;

  const release = (): void => {
    if (holdTimer !== null) clearTimeout(holdTimer);
    holdTimer = null;
    for (const partition of held)
      if (!resting.has(placeKey("backfill", partition))) fetching.resume("backfill", partition);
    held.clear();
  };
  return {
    rest: (lane, partition, ms) => {
      if (ended) return;
      const key = placeKey(lane, partition);
      clearTimeout(resting.get(key));
      fetching.pause(lane, partition);
      resting.set(
        key,
        setTimeout(() => {
          resting.delete(key);
          if (lane === "live" || !held.has(partition)) fetching.resume(lane, partition);
        }, ms),
      );
    },
    hold: (partitions) => {
      if (ended) return;
      for (const partition of partitions) {
        held.add(partition);
        fetching.pause("backfill", partition);
      }
      holdTimer ??= setTimeout(release, HOLD_MS);
    },
    release,
    isHolding: () => held.size > 0,
    isPaused: (lane, partition) =>
      resting.has(placeKey(lane, partition)) || (lane === "backfill" && held.has(partition)),
    end: () => {
      ended = true;
      for (const timer of resting.values()) clearTimeout(timer);
      if (holdTimer !== null) clearTimeout(holdTimer);
    },
  };
};
