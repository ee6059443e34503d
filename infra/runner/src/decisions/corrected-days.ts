import { saveCorrectedDays } from "@molva/aggregator";
import { instantSchema, isPipelineError, type Instant } from "@molva/contracts";
import type { Call } from "../command.ts";

/** Brands with decisions that no number followed yet when their command ended, each with the last of them. */
const PENDING = "corrections/pending/";

const save = async (call: Call, brand: string, decided: Instant): Promise<boolean> => {
  const { store, log, horizon } = await call.runtime();
  try {
    await saveCorrectedDays(store, { brand, zone: await call.zone(), decided, horizon: await horizon() });
    return true;
  } catch (error) {
    log.warn("corrections.note", { code: isPipelineError(error) ? error.code : "UNKNOWN" });
    return false;
  }
};

const savePending = async (call: Call): Promise<void> => {
  const { checkpoints } = await call.runtime();
  for await (const [key, value] of checkpoints.entries(PENDING)) {
    const decided = instantSchema.safeParse(value);
    if (!decided.success || (await save(call, key.slice(PENDING.length), decided.data)))
      await checkpoints.write({ [key]: null });
  }
};

/**
 * Brings up to date what dashboards and the report say of today's decisions, and of those that were not waited for. Only once every number
 * follows from them. A failure is logged and no more: the decision stands, and the next one of the day tells all of it again.
 */
export const noteCorrections = async (call: Call, brands: Iterable<string>): Promise<void> => {
  const { clock } = await call.runtime();
  for (const brand of new Set(brands)) await save(call, brand, clock());
  await savePending(call);
};

/**
 * For decisions that are not waited for: kept, so that whoever sees the numbers next tells of them. In a process that lives on, as `start` does, that
 * is this one, as soon as they follow.
 */
export const noteCorrectionsLater = async (call: Call, brands: Iterable<string>): Promise<void> => {
  const { checkpoints, clock, settled } = await call.runtime();
  const decided = clock();
  const entries = Object.fromEntries([...new Set(brands)].map((brand) => [PENDING + brand, decided]));
  if (Object.keys(entries).length === 0) return;
  await checkpoints.write(entries);
  // Where the process ends first, the log is closed under it; then the next command that waits does it.
  void settled()
    .then(() => savePending(call))
    .catch(() => undefined);
};
