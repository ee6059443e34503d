import type { Brand, Bus, Checkpoints, Clock, Log, Store } from "@molva/contracts";
import { saveBrands } from "./brand-tables.ts";
import { messageOf } from "./failure.ts";
import { saveProgress } from "./stage-progress.ts";
import { saveTargetHealth } from "./target-health.ts";

interface Told {
  readonly bus: Bus;
  readonly store: Store;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * After a round: what those who read the store alone (Grafana) must know beside the numbers. A failure is logged and no more, for the
 * round itself is done, and the next one tells again.
 */
export const tellReaders = async (
  { bus, store, checkpoints, clock, log }: Told,
  brands: readonly Brand[],
): Promise<void> => {
  try {
    await saveBrands(store, brands, clock);
    await saveTargetHealth(store, checkpoints, clock);
    await saveProgress(bus, store, clock);
  } catch (error) {
    log.warn("readers.told", { error: messageOf(error) });
  }
};
