import type { Verification } from "@molva/aggregator";
import { instantSchema, type Clock, type Instant, type Query, type Store, type Table } from "@molva/contracts";
import { z } from "zod";

const runRow = z.strictObject({
  at: z.string(),
  as_of: z.string().nullable(),
  compared: z.string(),
  differences: z.string(),
});
const VERIFY_RUN: Table<z.infer<typeof runRow>> = { name: "verify_run", row: runRow };

/** Leaves what a recount found where Grafana's alert looks for it. */
export const saveVerification = async (
  store: Store,
  { buckets, differences }: Pick<Verification, "buckets" | "differences">,
  asOf: string | null,
  clock: Clock,
): Promise<void> =>
  store.insert(VERIFY_RUN, [
    { at: clock(), as_of: asOf, compared: String(buckets), differences: String(differences.length) },
  ]);

interface LatestRun {
  readonly at: Instant;
  readonly differences: number;
}

const LATEST: Query<Record<string, never>, LatestRun> = {
  name: "latest-verification",
  sql: "SELECT at, toUInt32(least(differences, 4294967295)) AS differences FROM verify_latest",
  params: z.strictObject({}),
  row: z.object({ at: instantSchema, differences: z.int() }),
};

/** The newest recount of the schedule; null before the first. */
export const latestVerification = async (store: Store): Promise<LatestRun | null> =>
  (await store.query(LATEST, {}))[0] ?? null;
