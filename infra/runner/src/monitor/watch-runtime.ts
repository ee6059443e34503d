import { FACTS, MENTIONS, type Brand } from "@molva/contracts";
import { z } from "zod";
import { STAGES, stagesOf, type Role } from "../roles.ts";
import type { Runtime } from "../runtime.ts";
import { targetKeys } from "../target-keys.ts";
import type { Monitor } from "./monitor.ts";
import { reportKnownTargets, reportLag } from "./report.ts";

const ALIVE = {
  name: "alive",
  sql: "SELECT 1 AS alive",
  params: z.strictObject({}),
  row: z.object({ alive: z.number() }),
};

/** Readiness looks at what these roles work with; each scrape tells how far their stages are. */
export const watchRuntime = async (
  monitor: Monitor,
  runtime: Runtime,
  roles: ReadonlySet<Role>,
  brands: readonly Brand[],
): Promise<void> => {
  const { bus, store, metrics, checkpoints, clock, log } = runtime;
  const stages = stagesOf(roles);
  monitor.check("log", () =>
    roles.has("classifier") ? bus.progress(MENTIONS, "classifier") : bus.progress(FACTS, "aggregator"),
  );
  if ([...roles].some((role) => role !== "classifier")) monitor.check("store", () => store.query(ALIVE, {}));
  if (metrics === null) return;
  // The scheduler tells of all stages, so that one that runs nowhere is seen too.
  reportLag(metrics, bus, roles.has("scheduler") ? STAGES : stages, clock);
  if (!roles.has("crawlers")) return;
  const crawled = new Set(await targetKeys(brands));
  await reportKnownTargets(metrics, checkpoints, crawled).catch((error: unknown) =>
    log.warn("metrics.targets", { error: error instanceof Error ? error.message : String(error) }),
  );
};
