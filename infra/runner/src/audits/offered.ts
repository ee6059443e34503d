import { randomBytes } from "node:crypto";
import type { Checkpoints } from "@molva/contracts";

const SEED = "audit/seed";
const offeredKey = (id: string): string => `audit/offered/${id}`;

/** The installation's random order of mentions: made once, so that what was drawn and not labelled is drawn again. */
export const auditSeed = async (checkpoints: Checkpoints): Promise<string> => {
  const known = await checkpoints.read(SEED);
  if (typeof known === "string") return known;
  const seed = randomBytes(8).readBigUInt64BE().toString();
  await checkpoints.write({ [SEED]: seed });
  return seed;
};

export const keepOffered = async (checkpoints: Checkpoints, ids: readonly string[], at: string): Promise<void> => {
  if (ids.length > 0) await checkpoints.write(Object.fromEntries(ids.map((id) => [offeredKey(id), at])));
};

/** Whether chance chose the mention: one that a person chose says nothing of how often the model errs. */
export const wasOffered = async (checkpoints: Checkpoints, id: string): Promise<boolean> =>
  (await checkpoints.read(offeredKey(id))) !== null;
