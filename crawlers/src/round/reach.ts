import type { Instant } from "@molva/contracts";
import type { KeptPage } from "./ledger.ts";

/** How far a round goes. */
export interface Reach {
  /** A backfill: back to this date, known ground or not; what is older is left alone. */
  readonly since: Instant | null;
  /** Known ground is read again back to this date; null: a round ends where it meets it. */
  readonly lookBackTo: Instant | null;
  /** The newest publication of the rounds before; null at first. */
  readonly cursor: Instant | null;
}

/** Whether a target that shows its newest first, and came so deep, ends here: all that lies behind is known, or too old. */
export const endsAt = (
  { since, lookBackTo, cursor }: Reach,
  learnt: number,
  { newest, oldest }: Pick<KeptPage, "newest" | "oldest">,
): boolean => {
  const told = oldest !== null && newest !== null;
  if (since !== null) return told && oldest < since;
  const known = learnt === 0 && cursor !== null && (!told || newest <= cursor);
  const deepEnough = lookBackTo === null || (told && oldest < lookBackTo);
  return known && deepEnough;
};
