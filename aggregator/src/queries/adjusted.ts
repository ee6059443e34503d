import { millisOf, type NsrRow, type Query, type Store } from "@molva/contracts";
import { ADJUSTED, adjustedRate, MIN_RATE, round4, type Audit } from "@molva/numbers";
import { z } from "zod";
import { FINAL_SETTINGS, foldedMentions } from "../fold-sql.ts";
import { whole } from "../tables.ts";
import { readAudits, sharesOf, type AuditedMention } from "./audits.ts";

/** Of so many mentions the model's probabilities are read one by one; of more a uniform sample. */
const MOST_READ = 20_000;
/** So many of one row are enough: half a point at the most is left to chance. */
const MOST_IN_ROW = 4_000;
/** A chart of every hour is not corrected point by point. */
const MOST_ROWS = 1_000;

type Corrected = Pick<
  NsrRow,
  | "nsrAdjusted"
  | "adjustedLow"
  | "adjustedHigh"
  | "opinionLow"
  | "opinionHigh"
  | "adjustedState"
  | "audits"
  | "auditsInside"
>;

export const UNADJUSTED: Corrected = {
  nsrAdjusted: null,
  adjustedLow: null,
  adjustedHigh: null,
  opinionLow: null,
  opinionHigh: null,
  adjustedState: null,
  audits: null,
  auditsInside: null,
};

const params = z.strictObject({
  brand: z.string(),
  brands: z.array(z.string()),
  lo: z.int(),
  hi: z.int(),
  from: z.int(),
  to: z.int(),
  part: z.int(),
  asOf: z.int(),
});
const row = z.object({
  at: whole,
  source: z.string(),
  coarse: z.int(),
  p: z.tuple([z.int(), z.int(), z.int()]),
  scored: z.int(),
  /** A person labelled it, and not because chance had drawn it. */
  corrected: z.int(),
  label: z.enum(["negative", "neutral", "positive", "unscored"]),
});
type Said = z.infer<typeof row>;

const SAID: Query<z.infer<typeof params>, Said> = {
  name: "probabilities-of-mentions",
  sql: `SELECT toUnixTimestamp64Milli(at_) AS at, toString(source) AS source, coarse_ AS coarse, (p_negative_, p_neutral_, p_positive_) AS p,
      toUInt8(model_label_ != 'unscored') AS scored, toUInt8(by_person AND NOT arrayExists(x -> x.5 = 1, live_humans)) AS corrected, toString(label_) AS label
    FROM (${foldedMentions("brand = {brand:String} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour <= toDateTime({hi:UInt32}, 'UTC') AND cityHash64(id) % {part:UInt32} = 0")})
    WHERE counted AND label_ != 'unscored' AND toUnixTimestamp64Milli(at_) >= {from:Int64} AND toUnixTimestamp64Milli(at_) < {to:Int64}
    SETTINGS ${FINAL_SETTINGS}`,
  params,
  row,
};

const VALUE = { negative: -1, neutral: 0, positive: 1, unscored: 0 } as const;
const onClock = (millis: number): number => Math.min(Math.max(Math.floor(millis / 3_600_000) * 3600, 0), 0xffff_e0c0);

const percent = (share: number): number => round4(share * 100);

/** An audit's place is told from a row: in it, with its brand in another window or source, or with another brand. */
const auditFor = (audit: AuditedMention, of: NsrRow, coarse: boolean): Audit => {
  const inside =
    audit.brand === of.brand &&
    audit.at >= of.from &&
    audit.at < of.to &&
    (coarse || !audit.coarse) &&
    (of.source === undefined || of.source === audit.source);
  return {
    said: audit.said,
    label: audit.label,
    stratum: audit.source,
    brand: audit.brand,
    where: inside ? "unit" : audit.brand === of.brand ? "brand" : "elsewhere",
  };
};

/** Every k-th, so that what stays is spread over the list as the list is. */
const thinned = <T>(list: readonly T[], most: number): readonly T[] => {
  if (list.length <= most) return list;
  const step = list.length / most;
  return Array.from({ length: most }, (_, i) => list[Math.floor(i * step)] as T);
};

const correctedRow = (
  of: NsrRow,
  said: readonly Said[],
  pool: readonly AuditedMention[],
  coarse: boolean,
): Corrected => {
  const plain = (of.positive - of.negative) / of.n;
  const own = said.filter(
    ({ at, source, coarse: rough }) =>
      at >= millisOf(of.from) &&
      at < millisOf(of.to) &&
      (coarse || rough === 0) &&
      (of.source === undefined || of.source === source),
  );
  // What a person set right is known; it was not drawn at random, so it tells nothing of the rest.
  const known = own.filter(({ scored, corrected }) => corrected === 1 || scored === 0);
  const open = own.filter(({ scored, corrected }) => corrected === 0 && scored === 1);
  const share = own.length === 0 ? 1 : open.length / own.length;
  const strata = new Map<string, number>();
  for (const { source } of open) strata.set(source, (strata.get(source) ?? 0) + 1);
  const found = adjustedRate(
    {
      said: thinned(open, MOST_IN_ROW).map(({ p }) => sharesOf(p)),
      size: Math.max(1, Math.round(of.n * share)),
      strata,
      plain,
    },
    pool.map((audit) => auditFor(audit, of, coarse)),
  );
  if (found === null) return UNADJUSTED;
  const fixed = known.length === 0 ? 0 : known.reduce((sum, { label }) => sum + VALUE[label], 0) / known.length;
  const of100 = (x: number): number =>
    percent(found.state === "uncorrected" ? x : Math.min(1, Math.max(-1, share * x + (1 - share) * fixed)));
  return {
    nsrAdjusted: of100(found.rate),
    adjustedLow: of100(found.low),
    adjustedHigh: of100(found.high),
    opinionLow: of100(found.opinionLow),
    opinionHigh: of100(found.opinionHigh),
    adjustedState: found.state,
    audits: found.audits,
    auditsInside: found.inUnit,
  };
};

/**
 * The same rows with the rate that audits correct, over all of a row or by source; other divisions stay without. Where a brand and its sources have too
 * few audits nothing more is read than the audits.
 * @param asOf milliseconds
 */
export const withAdjusted = async (
  store: Store,
  rows: readonly NsrRow[],
  { coarse, asOf }: { readonly coarse: boolean; readonly asOf: number },
): Promise<readonly NsrRow[]> => {
  const wanted = rows.filter((r) => r.n >= MIN_RATE);
  if (wanted.length === 0 || wanted.length > MOST_ROWS) return rows;
  const audits = await readAudits(store, { asOf });
  const corrected = new Map<NsrRow, Corrected>();
  for (const brand of new Set(wanted.map((r) => r.brand))) {
    const own = wanted.filter((r) => r.brand === brand);
    const mine = audits.filter((audit) => audit.brand === brand);
    const isEnough = audits.length >= ADJUSTED.least;
    const [from, to] = [Math.min(...own.map((r) => millisOf(r.from))), Math.max(...own.map((r) => millisOf(r.to)))];
    // Rolling windows overlap: the longest row's share of the time tells how many there are at most in all.
    const dense = Math.max(...own.map((r) => (r.n * (to - from)) / (millisOf(r.to) - millisOf(r.from))));
    const said = isEnough
      ? await store.query(SAID, {
          brand,
          brands: [brand],
          lo: onClock(from),
          hi: onClock(to),
          from,
          to,
          part: Math.max(1, Math.ceil(dense / MOST_READ)),
          asOf,
        })
      : [];
    const sources = new Set(said.map(({ source }) => source));
    const pool = isEnough ? audits.filter((audit) => audit.brand === brand || sources.has(audit.source)) : mine;
    for (const r of own) corrected.set(r, correctedRow(r, said, pool, coarse));
  }
  return rows.map((r) => ({ ...r, ...(corrected.get(r) ?? UNADJUSTED) }));
};
