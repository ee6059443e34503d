import type { TargetReport } from "@molva/crawlers";
import { millisOf, type Clock, type Instant, type Store, type Table, type TargetHealth } from "@molva/contracts";
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
  blocked_since: instant,
  error_codes: z.array(z.string()),
  error_counts: z.array(count),
  unreadable: count,
  got: count,
  expected: z.number().nullable(),
  quiet: z.union([z.literal(0), z.literal(1)]),
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
  blocked_since: health.blockedSince,
  error_codes: Object.keys(health.errorsByCode),
  error_counts: Object.values(health.errorsByCode),
  unreadable: health.unreadable,
  got: health.got,
  expected: health.expected,
  quiet: health.quiet ? 1 : 0,
  listed: 1,
  ver: String(millisOf(now)),
});

/**
 * Copies the health of targets after a round into the store, for those who read that alone (Grafana, its alerts). `whole`: these are all
 * that are crawled, so one that is there and not among them was taken out of the configuration, and is shown no more.
 * @throws {PipelineError} what the store throws; a copy that is missing is made good by the next round's.
 */
export const saveTargetHealth = async (
  store: Store,
  {
    reports,
    whole,
  }: { readonly reports: readonly Pick<TargetReport, "health" | "outcome">[]; readonly whole: boolean },
  clock: Clock,
): Promise<void> => {
  const now = clock();
  const before = new Map((await store.query(KNOWN, {})).map((row) => [row.target, row]));
  const rows = reports
    // Of one that waited nothing is new, unless nobody has told of it yet.
    .filter(({ health, outcome }) => outcome === "done" || !before.has(health.target))
    .map(({ health }) => rowOf(health, before.get(health.target)?.since ?? now, now));
  for (const { health } of reports) before.delete(health.target);
  const left = whole ? [...before.values()] : [];
  const gone = left.map((row): HealthRow => ({ ...row, listed: 0, ver: String(millisOf(now)) }));
  if (rows.length + gone.length > 0) await store.insert(TARGET_HEALTH, [...rows, ...gone]);
};
