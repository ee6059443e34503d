import { instantOf, millisOf } from "@molva/contracts";
import type { Config } from "@molva/platform";
import { notePendingCorrections } from "../decisions/corrected-days.ts";
import { clearOldReports } from "../report/forget.ts";
import type { Runtime } from "../runtime.ts";
import { saveProgress } from "../stage-progress.ts";
import { recountDaily } from "./recount.ts";
import { DAY_MS, trimLog } from "./retention.ts";
import { repeat } from "./schedule.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What comes round by itself: the log is trimmed, and everything is recounted, once a day each; every minute the store is told how far the stages are, and what corrections changed that nobody waited for. */
export const startKeeping = (runtime: Runtime, config: Config): { stop(): Promise<void> } => {
  const { bus, store, clock, log } = runtime;
  const jobs = [
    repeat({ name: "progress", everyMs: MINUTE_MS, log, work: () => saveProgress(bus, store, clock) }),
    repeat({
      name: "corrections",
      everyMs: MINUTE_MS,
      log,
      work: (signal) => notePendingCorrections(runtime, config.timezone, signal),
    }),
    repeat({ name: "retention", everyMs: DAY_MS, log, work: () => trimLog(runtime, config) }),
    repeat({
      name: "reports",
      everyMs: DAY_MS,
      log,
      work: async () =>
        void (await clearOldReports(runtime.dataDir, instantOf(millisOf(clock()) - config.retention.text))),
    }),
    repeat({ name: "verify", everyMs: HOUR_MS, log, work: () => recountDaily(runtime, DAY_MS) }),
  ];
  return { stop: async () => void (await Promise.all(jobs.map((job) => job.stop()))) };
};
