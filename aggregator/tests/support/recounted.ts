import type { Store } from "@molva/contracts";
import { recountMention, type CountedMention, type RawFact } from "../../src/verify/recount.ts";
import { RAW_CHOICES, RAW_FACTS } from "../../src/verify/stored.ts";

/** Every mention of a brand that counts as of a point, one by one, by the recount that `verify` uses. */
export const countedMentions = async (
  store: Store,
  brand: string,
  asOf: number,
): Promise<readonly CountedMention[]> => {
  const ranks = new Map<string, number>();
  for (const { model, rank } of await store.query(RAW_CHOICES, { brand, asOf }))
    ranks.set(model, Math.max(rank, ranks.get(model) ?? 0));
  const byId = new Map<string, RawFact[]>();
  for (const fact of await store.query(RAW_FACTS, { brand, asOf }))
    byId.set(fact.id, [...(byId.get(fact.id) ?? []), fact]);
  return [...byId.values()].map((rows) => recountMention(rows, ranks)).filter((m) => m !== null);
};
