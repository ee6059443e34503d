import { millisOf, type Instant, type Label, type ListedMention, type Query, type Store } from "@molva/contracts";
import { z } from "zod";
import { FINAL_SETTINGS, foldedMentions, WITH_ANSWER } from "../fold-sql.ts";
import { AT_IN_STRETCH, BRANDS_IN_STRETCH, MAIN_TOPIC } from "../queries/main-topic.ts";
import { listed, LISTED_COLUMNS, withWords } from "../queries/mentions.ts";
import { FOREVER } from "../steps.ts";
import { whole } from "../tables.ts";

/** A mention that shows what was said, and how many of the period repeat its words. */
export interface Evidence extends ListedMention {
  /** Near-identical texts of the period beside it. */
  readonly copies: number;
  /** Somebody of the brand answered it, as the source shows. */
  readonly answered: boolean;
}

export interface EvidenceQuestion {
  readonly brands: readonly string[];
  readonly from: Instant;
  readonly to: Instant;
  readonly labels: readonly Label[];
  /** Main topics whose mentions come first, the most important first; `''` is none. */
  readonly topics: (brand: string, label: Label) => readonly string[];
  /** Of each brand and label. */
  readonly limit: number;
  readonly asOf: Instant | null;
}

const params = z.strictObject({
  brands: z.array(z.string()),
  from: z.int(),
  to: z.int(),
  asOf: z.int(),
  labels: z.array(z.string()),
  topics: z.array(z.string()),
  limit: z.int(),
});
const row = listed.extend({ copies: whole, answered: z.int() });

/** Of each group the earliest of the period stands for it: the others are its copies. (Named twice, the list would be folded twice.) */
const EVIDENCE: Query<z.infer<typeof params>, z.infer<typeof row>> = {
  name: "evidence-of-a-week",
  sql: `SELECT ${LISTED_COLUMNS}, together - 1 AS copies, toUInt8(answered_ > 0) AS answered FROM (
      SELECT *, count() OVER (PARTITION BY brand, label_, if(grp_ = '', toString(id), grp_)) AS together,
        row_number() OVER (PARTITION BY brand, label_, if(grp_ = '', toString(id), grp_) ORDER BY at_, id) AS nth,
        indexOf({topics:Array(String)}, concat(toString(label_), '\\n', ${MAIN_TOPIC}, '\\n', brand)) AS place
      FROM (${foldedMentions(BRANDS_IN_STRETCH, WITH_ANSWER)})
      WHERE counted AND toString(label_) IN {labels:Array(String)} AND ${AT_IN_STRETCH}) AS m
    WHERE nth = 1
    ORDER BY place = 0, place, by_person DESC, together > 2 DESC,
      multiIf(label_ = 'negative', p_negative_, label_ = 'positive', p_positive_, p_neutral_) DESC, at_ DESC, m.id
    LIMIT {limit:UInt32} BY brand, label_ SETTINGS ${FINAL_SETTINGS}`,
  params,
  row,
};

/**
 * Mentions of a period that show best what is said, by brand: those of the named topics first, then what people labelled, what is repeated most,
 * the surest, the newest. Copies are folded into the earliest of the period.
 */
export const readEvidence = async (
  store: Store,
  question: EvidenceQuestion,
): Promise<ReadonlyMap<string, readonly Evidence[]>> => {
  const { brands, labels, limit } = question;
  const topics = brands.flatMap((brand) =>
    labels.flatMap((label) => question.topics(brand, label).map((topic) => `${label}\n${topic}\n${brand}`)),
  );
  const rows = await store.query(EVIDENCE, {
    brands: [...brands],
    from: millisOf(question.from),
    to: millisOf(question.to),
    asOf: question.asOf === null ? FOREVER : millisOf(question.asOf),
    labels: [...labels],
    topics: topics.length === 0 ? ["-"] : topics,
    limit,
  });
  const found = (await withWords(store, rows)).map((mention, i): Evidence => ({
    ...mention,
    copies: rows[i]?.copies ?? 0,
    answered: rows[i]?.answered === 1,
  }));
  return new Map(brands.map((brand) => [brand, found.filter((one) => one.brand === brand)]));
};
