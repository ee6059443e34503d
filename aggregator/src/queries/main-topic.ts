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

const params = z.strictObject({
  brand: z.string(),
  brands: z.array(z.string()),
  from: z.int(),
  to: z.int(),
  asOf: z.int(),
});
const row = z.object({ value: z.string(), positive: whole, neutral: whole, negative: whole, unscored: whole });

const BY_MAIN_TOPIC: Query<z.infer<typeof params>, z.infer<typeof row>> = {
  name: "count-by-main-topic",
  sql: `SELECT ${MAIN_TOPIC} AS value, countIf(label_ = 'positive') AS positive, countIf(label_ = 'neutral') AS neutral,
      countIf(label_ = 'negative') AS negative, countIf(label_ = 'unscored') AS unscored
    FROM (${foldedMentions(IN_STRETCH)}) WHERE counted AND ${AT_IN_STRETCH} GROUP BY value SETTINGS ${FINAL_SETTINGS}`,
  params,
  row,
};

/** Counts over one stretch by main topic, folded from the facts: the buckets know all topics of a mention, and not which is the first. */
export const countByMainTopic = async (
  store: Store,
  { brand, stretch, asOf }: { readonly brand: string; readonly stretch: Stretch; readonly asOf: number },
): Promise<ReadonlyMap<string, Counts>> => {
  const rows = await store.query(BY_MAIN_TOPIC, { brand, brands: [brand], ...stretch, asOf });
  return new Map(rows.map(({ value, ...counts }) => [value, counts]));
};
