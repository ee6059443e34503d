import { saveCorrectedDays } from "@molva/aggregator";
import { isPipelineError } from "@molva/contracts";
import type { Call } from "../command.ts";

/**
 * Brings up to date what dashboards and the report say of today's decisions. Only once every number follows from them. A failure is
 * logged and no more: the decision stands, and the next one of the day tells all of it again.
 */
export const noteCorrections = async (call: Call, brands: Iterable<string>): Promise<void> => {
  const { store, log, clock, horizon } = await call.runtime();
  const zone = await call.zone();
  for (const brand of new Set(brands)) {
    try {
      await saveCorrectedDays(store, { brand, zone, decided: clock(), horizon: await horizon() });
    } catch (error) {
      log.warn("corrections.note", { code: isPipelineError(error) ? error.code : "UNKNOWN" });
    }
  }
};
