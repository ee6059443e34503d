import { millisOf, type Instant, type Query, type Store } from "@molva/contracts";
import { z } from "zod";
import { FINAL_SETTINGS, foldedMentions } from "../fold-sql.ts";
import { AT_IN_STRETCH, IN_STRETCH } from "../queries/main-topic.ts";
import { FOREVER } from "../steps.ts";
import { whole } from "../tables.ts";

/** What the labels of a period rest on, and how its negative mentions were answered. */
export interface WeekQuality {
  /** Labels by models, the unscored aside, and those of them below 60 % sure. */
  readonly byModel: number;
  readonly unsure: number;
  readonly byPerson: number;
  /** Models whose labels count, the most frequent first. */
  readonly models: readonly { readonly model: string; readonly count: number }[];
  /** Sources at which answers of the brand are seen; null: at none of them, so nothing is known of answers. */
  readonly answers: {
    readonly sources: readonly string[];
    readonly negative: number;
    readonly answered: number;
  } | null;
}

const params = z.strictObject({
  brand: z.string(),
  brands: z.array(z.string()),
  from: z.int(),
  to: z.int(),
  asOf: z.int(),
});
const row = z.object({
  source: z.string(),
  label: z.string(),
  model: z.string(),
  count: whole,
  unsure: whole,
  answered: whole,
});

/** Answers are read for the mentions of the period alone: the words are found by their mention. */
const QUALITY: Query<z.infer<typeof params>, z.infer<typeof row>> = {
  name: "quality-of-a-week",
  sql: `WITH week AS (
      SELECT id, newest.1 AS input_, source, label_, by_person, if(by_person, '', toString(by_model.9)) AS model_,
        NOT by_person AND label_ != 'unscored' AND by_model.6 + by_model.7 + by_model.8 > 0
          AND multiIf(label_ = 'negative', by_model.6, label_ = 'positive', by_model.8, by_model.7) < 6000 AS unsure_
      FROM (${foldedMentions(IN_STRETCH)}) WHERE counted AND ${AT_IN_STRETCH})
    SELECT source, toString(label_) AS label, model_ AS model, count() AS count, countIf(unsure_) AS unsure,
      countIf((id, input_) IN (SELECT id, input FROM mention_text WHERE reply != '' AND (id, input) IN (SELECT id, input_ FROM week))) AS answered
    FROM week GROUP BY source, label, model SETTINGS ${FINAL_SETTINGS}`,
  params,
  row,
};

const sum = <T>(list: readonly T[], of: (item: T) => number): number =>
  list.reduce((total, item) => total + of(item), 0);

export const readWeekQuality = async (
  store: Store,
  { brand, from, to, asOf }: { brand: string; from: Instant; to: Instant; asOf: Instant | null },
): Promise<WeekQuality> => {
  const rows = await store.query(QUALITY, {
    brand,
    brands: [brand],
    from: millisOf(from),
    to: millisOf(to),
    asOf: asOf === null ? FOREVER : millisOf(asOf),
  });
  const scored = rows.filter(({ label }) => label !== "unscored");
  const byModel = scored.filter(({ model }) => model !== "");
  const models = [...new Set(byModel.map(({ model }) => model))].map((model) => ({
    model,
    count: sum(
      byModel.filter((one) => one.model === model),
      ({ count }) => count,
    ),
  }));
  const sources = [...new Set(rows.filter(({ answered }) => answered > 0).map(({ source }) => source))].toSorted();
  const negative = rows.filter(({ label, source }) => label === "negative" && sources.includes(source));
  return {
    byModel: sum(byModel, ({ count }) => count),
    unsure: sum(byModel, ({ unsure }) => unsure),
    byPerson: sum(scored, ({ count }) => count) - sum(byModel, ({ count }) => count),
    models: models.toSorted((a, b) => b.count - a.count || a.model.localeCompare(b.model)),
    answers:
      sources.length === 0
        ? null
        : {
            sources,
            negative: sum(negative, ({ count }) => count),
            answered: sum(negative, ({ answered }) => answered),
          },
  };
};
