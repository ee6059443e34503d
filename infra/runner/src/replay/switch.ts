import { readChosenModels } from "@molva/aggregator";
import { FACTS, millisOf, instantOf, type BrandId, type Fact, type Instant } from "@molva/contracts";
import type { Runtime } from "../runtime.ts";

/**
 * Makes the model's labels count: a choice of a higher rank than any, for each brand where it is not the chosen one yet. Undone by another choice.
 * @returns the brands for which it was chosen now, each with the model that was chosen before; null where nobody had chosen.
 */
export const chooseModel = async (
  runtime: Runtime,
  brands: readonly string[],
  model: string,
  by: string,
): Promise<ReadonlyMap<string, string | null>> => {
  const chosen = await readChosenModels(runtime.store, brands);
  const others = brands.filter((brand) => chosen.get(brand)?.model !== model);
  const decidedAt: Instant = instantOf(millisOf(runtime.clock()));
  const facts = others.map((brand): Fact => ({
    type: "choice",
    brandId: brand as BrandId,
    model,
    rank: (chosen.get(brand)?.rank ?? 0) + 1,
    by,
    decidedAt,
  }));
  if (facts.length > 0) await runtime.bus.publish(FACTS, "live", facts);
  return new Map(others.map((brand) => [brand, chosen.get(brand)?.model ?? null]));
};
