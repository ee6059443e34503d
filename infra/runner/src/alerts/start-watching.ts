import type { Config } from "@molva/platform";
import type { Runtime } from "../runtime.ts";
import { createWatch } from "./watch-brands.ts";

/** Between two looks at least; and four times as long as the last one took, so that watching takes a fifth of the time at most. */
const LEAST_MS = 1_000;
const REST = 4;

/** Looks at every brand on schedule, and soon after numbers have changed. */
export const startWatching = (runtime: Runtime, config: Config): { stop(): Promise<void> } => {
  const ending = new AbortController();
  const watch = createWatch({ runtime, config, signal: ending.signal });
  let changed = false;
  let wake: (() => void) | null = null;
  const stopListening = runtime.changes.listen(() => {
    changed = true;
    wake?.();
  });
  const pause = (ms: number, early: boolean): Promise<void> =>
    new Promise((resolve) => {
      if (ending.signal.aborted || (early && changed)) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        wake = null;
        ending.signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      if (early) wake = end;
      ending.signal.addEventListener("abort", end, { once: true });
    });
  const loop = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      changed = false;
      const begun = performance.now();
      try {
        await watch.look();
      } catch (error) {
        if (!ending.signal.aborted)
          runtime.log.error("alert.watch", { message: error instanceof Error ? error.message : String(error) });
      }
      const took = performance.now() - begun;
      const rest = Math.max(LEAST_MS, took * REST);
      await pause(rest, false);
      await pause(Math.max(0, config.alerts.every - rest), true);
    }
  };
  const done = loop();
  return {
    stop: async () => {
      stopListening();
      ending.abort();
      await done;
    },
  };
};
