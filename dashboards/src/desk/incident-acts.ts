import { z } from "zod";
import { checked } from "./route.ts";

const actAskSchema = z.strictObject({
  incident: z
    .string()
    .min(8)
    .max(64)
    .regex(/^[\w-]+$/),
  /** Who says so, as they are to be named. */
  by: z.string().trim().min(1).max(200),
});
type IncidentActAsk = Readonly<z.infer<typeof actAskSchema>>;

const doneSchema = z.object({ done: z.literal(true) });

/** What the page does to incidents: the same as `molva alerts take` and `mute`. Asked again, it does nothing more. */
export interface DeskIncidentActs {
  /** @throws {PipelineError} `USAGE` when there is no such incident. */
  take(told: IncidentActAsk): Promise<void>;
  /** @throws {PipelineError} `USAGE` when there is no such incident. */
  mute(told: IncidentActAsk): Promise<void>;
}

/** What is written of incidents, by path. */
export const createIncidentWrites = (
  acts: DeskIncidentActs,
): ReadonlyMap<string, (told: unknown) => Promise<unknown>> => {
  const write = (act: keyof DeskIncidentActs) =>
    checked(actAskSchema, doneSchema, async (told) => {
      await acts[act](told);
      return { done: true };
    });
  return new Map([
    ["/api/incident/take", write("take")],
    ["/api/incident/mute", write("mute")],
  ]);
};
