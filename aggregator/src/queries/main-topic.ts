import type { Counts, Query, Store } from "@molva/contracts";
import { z } from "zod";
import { FINAL_SETTINGS, foldedMentions } from "../fold-sql.ts";
import { whole } from "../tables.ts";
import type { Stretch } from "./periods.ts";

/** A mention's main topic is the first that the classifier gives it; '' without any. */
export const MAIN_TOPIC = "if(empty(topics_), '', toString(topics_[1]))";

export const IN_STRETCH = `brand = {brand:String} AND hour >= toStartOfHour(fromUnixTimestamp64Milli({from:Int64}, 'UTC'))
  AND hour < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`;
export const AT_IN_STRETCH = "toUnixTimestamp64Milli(at_) >= {from:Int64} AND toUnixTimestamp64Milli(at_) < {to:Int64}";

/** As `IN_STRETCH`, of many brands. */
export const BRANDS_IN_STRETCH = IN_STRETCH.replace("brand = {brand:String}", "brand IN {brands:Array(String)}");

const params = z.strictObject({
  brands: z.array(z.string()),
  from: z.int(),
  to: z.int(),
  asOf: z.int(),
});
const row = z.object({
  brand: z.string(),
  value: z.string(),
  positive: whole,
  neutral: whole,
  negative: whole,
  unscored: whole,
});

const BY_MAIN_TOPIC: Query<z.infer<typeof params>, z.infer<typeof row>> = {
  name: "count-by-main-topic",
  sql: `SELECT brand, ${MAIN_TOPIC} AS value, countIf(label_ = 'positive') AS positive, countIf(label_ = 'neutral') AS neutral,
      countIf(label_ = 'negative') AS negative, countIf(label_ = 'unscored') AS unscored
    FROM (${foldedMentions(BRANDS_IN_STRETCH)}) WHERE counted AND ${AT_IN_STRETCH} GROUP BY brand, value SETTINGS ${FINAL_SETTINGS}`,
  params,
  row,
};

/** Counts over one stretch by brand and main topic, folded from the facts: the buckets know all topics of a mention, and not which is the first. */
export const countByMainTopic = async (
  store: Store,
  { brands, stretch, asOf }: { readonly brands: readonly string[]; readonly stretch: Stretch; readonly asOf: number },
): Promise<ReadonlyMap<string, ReadonlyMap<string, Counts>>> => {
  const found = new Map<string, Map<string, Counts>>();
  if (brands.length === 0) return found;
  for (const { brand, value, ...counts } of await store.query(BY_MAIN_TOPIC, { brands, ...stretch, asOf })) {
    const topics = found.get(brand) ?? new Map<string, Counts>();
    found.set(brand, topics.set(value, counts));
  }
  return found;
};
