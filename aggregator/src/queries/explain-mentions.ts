import type { Query, Store } from "@molva/contracts";
import { z } from "zod";
import { FINAL_SETTINGS, foldedMentions } from "../fold-sql.ts";
import type { Explained, WeighedMention } from "./explain.ts";
import { AT_IN_STRETCH, IN_STRETCH, MAIN_TOPIC } from "./main-topic.ts";
import { listed, LISTED_COLUMNS, withWords } from "./mentions.ts";
import type { Stretch } from "./periods.ts";

/** In points for one mention, by the value of each dimension. */
export type Weights = Readonly<Record<Explained, ReadonlyMap<string, number>>>;

const params = z.strictObject({
  brand: z.string(),
  brands: z.array(z.string()),
  from: z.int(),
  to: z.int(),
  asOf: z.int(),
  label: z.string(),
  sources: z.array(z.string()),
  sourceWeights: z.array(z.number()),
  languages: z.array(z.string()),
  languageWeights: z.array(z.number()),
  topics: z.array(z.string()),
  topicWeights: z.array(z.number()),
  limit: z.int(),
});
const row = listed.extend({ weight: z.number() });

/** An array is never empty here: the engine cannot tell the type of an empty one. */
const weightBy = (value: string, values: string, weights: string): string =>
  `transform(${value}, {${values}:Array(String)}, {${weights}:Array(Float64)}, toFloat64(0))`;

const WEIGHED: Query<z.infer<typeof params>, z.infer<typeof row>> = {
  name: "mentions-that-weigh-most",
  sql: `SELECT ${LISTED_COLUMNS},
      (${weightBy("toString(source)", "sources", "sourceWeights")} + ${weightBy("toString(language_)", "languages", "languageWeights")}
        + ${weightBy(MAIN_TOPIC, "topics", "topicWeights")}) / 3 AS weight
    FROM (${foldedMentions(IN_STRETCH)}) AS m
    WHERE counted AND toString(label_) = {label:String} AND ${AT_IN_STRETCH}
    ORDER BY weight DESC, byPerson DESC, sure DESC, at_ DESC, m.id LIMIT {limit:UInt32} SETTINGS ${FINAL_SETTINGS}`,
  params,
  row,
};

/** No value of a dimension is this long: what stands for "nothing else". */
const NOTHING = "-".repeat(300);

const columnsOf = (weights: ReadonlyMap<string, number>): readonly [values: string[], weights: number[]] => [
  [...weights.keys(), NOTHING],
  [...weights.values(), 0],
];

/** The mentions of a stretch that push where the rate went, the heaviest first; of equals what people labelled, then the surest, then the newest. */
export const readWeighed = async (
  store: Store,
  question: {
    readonly brand: string;
    readonly stretch: Stretch;
    readonly asOf: number;
    readonly direction: 1 | -1;
    readonly weights: Weights;
    readonly limit: number;
  },
): Promise<readonly WeighedMention[]> => {
  const { brand, stretch, asOf, direction, weights, limit } = question;
  if (limit <= 0) return [];
  const [sources, sourceWeights] = columnsOf(weights.source);
  const [languages, languageWeights] = columnsOf(weights.language);
  const [topics, topicWeights] = columnsOf(weights.topic);
  const rows = await store.query(WEIGHED, {
    brand,
    brands: [brand],
    ...stretch,
    asOf,
    label: direction === 1 ? "positive" : "negative",
    sources,
    sourceWeights,
    languages,
    languageWeights,
    topics,
    topicWeights,
    limit: Math.min(limit, 100),
  });
  const mentions = await withWords(store, rows);
  return mentions.map((mention, i) => ({ ...mention, weight: Math.round((rows[i]?.weight ?? 0) * 10_000) / 10_000 }));
};
