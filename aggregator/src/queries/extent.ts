import type { Query, Store } from "@molva/contracts";
import { z } from "zod";
import { bucketRows } from "../bucket-sql.ts";
import { FINAL_SETTINGS, PAIRS } from "../fold-sql.ts";
import { chunksOf, pairParams, pairsOf, type BrandHour, type PairParams } from "../steps.ts";
import type { Stretch } from "./periods.ts";

const scanParams = z.strictObject({ brands: z.array(z.string()), asOf: z.int() });

const SCAN: Query<
  z.infer<typeof scanParams>,
  { readonly brand: string; readonly hours: readonly number[]; readonly dirty: readonly number[] }
> = {
  name: "extent-of-brands",
  sql: `SELECT brand, if(countIf(full) = 0, [], [toUnixTimestamp(minIf(hour, full)), toUnixTimestamp(maxIf(hour, full))]) AS hours,
      groupArrayIf(toUnixTimestamp(hour), NOT clean) AS dirty
    FROM (SELECT brand, hour, known <= {asOf:UInt64} AS clean, clean AND positive + neutral + negative + unscored > 0 AS full
      FROM bucket FINAL WHERE brand IN {brands:Array(String)})
    GROUP BY brand SETTINGS ${FINAL_SETTINGS}`,
  params: scanParams,
  row: z.object({ brand: z.string(), hours: z.array(z.int()), dirty: z.array(z.int()) }),
};

const FOLD: Query<PairParams, BrandHour> = {
  name: "fold-counted-hours",
  sql: `SELECT brand, toUnixTimestamp(hour) AS hour FROM (${bucketRows(PAIRS)}) WHERE positive + neutral + negative + unscored > 0 SETTINGS ${FINAL_SETTINGS}`,
  params: pairParams,
  row: z.object({ brand: z.string(), hour: z.int() }),
};

const BRANDS: Query<Record<string, never>, { readonly brand: string }> = {
  name: "brands",
  sql: "SELECT DISTINCT brand FROM bucket ORDER BY brand",
  params: z.strictObject({}),
  row: z.object({ brand: z.string() }),
};

/** Ids of all brands that any fact with a date was ever about, in alphabetical order. */
export const brandsOf = async (store: Store): Promise<readonly string[]> =>
  (await store.query(BRANDS, {})).map((row) => row.brand);

/** From the hour of the first to the end of the hour of the last mention that counts as of `asOf` (milliseconds). A brand without any is absent. */
export const extentsOf = async (
  store: Store,
  brands: readonly string[],
  asOf: number,
): Promise<ReadonlyMap<string, Stretch>> => {
  const scanned = await store.query(SCAN, { brands, asOf });
  const hours: BrandHour[] = scanned.flatMap(({ brand, hours }) => hours.map((hour) => ({ brand, hour })));
  const dirty = scanned.flatMap(({ brand, dirty }) => dirty.map((hour): BrandHour => ({ brand, hour })));
  for (const some of chunksOf(dirty)) hours.push(...(await store.query(FOLD, pairsOf(some, asOf))));
  const extents = new Map<string, Stretch>();
  for (const { brand, hour } of hours) {
    const known = extents.get(brand);
    extents.set(brand, {
      from: Math.min(known?.from ?? Infinity, hour * 1000),
      to: Math.max(known?.to ?? 0, (hour + 3600) * 1000),
    });
  }
  return extents;
};
