import { readRecentTexts } from "@molva/aggregator";
import { FACTS, type Bus, type Log, type Store } from "@molva/contracts";

/** Of each brand so many mentions are recalled after a start: what was seen last is what copies come of. */
const RECALLED = 5_000;
/** Longer an aggregator that is away does not hold the classifier up. */
const LONGEST_WAIT_MS = 10_000;

/** What the classifier's grouping is to know of the past: read from the store, once all that was published is in it. */
export const recalledCopies = ({
  bus,
  store,
  log,
}: {
  readonly bus: Bus;
  readonly store: Store;
  readonly log: Log;
}) => ({
  recorded: async (signal: AbortSignal): Promise<void> => {
    try {
      await bus.settled(FACTS, "aggregator", AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT_MS)]));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DOMException && error.name === "TimeoutError")) throw error;
      log.warn("copies.recall", { waitedMs: LONGEST_WAIT_MS });
    }
  },
  recall: (brand: Parameters<typeof readRecentTexts>[1]) => readRecentTexts(store, brand, RECALLED),
});
