import type { Brand } from "@molva/contracts";

/** The keys of all that these brands have crawled: what `health/` is filed under. */
export const targetKeys = async (brands: readonly Brand[]): Promise<readonly string[]> => {
  const { crawlTargets, sources } = await import("@molva/crawlers");
  return crawlTargets(brands, sources).map(({ key }) => key);
};
