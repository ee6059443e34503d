import { setTimeout as wait } from "node:timers/promises";
import { PipelineError } from "@molva/contracts";

/** Turns at a host: between two requests lies at least its interval, and after a refusal its pause. */
export interface Pace {
  /** Resolves when the host may be asked; rejects when the signal fires first. */
  turn(host: string, intervalMs: number, signal: AbortSignal): Promise<void>;
  /** Nobody asks the host for so long. */
  pause(host: string, ms: number): void;
}

/** @param now milliseconds of a clock that never goes back. */
export const createPace = (now: () => number = () => performance.now()): Pace => {
  const free = new Map<string, number>();
  const stopped = (): PipelineError =>
    new PipelineError("the round was stopped", { code: "SOURCE_UNREACHABLE", recovery: "retry" });
  return {
    async turn(host, intervalMs, signal) {
      if (signal.aborted) throw stopped();
      const at = Math.max(now(), free.get(host) ?? 0);
      // Taken before waiting: who comes next stands behind us.
      free.set(host, at + intervalMs);
      const delay = at - now();
      if (delay <= 0) return;
      await wait(delay, undefined, { signal }).catch(() => {
        throw stopped();
      });
    },
    pause(host, ms) {
      free.set(host, Math.max(free.get(host) ?? 0, now() + ms));
    },
  };
};
