import {
  FACTS,
  MENTIONS,
  millisOf,
  type Bus,
  type Clock,
  type Instant,
  type Progress,
  type Store,
  type Table,
} from "@molva/contracts";
import { z } from "zod";
import type { StageName } from "./roles.ts";

const progressRow = z.strictObject({
  stage: z.string(),
  at: z.string(),
  horizon: z.string().nullable(),
  lag: z.string(),
  ver: z.string(),
});
type ProgressRow = z.infer<typeof progressRow>;
const STAGE_PROGRESS: Table<ProgressRow> = { name: "stage_progress", row: progressRow };

const rowOf = (stage: StageName, { horizon, lag }: Progress, now: Instant): ProgressRow => ({
  stage,
  at: now,
  horizon,
  lag: String(lag),
  ver: String(millisOf(now)),
});

/**
 * Copies how far the stages have read into the store, for those who read that alone: the numbers' `asOf`, and the alert that fires
 * when nobody has told for long.
 * @throws {PipelineError} what the log and the store throw.
 */
export const saveProgress = async (bus: Bus, store: Store, clock: Clock): Promise<void> => {
  const classifier = await bus.progress(MENTIONS, "classifier");
  const aggregator = await bus.progress(FACTS, "aggregator");
  const now = clock();
  await store.insert(STAGE_PROGRESS, [rowOf("classifier", classifier, now), rowOf("aggregator", aggregator, now)]);
};
