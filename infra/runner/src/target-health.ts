import {
  millisOf,
  targetHealthSchema,
  type Checkpoints,
  type Clock,
  type Instant,
  type Store,
  type Table,
  type TargetHealth,
} from "@molva/contracts";
import { z } from "zod";

const instant = z.string().nullable();
const count = z.int().nonnegative();

const healthRow = z.strictObject({
  target: z.string(),
  source: z.string(),
  brands: z.array(z.string()),
  title: z.string(),
  state: z.string(),
  since: z.string(),
  last_attempt: instant,
  last_success: instant,
  last_new_mention: instant,
  next_attempt: instant,
  pages: count,
  new: count,
  changed: count,
  unchanged: count,
  removed: count,
  errors: count,
  error_code: z.string(),
  error_message: z.string(),
  consecutive_failures: count,
  /** 0 once the target is no longer crawled. */
  listed: z.union([z.literal(0), z.literal(1)]),
  ver: z.string(),
});
type HealthRow = z.infer<typeof healthRow>;
const TARGET_HEALTH: Table<HealthRow> = { name: "target_health", row: healthRow };

const KNOWN = {
  name: "known-targets",
  sql: "SELECT * FROM target_health FINAL WHERE listed = 1",
  params: z.strictObject({}),
  row: healthRow,
};

const rowOf = (health: TargetHealth, since: string, now: Instant): HealthRow => ({
  target: health.target,
  source: health.source,
  brands: health.brands,
  title: health.title,
  state: health.state,
  since,
  last_attempt: health.lastAttemptAt,
  last_success: health.lastSuccessAt,
  last_new_mention: health.lastNewMentionAt,
  next_attempt: health.nextAttemptAt,
  pages: health.pages,
  new: health.new,
  changed: health.changed,
  unchanged: health.unchanged,
  removed: health.removed,
  errors: health.errors,
  error_code: health.errorCode ?? "",
  error_message: health.errorMessage ?? "",
  consecutive_failures: health.consecutiveFailures,
  listed: 1,
  ver: String(millisOf(now)),
});

/** What the crawlers remember of every target, in the order of their keys; what an older version wrote otherwise is left out. */
const readTargetHealth = async (checkpoints: Checkpoints): Promise<readonly TargetHealth[]> => {
  const found: TargetHealth[] = [];
  for await (const [, value] of checkpoints.entries("health/")) {
    const parsed = targetHealthSchema.safeParse(value);
    if (parsed.success) found.push(parsed.data);
  }
  return found;
};

/**
 * Copies the health of all targets into the store, for those who read that alone (Grafana, its alerts). A target that was there
 * and is known no more is marked as such.
 * @throws {PipelineError} what the store throws; a copy that is missing is made good by the next round's.
 */
export const saveTargetHealth = async (store: Store, checkpoints: Checkpoints, clock: Clock): Promise<void> => {
  const now = clock();
  const before = new Map((await store.query(KNOWN, {})).map((row) => [row.target, row]));
  const current = await readTargetHealth(checkpoints);
  const listed = current.map((health) => rowOf(health, before.get(health.target)?.since ?? now, now));
  for (const { target } of current) before.delete(target);
  const gone = [...before.values()].map((row): HealthRow => ({ ...row, listed: 0, ver: String(millisOf(now)) }));
  if (listed.length + gone.length > 0) await store.insert(TARGET_HEALTH, [...listed, ...gone]);
};
