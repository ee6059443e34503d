import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "@molva/contracts";

export interface Repetition {
  readonly name: string;
  /** Milliseconds from the end of the work to its next beginning; asked each time. */
  readonly everyMs: number | (() => number);
  readonly log: Log;
  readonly work: (signal: AbortSignal) => Promise<void>;
  /** Beside the log line, for what a person should see. */
  readonly onError?: (error: unknown) => void;
}

/** Calls `work` at once and then again this long after it ended, until stopped. What it throws is logged; the next time comes. */
export const repeat = ({ name, everyMs, log, work, onError }: Repetition) => {
  const stop = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        await work(stop.signal);
      } catch (error) {
        if (!stop.signal.aborted) {
          log.error(`${name} failed`, { error: error instanceof Error ? error.message : String(error) });
          onError?.(error);
        }
      }
      await pause(typeof everyMs === "number" ? everyMs : everyMs(), stop.signal);
    }
  };
  const done = loop();
  return {
    /** Resolves when the work in flight has ended. */
    stop: async (): Promise<void> => {
      stop.abort();
      await done;
    },
  };
};

/** Leaves no listener behind: a signal that lives as long as the process hears one pause at a time. */
const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await delay(ms, undefined, { signal }).catch(() => undefined);
};
