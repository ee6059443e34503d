import type { Dimension, Query, Store } from "@molva/contracts";
import { z } from "zod";
import { bucketRows, FINAL_SETTINGS, PAIRS } from "../fold-sql.ts";
import { chunksOf, pairParams, pairsOf, type BrandHour, type PairParams } from "../steps.ts";
import { whole } from "../tables.ts";

const firstTuple = z.object({
  grp: z.string(),
  at: whole,
  id: z.string(),
  coarse: z.int(),
  source: z.string(),
  language: z.string(),
  region: z.string(),
  rating: z.string(),
  topics: z.array(z.string()),
});
type First = z.infer<typeof firstTuple>;
const firstRow = firstTuple.extend({ brand: z.string() });
type FirstRow = z.infer<typeof firstRow>;

const FIRST_COLUMNS = `x.1 AS grp, toUnixTimestamp64Milli(x.2) AS at, leftPad(lower(hex(x.3)), 32, '0') AS id, x.4 AS coarse,
      x.5 AS source, x.6 AS language, x.7 AS region, x.8 AS rating, x.9 AS topics`;

const firstParams = z.strictObject({ brands: z.array(z.string()), hi: z.int(), asOf: z.int() });

/** The earliest counted mention of every group in each bucket that is as of the point; and the other hours. */
const FIRSTS: Query<
  z.infer<typeof firstParams>,
  { readonly brand: string; readonly dirty: readonly number[]; readonly firsts: readonly First[] }
> = {
  name: "first-of-groups",
  sql: `SELECT brand, dirty, arrayMap(x -> CAST((${FIRST_COLUMNS.replaceAll(/ AS \w+/g, "")}),
        'Tuple(grp String, at Int64, id String, coarse UInt8, source String, language String, region String, rating String, topics Array(String))'), found) AS firsts
    FROM (SELECT brand, groupArrayIf(toUnixTimestamp(hour), NOT clean) AS dirty, arrayFlatten(groupArrayIf(firsts, clean)) AS found
      FROM (SELECT brand, hour, known <= {asOf:UInt64} AS clean, firsts FROM bucket FINAL
        WHERE brand IN {brands:Array(String)} AND hour < toDateTime({hi:UInt32}, 'UTC'))
      GROUP BY brand)
    SETTINGS ${FINAL_SETTINGS}`,
  params: firstParams,
  row: z.object({ brand: z.string(), dirty: z.array(z.int()), firsts: z.array(firstTuple) }),
};

const laterParams = firstParams.extend({ from: z.int() });

/**
 * The originals from `from` on (milliseconds), where every bucket is as of the point: groups that began before are told of by nobody. In one scan,
 * for another could see a bucket in another state.
 */
const LATER_FIRSTS: Query<
  z.infer<typeof laterParams>,
  { readonly dirty: number; readonly firsts: readonly First[] } & { readonly brand: string }
> = {
  name: "first-of-later-groups",
  sql: `SELECT brand, max(dirty_) AS dirty, arrayMap(x -> CAST((${FIRST_COLUMNS.replaceAll(/ AS \w+/g, "")}),
        'Tuple(grp String, at Int64, id String, coarse UInt8, source String, language String, region String, rating String, topics Array(String))'),
        groupArrayIf(first_, group_ != '' AND toUnixTimestamp64Milli(first_.2) >= {from:Int64})) AS firsts
    FROM (SELECT brand, x.1 AS group_, toUInt8(max(NOT clean)) AS dirty_, argMinIf(x, (x.2, x.3), clean) AS first_
      FROM (SELECT brand, known <= {asOf:UInt64} AS clean, firsts FROM bucket FINAL
        WHERE brand IN {brands:Array(String)} AND hour < toDateTime({hi:UInt32}, 'UTC')) LEFT ARRAY JOIN firsts AS x
      GROUP BY brand, group_)
    GROUP BY brand
    SETTINGS ${FINAL_SETTINGS}`,
  params: laterParams,
  row: z.object({ brand: z.string(), dirty: z.int(), firsts: z.array(firstTuple) }),
};

const FOLDED_FIRSTS: Query<PairParams, FirstRow> = {
  name: "fold-first-of-groups",
  sql: `SELECT brand, ${FIRST_COLUMNS} FROM (SELECT brand, arrayJoin(firsts) AS x FROM (${bucketRows(PAIRS)})) SETTINGS ${FINAL_SETTINGS}`,
  params: pairParams,
  row: firstRow,
};

/** The values of a dimension under which a first counts. */
export const valuesOf = (first: First, by: Dimension | null): readonly string[] => {
  if (by === null) return [""];
  if (by === "topic") return first.topics.length === 0 ? [""] : [...new Set(first.topics)];
  return [first[by]];
};

const isEarlier = (a: First, b: First): boolean => a.at < b.at || (a.at === b.at && a.id < b.id);

/**
 * The original of every group: its earliest counted mention in any hour before `hi` (seconds), as of `asOf` (milliseconds). Those before `from`
 * (milliseconds) may be left out.
 */
export const readFirsts = async (
  store: Store,
  brands: readonly string[],
  hi: number,
  asOf: number,
  from = 0,
): Promise<readonly FirstRow[]> => {
  const later = await store.query(LATER_FIRSTS, { brands, hi, asOf, from });
  if (later.every(({ dirty }) => dirty === 0))
    return later.flatMap(({ brand, firsts }) => firsts.map((first) => ({ ...first, brand })));
  const scanned = await store.query(FIRSTS, { brands, hi, asOf });
  const dirty = scanned.flatMap(({ brand, dirty }) => dirty.map((hour): BrandHour => ({ brand, hour })));
  const all: FirstRow[] = scanned.flatMap(({ brand, firsts }) => firsts.map((first) => ({ ...first, brand })));
  for (const some of chunksOf(dirty)) all.push(...(await store.query(FOLDED_FIRSTS, pairsOf(some, asOf))));
  const earliest = new Map<string, FirstRow>();
  for (const first of all) {
    const key = JSON.stringify([first.brand, first.grp]);
    const known = earliest.get(key);
    if (known === undefined || isEarlier(first, known)) earliest.set(key, first);
  }
  return [...earliest.values()];
};
