import type { Brand, Bus, Clock, Log, Store } from "@molva/contracts";
import type { TargetReport } from "@molva/crawlers";
import { saveAdjusted } from "./adjusted-rates.ts";
import { saveBrands } from "./brand-tables.ts";
import { messageOf } from "./failure.ts";
import { saveProgress } from "./stage-progress.ts";
import { savePublicRatings } from "./public-ratings.ts";
import { saveTargetHealth } from "./target-health.ts";

interface Round {
  readonly brands: readonly Brand[];
  readonly reports: readonly TargetReport[];
  /** Every target of the configuration had its turn. */
  readonly whole: boolean;
}

/**
 * After a round: what those who read the store alone (Grafana) must know beside the numbers. A failure is logged and no more, for the
 * round itself is done, and the next one tells again.
 */
export const tellReaders = async (
  { bus, store, clock, log }: { readonly bus: Bus; readonly store: Store; readonly clock: Clock; readonly log: Log },
  round: Round,
): Promise<void> => {
  try {
    await saveBrands(store, round.brands, clock);
    await saveTargetHealth(store, round, clock);
    await savePublicRatings(store, round.reports, clock);
    await saveAdjusted({ bus, store, clock }, round.brands);
    await saveProgress(bus, store, clock);
  } catch (error) {
    log.warn("readers.told", { error: messageOf(error) });
  }
};
