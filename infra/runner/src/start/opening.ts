import { setTimeout as delay } from "node:timers/promises";
import { isPipelineError, type Log } from "@molva/contracts";

const FIRST_MS = 250;
const LONGEST_MS = 5_000;

/**
 * Opens what other processes serve, and waits for them: they start in any order. An error worth a retry is tried again, less
 * and less often, until the signal fires.
 */
export const openPatiently = async <T>(open: () => Promise<T>, log: Log, signal: AbortSignal): Promise<T> => {
  for (let pause = FIRST_MS; ; pause = Math.min(LONGEST_MS, pause * 2)) {
    try {
      return await open();
    } catch (error) {
      if (!isPipelineError(error) || error.recovery !== "retry") throw error;
      log.warn("start.waiting", { code: error.code, reason: error.message, ms: pause });
      await delay(pause, null, { signal });
    }
  }
};
