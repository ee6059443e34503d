import { saveCorrectedDays } from "@molva/aggregator";
import { instantSchema, isPipelineError, type Instant } from "@molva/contracts";
import type { Call } from "../command.ts";
import type { Runtime } from "../runtime.ts";

/** Brands with decisions that no number followed yet when their command ended, each with the last of them. */
const PENDING = "corrections/pending/";

type Parts = Pick<Runtime, "store" | "log" | "horizon" | "checkpoints" | "settled">;

const save = async (
  { store, log, horizon }: Parts,
  zone: string,
  brand: string,
  decided: Instant,
): Promise<boolean> => {
  try {
    await saveCorrectedDays(store, { brand, zone, decided, horizon: await horizon() });
    return true;
  } catch (error) {
    log.warn("corrections.note", { code: isPipelineError(error) ? error.code : "UNKNOWN" });
    return false;
  }
};

/**
 * Tells of the decisions that nobody waited for, once every number follows from them; does nothing where there are none. `start` does it every
 * minute, so that those of a command that had ended first are told of without another correction.
 * @param zone the configuration's: its days are the ones told of
 */
export const notePendingCorrections = async (parts: Parts, zone: string, signal?: AbortSignal): Promise<void> => {
  const pending: (readonly [key: string, value: unknown])[] = [];
  for await (const entry of parts.checkpoints.entries(PENDING)) pending.push(entry);
  if (pending.length === 0) return;
  await parts.settled(signal);
  for (const [key, value] of pending) {
    const decided = instantSchema.safeParse(value);
    if (!decided.success || (await save(parts, zone, key.slice(PENDING.length), decided.data)))
      await parts.checkpoints.write({ [key]: null });
  }
};

/**
 * Brings up to date what dashboards and the report say of today's decisions, and of those that were not waited for. Only once every number
 * follows from them. A failure is logged and no more: the decision stands, and the next one of the day tells all of it again.
 */
export const noteCorrections = async (call: Call, brands: Iterable<string>): Promise<void> => {
  const [runtime, zone] = [await call.runtime(), await call.zone()];
  for (const brand of new Set(brands)) await save(runtime, zone, brand, runtime.clock());
  await notePendingCorrections(runtime, zone);
};

/**
 * For decisions that are not waited for: kept, so that whoever sees the numbers next tells of them. In a process that lives on, as `start` does, that
 * is this one, as soon as they follow.
 */
export const noteCorrectionsLater = async (call: Call, brands: Iterable<string>): Promise<void> => {
  const runtime = await call.runtime();
  const decided = runtime.clock();
  const entries = Object.fromEntries([...new Set(brands)].map((brand) => [PENDING + brand, decided]));
  if (Object.keys(entries).length === 0) return;
  await runtime.checkpoints.write(entries);
  const zone = await call.zone();
  // Where the process ends first, the log is closed under it; then `start`, or the next command that waits, does it.
  void notePendingCorrections(runtime, zone).catch(() => undefined);
};
