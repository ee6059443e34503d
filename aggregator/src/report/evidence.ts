import { millisOf, type Instant, type Label, type ListedMention, type Query, type Store } from "@molva/contracts";
import { z } from "zod";
import { FINAL_SETTINGS, foldedMentions } from "../fold-sql.ts";
import { AT_IN_STRETCH, IN_STRETCH, MAIN_TOPIC } from "../queries/main-topic.ts";
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
  readonly brand: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly label: Label;
  /** Main topics whose mentions come first, the most important first; `''` is none. */
  readonly topics: readonly string[];
  readonly limit: number;
  readonly asOf: Instant | null;
}

const params = z.strictObject({
  brand: z.string(),
  brands: z.array(z.string()),
  from: z.int(),
  to: z.int(),
  asOf: z.int(),
  label: z.string(),
  topics: z.array(z.string()),
  limit: z.int(),
});
const row = listed.extend({ copies: whole });

/** Of each group the earliest of the period stands for it: the others are its copies. (Named twice, the list would be folded twice.) */
const EVIDENCE: Query<z.infer<typeof params>, z.infer<typeof row>> = {
  name: "evidence-of-a-week",
  sql: `SELECT ${LISTED_COLUMNS}, together - 1 AS copies FROM (
      SELECT *, count() OVER (PARTITION BY if(grp_ = '', toString(id), grp_)) AS together,
        row_number() OVER (PARTITION BY if(grp_ = '', toString(id), grp_) ORDER BY at_, id) AS nth,
        indexOf({topics:Array(String)}, ${MAIN_TOPIC}) AS place
      FROM (${foldedMentions(IN_STRETCH)})
      WHERE counted AND toString(label_) = {label:String} AND ${AT_IN_STRETCH}) AS m
    WHERE nth = 1
    ORDER BY place = 0, place, by_person DESC, together > 2 DESC,
      multiIf(label_ = 'negative', by_model.6, label_ = 'positive', by_model.8, by_model.7) DESC, at_ DESC, m.id
    LIMIT {limit:UInt32} SETTINGS ${FINAL_SETTINGS}`,
  params,
  row,
};

const ids = z.strictObject({ ids: z.array(z.string()), inputs: z.array(z.string()) });
const ANSWERED: Query<z.infer<typeof ids>, { readonly stored: string }> = {
  name: "answered-of-mentions",
  sql: `SELECT DISTINCT toString(id) AS stored FROM mention_text WHERE reply != '' AND (id, input) IN (
      SELECT toUInt128(t.1), toUInt64(t.2) FROM (SELECT arrayJoin(arrayZip({ids:Array(String)}, {inputs:Array(String)})) AS t))`,
  params: ids,
  row: z.object({ stored: z.string() }),
};

/**
 * Mentions of a period that show best what is said: those of the named topics first, then what people labelled, what is repeated most, the
 * surest, the newest. Copies are folded into the earliest of the period.
 */
export const readEvidence = async (store: Store, question: EvidenceQuestion): Promise<readonly Evidence[]> => {
  const { brand, label, limit } = question;
  const rows = await store.query(EVIDENCE, {
    brand,
    brands: [brand],
    from: millisOf(question.from),
    to: millisOf(question.to),
    asOf: question.asOf === null ? FOREVER : millisOf(question.asOf),
    label,
    topics: question.topics.length === 0 ? ["-"] : [...question.topics],
    limit,
  });
  if (rows.length === 0) return [];
  const mentions = await withWords(store, rows);
  const of = { ids: rows.map((one) => one.stored), inputs: rows.map((one) => one.input) };
  const answered = new Set((await store.query(ANSWERED, of)).map(({ stored }) => stored));
  return mentions.map((mention, i) => ({
    ...mention,
    copies: rows[i]?.copies ?? 0,
    answered: answered.has(rows[i]?.stored ?? ""),
  }));
};
