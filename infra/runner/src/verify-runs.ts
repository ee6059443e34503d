import type { Verification } from "@molva/aggregator";
import type { Clock, Store, Table } from "@molva/contracts";
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
