import { millisOf, type Instant, type Query, type Store } from "@molva/contracts";
import { z } from "zod";
import { FINAL_SETTINGS, foldedMentions } from "../fold-sql.ts";

/** How a brand's labels by models are spread: label and sureness, now and before. */
export interface Drift {
  readonly brand: string;
  /** Labelled by a model in the last seven days, and in the 28 days before. */
  readonly n: number;
  readonly before: number;
  /**
   * Population stability index over label × sureness (four bands): Σ (p − q) ln(p / q). Below 0.1 nothing, from 0.25 a shift, by the
   * usual reading in credit scoring (N. Siddiqi, Credit Risk Scorecards, 2006).
   */
  readonly index: number;
}

const params = z.strictObject({ brands: z.array(z.string()), lo: z.int(), hi: z.int(), cut: z.int(), asOf: z.int() });
const row = z.object({ brand: z.string(), label: z.string(), band: z.int(), recent: z.int(), before: z.int() });

const BANDS: Query<z.infer<typeof params>, z.infer<typeof row>> = {
  name: "bands-of-sureness",
  sql: `SELECT brand, toString(label_) AS label, toInt32(least(3, intDiv(greatest(p_negative_, p_neutral_, p_positive_), 1500) - 2)) AS band,
      toUInt32(countIf(hour >= toDateTime({cut:UInt32}, 'UTC'))) AS recent, toUInt32(countIf(hour < toDateTime({cut:UInt32}, 'UTC'))) AS before
    FROM (${foldedMentions("brand IN {brands:Array(String)} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour < toDateTime({hi:UInt32}, 'UTC')")})
    WHERE counted AND NOT by_person AND label_ != 'unscored'
    GROUP BY brand, label, band
    SETTINGS ${FINAL_SETTINGS}`,
  params,
  row,
};

const DAY = 86_400;

/** Half a mention in every cell: no share is 0. */
const indexOf = (
  cells: readonly { readonly recent: number; readonly before: number }[],
  n: number,
  before: number,
): number =>
  cells.reduce((sum, cell) => {
    const p = (cell.recent + 0.5) / (n + cells.length / 2);
    const q = (cell.before + 0.5) / (before + cells.length / 2);
    return sum + (p - q) * Math.log(p / q);
  }, 0);

/** Of each brand that has labels by models in the last 35 days. */
export const readDrift = async (store: Store, brands: readonly string[], now: Instant): Promise<readonly Drift[]> => {
  if (brands.length === 0) return [];
  const hi = Math.floor(millisOf(now) / 3_600_000) * 3_600 + 3_600;
  const cut = hi - 7 * DAY;
  const rows = await store.query(BANDS, { brands, lo: hi - 35 * DAY, hi, cut, asOf: 9_000_000_000_000 });
  return [...new Set(rows.map(({ brand }) => brand))].map((brand) => {
    const cells = rows.filter((one) => one.brand === brand);
    const n = cells.reduce((sum, { recent }) => sum + recent, 0);
    const before = cells.reduce((sum, cell) => sum + cell.before, 0);
    return { brand, n, before, index: Number(indexOf(cells, n, before).toFixed(4)) };
  });
};
