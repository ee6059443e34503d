import { verify, type Verification } from "@molva/aggregator";
import { instantSchema, millisOf } from "@molva/contracts";
import type { Runtime } from "../runtime.ts";
import { saveVerification } from "../verify-runs.ts";

const KEY = "schedule/verify";

/** Leaves what a recount found in the metrics. */
export const tellVerification = ({ metrics, clock }: Runtime, { differences }: Verification): void => {
  metrics?.set("molva_verify_differences", {}, differences.length);
  metrics?.set("molva_verify_last_timestamp_seconds", {}, millisOf(clock()) / 1000);
};

/** Recounts everything once a day, counted from the first start; what differs is in the log and in the metrics. */
export const recountDaily = async (runtime: Runtime, dayMs: number): Promise<void> => {
  const { checkpoints, clock, log } = runtime;
  const last = instantSchema.safeParse(await checkpoints.read(KEY));
  const now = clock();
  if (last.success && millisOf(now) - millisOf(last.data) < dayMs) return;
  if (last.success) {
    const asOf = await runtime.horizon();
    const result = await verify(runtime.store, { asOf });
    tellVerification(runtime, result);
    await saveVerification(runtime.store, result, asOf, clock);
    const { facts, mentions, buckets, differences } = result;
    log[differences.length === 0 ? "info" : "error"]("verify", {
      facts,
      mentions,
      buckets,
      differences: differences.length,
    });
  }
  await checkpoints.write({ [KEY]: now });
};
