import type { Config } from "@molva/platform";
import type { Runtime } from "../runtime.ts";
import { createWatch } from "./watch-brands.ts";

/** Between two looks at least. */
const LEAST_MS = 300;
/** After a look at all brands, as many times as long as it took, so that watching takes a fifth of the time at most. */
const REST = 4;
/** A look at what has changed that took longer than this rests as long as it took; a shorter one at most a second: people wait for it. */
const LONG_MS = 5_000;
const SHORT_REST_MS = 1_000;

export interface Watching {
  /** Resolves after the first look at all brands, however it ended. */
  readonly first: Promise<void>;
  stop(): Promise<void>;
}

/** Looks at every brand on schedule, and at those whose last hours have changed soon after the change. */
export const startWatching = (runtime: Runtime, config: Config): Watching => {
  const ending = new AbortController();
  const watch = createWatch({ runtime, config, signal: ending.signal });
  let changed = false;
  let wake: (() => void) | null = null;
  let toldFirst = (): void => {};
  const first = new Promise<void>((resolve) => (toldFirst = resolve));
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
  let mayAt = 0;
  /** Whether something has changed, and the last look at such was long enough ago; it is taken for looked at then. */
  const urgent = (): boolean => {
    if (!changed || performance.now() < mayAt) return false;
    changed = false;
    mayAt = performance.now() + SHORT_REST_MS;
    return true;
  };
  const safely = async (look: () => Promise<void>): Promise<number> => {
    const begun = performance.now();
    try {
      await look();
    } catch (error) {
      if (!ending.signal.aborted)
        runtime.log.error("alert.watch", { message: error instanceof Error ? error.message : String(error) });
    }
    return performance.now() - begun;
  };
  const loop = async (): Promise<void> => {
    let dueAt = 0;
    while (!ending.signal.aborted) {
      changed = false;
      const all = performance.now() >= dueAt;
      const took = await safely(all ? () => watch.look(urgent) : () => watch.lookAtChanged());
      if (all) {
        toldFirst();
        dueAt = performance.now() + Math.max(config.alerts.every, took * REST);
      }
      // What is looked at for all brands takes long, and must not keep a change waiting as long again.
      const rest = all ? LEAST_MS : Math.max(LEAST_MS, took > LONG_MS ? took : Math.min(took, SHORT_REST_MS));
      await pause(rest, false);
      await pause(Math.max(0, dueAt - performance.now()), true);
    }
    toldFirst();
  };
  const done = loop();
  return {
    first,
    stop: async () => {
      stopListening();
      ending.abort();
      await done;
    },
  };
};
