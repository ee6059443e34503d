import { instantOf, type Instant, type Label, type Probabilities, type Query, type Store } from "@molva/contracts";
import { z } from "zod";
import { FINAL_SETTINGS, foldedMentions, PAIRS } from "../fold-sql.ts";
import { chunksOf, FOREVER, pairParams, pairsOf } from "../steps.ts";
import { whole } from "../tables.ts";
import { brandsOf } from "./extent.ts";

/** A counted mention that was drawn at random and that a person labelled. */
export interface AuditedMention {
  readonly id: string;
  readonly brand: string;
  readonly source: string;
  readonly at: Instant;
  /** Of its date no more than the day is known. */
  readonly coarse: boolean;
  readonly said: Probabilities;
  /** By the model that counts. */
  readonly given: Label;
  /** The newest live decision of a person, be it an audit or not. */
  readonly label: Label;
  /** Live audits, a person's newest each. */
  readonly by: readonly { readonly who: string; readonly label: Label }[];
}

const idsParams = z.strictObject({ brands: z.array(z.string()), asOf: z.int() });

/** Decisions lie in limbo, whatever hours they were copied to: few rows beside those of the mentions. */
const AUDITED_IDS: Query<z.infer<typeof idsParams>, { readonly id: string }> = {
  name: "ids-of-audits",
  sql: `SELECT DISTINCT toString(id) AS id FROM fact
    WHERE brand IN {brands:Array(String)} AND hour = toDateTime(0, 'UTC') AND kind = 'human' AND audit = 1 AND known <= {asOf:UInt64}`,
  params: idsParams,
  row: z.object({ id: z.string() }),
};

const PLACES: Query<{ readonly ids: readonly string[] }, { readonly brand: string; readonly hour: number }> = {
  name: "places-of-audits",
  sql: `SELECT DISTINCT brand, toUnixTimestamp(hour) AS hour FROM place
    WHERE place.id IN (SELECT toUInt128(arrayJoin({ids:Array(String)}))) AND hour > toDateTime(0, 'UTC')`,
  params: z.strictObject({ ids: z.array(z.string()) }),
  row: z.object({ brand: z.string(), hour: z.int() }),
};

const label = z.enum(["negative", "neutral", "positive"]);
const auditedRow = z.object({
  id: z.string(),
  brand: z.string(),
  source: z.string(),
  at: whole,
  coarse: z.int(),
  given: label,
  label,
  p: z.tuple([z.int(), z.int(), z.int()]),
  by: z.array(z.tuple([z.string(), label])),
});

const auditedParams = pairParams.extend({ ids: z.array(z.string()) });
const AUDITED: Query<z.infer<typeof auditedParams>, z.infer<typeof auditedRow>> = {
  name: "audited-mentions",
  sql: `SELECT leftPad(lower(hex(m.id)), 32, '0') AS id, brand, source, toUnixTimestamp64Milli(at_) AS at, coarse_ AS coarse,
      toString(model_label_) AS given, toString(label_) AS label, (p_negative_, p_neutral_, p_positive_) AS p,
      arrayMap(x -> (x.4, toString(x.3)), arrayFilter(x -> x.5 = 1, live_humans)) AS by
    FROM (${foldedMentions(`${PAIRS} AND id IN (SELECT toUInt128(arrayJoin({ids:Array(String)})))`)}) AS m
    WHERE counted AND model_label_ != 'unscored' AND arrayExists(x -> x.5 = 1, live_humans)
    SETTINGS ${FINAL_SETTINGS}`,
  params: auditedParams,
  row: auditedRow,
};

const SHARE = 10_000;
export const sharesOf = ([negative, neutral, positive]: readonly [number, number, number]): Probabilities => ({
  negative: negative / SHARE,
  neutral: neutral / SHARE,
  positive: positive / SHARE,
});

/**
 * Every live audit of the brands (of all, when null) as of a point, milliseconds. A mention that no longer counts, or that the model does not
 * score, audits nothing.
 */
export const readAudits = async (
  store: Store,
  { brands = null, asOf = FOREVER }: { readonly brands?: readonly string[] | null; readonly asOf?: number } = {},
): Promise<readonly AuditedMention[]> => {
  const of = brands ?? (await brandsOf(store));
  if (of.length === 0) return [];
  const ids = (await store.query(AUDITED_IDS, { brands: of, asOf })).map((row) => row.id);
  const found: AuditedMention[] = [];
  for (const some of chunksOf(ids, 2000)) {
    const places = await store.query(PLACES, { ids: some });
    for (const pairs of chunksOf(places)) {
      for (const row of await store.query(AUDITED, { ...pairsOf(pairs, asOf), ids: some })) {
        const newest = new Map<string, Label>();
        for (const [who, given] of row.by) if (!newest.has(who)) newest.set(who, given);
        found.push({
          ...row,
          at: instantOf(row.at),
          coarse: row.coarse === 1,
          said: sharesOf(row.p),
          by: [...newest].map(([who, given]) => ({ who, label: given })),
        });
      }
    }
  }
  return found;
};
