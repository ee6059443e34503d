import { drawMentions, type DrawQuestion } from "@molva/aggregator";
import type { ListedMention } from "@molva/contracts";
import type { Runtime } from "../runtime.ts";
import { auditSeed, keepOffered } from "./offered.ts";

/** The next mentions in the installation's random order; that they were drawn is kept, so that they may be audited. */
export const drawAudits = async (
  runtime: Runtime,
  question: Omit<DrawQuestion, "seed">,
): Promise<readonly ListedMention[]> => {
  const drawn = await drawMentions(runtime.store, { ...question, seed: await auditSeed(runtime.checkpoints) });
  await keepOffered(
    runtime.checkpoints,
    drawn.map(({ id }) => id),
    runtime.clock(),
  );
  return drawn;
};
