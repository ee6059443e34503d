import { createHash } from "node:crypto";
import { millisOf, type Checkpoints, type Instant } from "@molva/contracts";
import { z } from "zod";

const PREFIX = "intake/seen/";
/** Beyond the ten minutes in which a signature is good. */
const KEPT_MS = 15 * 60_000;
const PRUNE_EVERY = 100;

const entrySchema = z.object({ at: z.string(), answer: z.unknown() });

/** Answers of batches by their path and signature: the same request again, caught or repeated, gets the same answer and changes nothing. */
export const seenBatches = (checkpoints: Checkpoints) => {
  let writes = 0;
  const keyOf = (place: string): string => PREFIX + createHash("sha256").update(place).digest("hex").slice(0, 32);
  const prune = async (now: Instant): Promise<void> => {
    const old: Record<string, null> = {};
    for await (const [key, value] of checkpoints.entries(PREFIX)) {
      const entry = entrySchema.safeParse(value);
      if (!entry.success || millisOf(now) - Date.parse(entry.data.at) > KEPT_MS) old[key] = null;
    }
    if (Object.keys(old).length > 0) await checkpoints.write(old);
  };
  return {
    answerTo: async (place: string): Promise<unknown> => {
      const entry = entrySchema.safeParse(await checkpoints.read(keyOf(place)));
      return entry.success ? entry.data.answer : null;
    },
    keep: async (place: string, answer: unknown, now: Instant): Promise<void> => {
      await checkpoints.write({ [keyOf(place)]: { at: now, answer } });
      writes += 1;
      if (writes % PRUNE_EVERY === 1) await prune(now);
    },
  };
};
