import { millisOf, type Instant, type Query, type Store, type Table } from "@molva/contracts";
import { startOfStep } from "@molva/text";
import { z } from "zod";
import { annotationText, correctedDays, type CorrectedDay, type CorrectedQuestion } from "./annotations.ts";

const keptRow = z.strictObject({
  brand: z.string(),
  at: z.string(),
  decided: z.string(),
  zone: z.string(),
  until: z.string(),
  corrections: z.int(),
  collected: z.int(),
  n_before: z.int(),
  n_after: z.int(),
  nsr_before: z.number().nullable(),
  nsr_after: z.number().nullable(),
  before_as_of: z.string(),
  after_as_of: z.string(),
  text_en: z.string(),
  text_ru: z.string(),
  ver: z.string(),
});
type KeptRow = z.infer<typeof keptRow>;
const CORRECTED_DAY: Table<KeptRow> = { name: "corrected_day", row: keptRow };

const rowOf = (day: CorrectedDay, zone: string): KeptRow => ({
  brand: day.brand,
  at: day.from,
  decided: day.decided,
  zone,
  until: day.to,
  corrections: day.corrections,
  collected: day.collected,
  n_before: day.before.n,
  n_after: day.after.n,
  nsr_before: day.before.nsr,
  nsr_after: day.after.nsr,
  before_as_of: day.beforeAsOf,
  after_as_of: day.afterAsOf,
  text_en: annotationText(day, zone, "en"),
  text_ru: annotationText(day, zone, "ru"),
  ver: String(millisOf(day.afterAsOf)),
});

const knownParams = z.strictObject({ brand: z.string(), decided: z.string(), zone: z.string() });
const KNOWN: Query<z.infer<typeof knownParams>, KeptRow> = {
  name: "corrected-days-of-a-day",
  sql: `SELECT * FROM corrected_day FINAL WHERE brand = {brand:String} AND decided = {decided:DateTime64(3)} AND zone = {zone:String}`,
  params: knownParams,
  row: keptRow,
};

/**
 * Writes what the decisions of a brand's day have changed to `corrected_day`, from which dashboards and the report read it. Called again it
 * brings the day up to date; a day whose number is back where it was keeps a row without words.
 */
export const saveCorrectedDays = async (
  store: Store,
  question: CorrectedQuestion,
): Promise<readonly CorrectedDay[]> => {
  const { brand, zone, horizon, decided } = question;
  const days = await correctedDays(store, question);
  const rows = days.map((day) => rowOf(day, zone));
  const known = await store.query(KNOWN, { brand, zone, decided: startOfStep(decided, "day", zone) });
  const still = new Set<number>(days.map(({ from }) => millisOf(from)));
  const ver = String(millisOf(horizon ?? decided));
  const back = known
    .filter((row) => row.text_en !== "" && !still.has(Date.parse(row.at)))
    .map((row) => ({ ...row, text_en: "", text_ru: "", ver }));
  if (rows.length + back.length > 0) await store.insert(CORRECTED_DAY, [...rows, ...back]);
  return days;
};

const listParams = z.strictObject({ brand: z.string() });
const SAVED: Query<z.infer<typeof listParams>, KeptRow> = {
  name: "corrected-days",
  sql: `SELECT * FROM corrected_day FINAL WHERE text_en != '' AND ({brand:String} = '' OR brand = {brand:String}) ORDER BY at, decided, brand, zone`,
  params: listParams,
  row: keptRow,
};

/** What was saved, with its words in both languages; the earliest day of publication first. Null: of every brand. */
export const listCorrectedDays = async (
  store: Store,
  brand: string | null,
): Promise<readonly (CorrectedDay & { readonly en: string; readonly ru: string })[]> =>
  (await store.query(SAVED, { brand: brand ?? "" })).map((row) => ({
    brand: row.brand,
    from: row.at as Instant,
    to: row.until as Instant,
    decided: row.decided as Instant,
    corrections: row.corrections,
    collected: row.collected,
    before: { n: row.n_before, nsr: row.nsr_before },
    after: { n: row.n_after, nsr: row.nsr_after },
    beforeAsOf: row.before_as_of as Instant,
    afterAsOf: row.after_as_of as Instant,
    en: row.text_en,
    ru: row.text_ru,
  }));
