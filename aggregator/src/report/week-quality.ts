import { millisOf, type Instant, type Query, type Store } from "@molva/contracts";
import { z } from "zod";
import { FINAL_SETTINGS, foldedMentions, WITH_ANSWER } from "../fold-sql.ts";
import { AT_IN_STRETCH, BRANDS_IN_STRETCH } from "../queries/main-topic.ts";
import { FOREVER } from "../steps.ts";
import { whole } from "../tables.ts";

/** How negative mentions of a period were answered. */
export interface WeekAnswers {
  /** Where answers of the brand are seen, and mentions of the period that came from elsewhere: of these nothing is known. */
  readonly sources: readonly string[];
  readonly unknown: readonly string[];
  /** Negative mentions at `sources`, and how many of them are answered. */
  readonly negative: number;
  readonly answered: number;
  /** Hours from mention to answer, the shortest first, of the answered negative ones where both times are told to the hour. */
  readonly hours: readonly number[];
}

/** What the labels of a period rest on, and how its negative mentions were answered. */
export interface WeekQuality {
  /** Labels by models, the unscored aside, and those of them below 60 % sure. */
  readonly byModel: number;
  readonly unsure: number;
  readonly byPerson: number;
  /** Models whose labels count, the most frequent first. */
  readonly models: readonly { readonly model: string; readonly count: number }[];
  readonly answers: WeekAnswers;
}

const params = z.strictObject({ brands: z.array(z.string()), from: z.int(), to: z.int(), asOf: z.int() });
const row = z.object({
  brand: z.string(),
  source: z.string(),
  label: z.string(),
  model: z.string(),
  count: whole,
  unsure: whole,
  answered: whole,
  hours: z.array(z.number()),
});
type Row = z.infer<typeof row>;

/** An answer that is dated before its mention has a wrong date: it is an answer, and its time is not known. */
const TIMED =
  "answered_ > 1 AND label_ = 'negative' AND precision_ >= 4 AND answered_ >= toUInt64(toUnixTimestamp64Milli(at_))";
const QUALITY: Query<z.infer<typeof params>, Row> = {
  name: "quality-of-a-week",
  sql: `SELECT brand, source, toString(label_) AS label, if(by_person, '', toString(model_)) AS model, count() AS count,
      countIf(NOT by_person AND label_ != 'unscored' AND p_negative_ + p_neutral_ + p_positive_ > 0
        AND multiIf(label_ = 'negative', p_negative_, label_ = 'positive', p_positive_, p_neutral_) < 6000) AS unsure,
      countIf(answered_ > 0) AS answered,
      arraySort(groupArrayIf((answered_ - toUInt64(toUnixTimestamp64Milli(at_))) / 3600000, ${TIMED})) AS hours
    FROM (${foldedMentions(BRANDS_IN_STRETCH, WITH_ANSWER)}) WHERE counted AND ${AT_IN_STRETCH}
    GROUP BY brand, source, label, model SETTINGS ${FINAL_SETTINGS}`,
  params,
  row,
};

/** Sources at which an answer was ever seen in a stretch: a source that shows none may have none, or may not show them. */
const ANSWERING: Query<z.infer<typeof params>, { readonly brand: string; readonly source: string }> = {
  name: "sources-that-show-answers",
  sql: `SELECT DISTINCT brand, source FROM fact WHERE ${BRANDS_IN_STRETCH} AND answered > 0 AND known <= {asOf:UInt64}`,
  params,
  row: z.object({ brand: z.string(), source: z.string() }),
};

const sum = <T>(list: readonly T[], of: (item: T) => number): number =>
  list.reduce((total, item) => total + of(item), 0);

const answersOf = (rows: readonly Row[], answering: ReadonlySet<string>): WeekAnswers => {
  const of = [...new Set(rows.map(({ source }) => source))].toSorted();
  const negative = rows.filter(({ label, source }) => label === "negative" && answering.has(source));
  return {
    sources: of.filter((source) => answering.has(source)),
    unknown: of.filter((source) => !answering.has(source)),
    negative: sum(negative, ({ count }) => count),
    answered: sum(negative, ({ answered }) => answered),
    hours: negative.flatMap(({ hours }) => hours).toSorted((a, b) => a - b),
  };
};

const qualityOf = (rows: readonly Row[], answering: ReadonlySet<string>): WeekQuality => {
  const scored = rows.filter(({ label }) => label !== "unscored");
  const byModel = scored.filter(({ model }) => model !== "");
  const models = [...new Set(byModel.map(({ model }) => model))].map((model) => ({
    model,
    count: sum(
      byModel.filter((one) => one.model === model),
      ({ count }) => count,
    ),
  }));
  return {
    byModel: sum(byModel, ({ count }) => count),
    unsure: sum(byModel, ({ unsure }) => unsure),
    byPerson: sum(scored, ({ count }) => count) - sum(byModel, ({ count }) => count),
    models: models.toSorted((a, b) => b.count - a.count || a.model.localeCompare(b.model)),
    answers: answersOf(rows, answering),
  };
};

/** Of each of these brands. `seenSince`: from when on a source that showed an answer is one that shows them; before `from`. */
export const readWeekQuality = async (
  store: Store,
  question: {
    readonly brands: readonly string[];
    readonly from: Instant;
    readonly to: Instant;
    readonly seenSince: Instant;
    readonly asOf: Instant | null;
  },
): Promise<ReadonlyMap<string, WeekQuality>> => {
  const { brands, from, to, seenSince, asOf } = question;
  const ask = { brands, from: millisOf(from), to: millisOf(to), asOf: asOf === null ? FOREVER : millisOf(asOf) };
  const rows = await store.query(QUALITY, ask);
  const answering = await store.query(ANSWERING, { ...ask, from: millisOf(seenSince) });
  return new Map(
    brands.map((brand) => [
      brand,
      qualityOf(
        rows.filter((one) => one.brand === brand),
        new Set(answering.filter((one) => one.brand === brand).map(({ source }) => source)),
      ),
    ]),
  );
};
