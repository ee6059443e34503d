import type { Instant, Query, Store } from "@molva/contracts";
import { z } from "zod";
import { NEWEST_ANSWERS, NEWEST_CONTACTS, NEWEST_CUSTOMERS } from "./tables.ts";

const whole = z.coerce.number().int();

/** What every survey's question is bound to. Times in milliseconds; texts empty for "any". */
const surveyParams = z.strictObject({
  brand: z.string(),
  metric: z.string(),
  segment: z.string(),
  from: z.int(),
  to: z.int(),
  asOf: z.int(),
});
export type SurveyParams = z.infer<typeof surveyParams>;

/** NPS: 0–6 are detractors; CSAT: 1–2 are dissatisfied. */
const LOW = "(metric = 'nps' AND score <= 6 OR metric = 'csat' AND score <= 2)";
const IN_RANGE = `({metric:String} = '' OR metric = {metric:String}) AND ({segment:String} = '' OR segment = {segment:String})
  AND toUnixTimestamp64Milli(answered) >= {from:Int64} AND toUnixTimestamp64Milli(answered) < {to:Int64}`;

const groupRow = z.object({
  metric: z.enum(["nps", "csat"]),
  population: z.enum(["customers", "employees"]),
  scaleMin: z.number(),
  scaleMax: z.number(),
  wave: z.string(),
  segment: z.string(),
  question: z.string(),
  n: whole,
  promoters: whole,
  passives: whole,
  satisfied: whole,
  first: z.string(),
  last: z.string(),
  low: whole,
  lowOpen: whole,
  lowCommented: whole,
  lowCommentedOpen: whole,
});
export type AnswerGroup = z.infer<typeof groupRow>;

const GROUPS: Query<SurveyParams, AnswerGroup> = {
  name: "survey-groups",
  sql: `SELECT metric, population, scale_min AS scaleMin, scale_max AS scaleMax, wave, segment, question,
      count() AS n, countIf(score >= 9) AS promoters, countIf(score > 6 AND score < 9) AS passives, countIf(score >= 4) AS satisfied,
      min(answered) AS first, max(answered) AS last, countIf(${LOW}) AS low, countIf(${LOW} AND contacted = 0) AS lowOpen,
      countIf(${LOW} AND commented = 1) AS lowCommented, countIf(${LOW} AND commented = 1 AND contacted = 0) AS lowCommentedOpen
    FROM (SELECT a.*, ifNull(c.contacted, 0) AS contacted FROM (${NEWEST_ANSWERS}) AS a LEFT JOIN (${NEWEST_CONTACTS}) AS c ON a.id = c.id)
    WHERE metric IN ('nps', 'csat') AND ${IN_RANGE}
    GROUP BY metric, population, scaleMin, scaleMax, wave, segment, question ORDER BY first, wave, question`,
  params: surveyParams,
  row: groupRow,
};

const itemRow = z.object({
  id: z.string(),
  item: z.string(),
  score: z.number(),
  importance: z.number().nullable(),
  population: z.enum(["customers", "employees"]),
  scaleMin: z.number(),
  scaleMax: z.number(),
  wave: z.string(),
  segment: z.string(),
  question: z.string(),
  answered: z.string(),
});
export type ItemRow = z.infer<typeof itemRow>;

const ITEMS: Query<SurveyParams, ItemRow> = {
  name: "survey-items",
  sql: `SELECT id, item, score, importance, population, scale_min AS scaleMin, scale_max AS scaleMax, wave, segment, question, answered
    FROM (${NEWEST_ANSWERS}) WHERE metric = 'csi' AND ${IN_RANGE} ORDER BY answered, id, item`,
  params: surveyParams,
  row: itemRow,
};

const frequentRow = z.object({ metric: z.string(), population: z.string(), wave: z.string(), respondents: whole });
export type FrequentRow = z.infer<typeof frequentRow>;

/** Nobody should be asked the same again within a quarter. */
export const APART_DAYS = 90;

const FREQUENT: Query<SurveyParams, FrequentRow> = {
  name: "survey-too-frequent",
  sql: `SELECT metric, population, wave, uniqExact(respondent) AS respondents FROM (
      SELECT metric, population, wave, segment, respondent, answered,
        lagInFrame(answered) OVER w AS before, row_number() OVER w AS nth
      FROM (SELECT * FROM (${NEWEST_ANSWERS}) WHERE respondent != '' LIMIT 1 BY metric, id)
      WINDOW w AS (PARTITION BY metric, population, respondent ORDER BY answered, id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW))
    WHERE nth > 1 AND answered - before < ${APART_DAYS * 86_400} AND ${IN_RANGE} GROUP BY metric, population, wave`,
  params: surveyParams,
  row: frequentRow,
};

const periodRow = z.object({
  wave: z.string(),
  segment: z.string(),
  from: z.string(),
  to: z.string(),
  start: whole,
  end: whole,
  lost: z.coerce.number().int().nullable(),
});
export type PeriodRow = z.infer<typeof periodRow>;

const PERIODS: Query<SurveyParams, PeriodRow> = {
  name: "survey-periods",
  sql: `SELECT wave, segment, period_from AS from, period_to AS to, at_start AS start, at_end AS end, if(isNull(lost), NULL, toString(lost)) AS lost
    FROM (${NEWEST_CUSTOMERS}) WHERE ({metric:String} IN ('', 'churn')) AND ({segment:String} = '' OR segment = {segment:String})
      AND toUnixTimestamp64Milli(period_from) >= {from:Int64} AND toUnixTimestamp64Milli(period_from) < {to:Int64}
    ORDER BY segment, period_from`,
  params: surveyParams,
  row: periodRow,
};

export const readGroups = (store: Store, params: SurveyParams) => store.query(GROUPS, params);
export const readItems = (store: Store, params: SurveyParams) => store.query(ITEMS, params);
export const readFrequent = (store: Store, params: SurveyParams) => store.query(FREQUENT, params);
export const readPeriods = (store: Store, params: SurveyParams) => store.query(PERIODS, params);

const brandRow = z.object({ brand: z.string() });
const BRANDS: Query<Readonly<Record<string, never>>, z.infer<typeof brandRow>> = {
  name: "survey-brands",
  sql: `SELECT DISTINCT brand FROM (SELECT DISTINCT brand FROM survey_answer UNION ALL SELECT DISTINCT brand FROM survey_customers) ORDER BY brand`,
  params: z.strictObject({}),
  row: brandRow,
};

/** Brands that any survey was learned of. */
export const surveyBrands = async (store: Store): Promise<readonly string[]> =>
  (await store.query(BRANDS, {})).map(({ brand }) => brand);

const openRow = z.object({
  id: z.string(),
  metric: z.enum(["nps", "csat"]),
  answered: z.string(),
  score: z.number(),
  population: z.enum(["customers", "employees"]),
  wave: z.string(),
  segment: z.string(),
  comment: z.string(),
});
export type OpenRow = z.infer<typeof openRow>;
const openParams = surveyParams.extend({ wave: z.string(), limit: z.int() });
const OPEN: Query<z.infer<typeof openParams>, OpenRow> = {
  name: "survey-open-detractors",
  sql: `SELECT a.id AS id, metric, answered, score, population, wave, segment, comment
    FROM (${NEWEST_ANSWERS}) AS a LEFT JOIN (${NEWEST_CONTACTS}) AS c ON a.id = c.id
    WHERE ifNull(c.contacted, 0) = 0 AND ${LOW} AND ({wave:String} = '' OR wave = {wave:String}) AND ${IN_RANGE}
    ORDER BY answered DESC, id LIMIT {limit:UInt32}`,
  params: openParams,
  row: openRow,
};
export const readOpen = (store: Store, params: z.infer<typeof openParams>) => store.query(OPEN, params);
export const instant = (text: string): Instant => new Date(text).toISOString() as Instant;
