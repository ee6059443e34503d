import type { Dimension, Query, Store } from "@molva/contracts";
import { z } from "zod";
import { bucketRows } from "../bucket-sql.ts";
import { FINAL_SETTINGS, PAIRS } from "../fold-sql.ts";
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
export type FirstRow = z.infer<typeof firstRow>;

/** A group of near-identical texts; its name means something within its brand alone. */
export interface BrandGroup {
  readonly brand: string;
  readonly grp: string;
}

const FIRST_COLUMNS = `x.1 AS grp, toUnixTimestamp64Milli(x.2) AS at, leftPad(lower(hex(x.3)), 32, '0') AS id, x.4 AS coarse,
      x.5 AS source, x.6 AS language, x.7 AS region, x.8 AS rating, x.9 AS topics`;

interface Found {
  readonly brand: string;
  readonly dirty: readonly number[];
  readonly firsts: readonly First[];
}

/** The earliest counted mention of every group in each bucket that is as of the point; and the other hours. In one scan, for another could see a bucket in another state. */
const firsts = (where: string, which: string): string => `
  SELECT brand, dirty, arrayMap(x -> CAST((${FIRST_COLUMNS.replaceAll(/ AS \w+/g, "")}),
      'Tuple(grp String, at Int64, id String, coarse UInt8, source String, language String, region String, rating String, topics Array(String))'), found) AS firsts
  FROM (SELECT brand, groupArrayIf(toUnixTimestamp(hour), NOT clean) AS dirty, groupArrayArrayIf(${which}, clean) AS found
    FROM (SELECT brand, hour, known <= {asOf:UInt64} AS clean, firsts FROM bucket FINAL WHERE ${where})
    GROUP BY brand)
  SETTINGS ${FINAL_SETTINGS}`;
const foundRow = z.object({ brand: z.string(), dirty: z.array(z.int()), firsts: z.array(firstTuple) });

const rangeParams = z.strictObject({ brands: z.array(z.string()), lo: z.int(), hi: z.int(), asOf: z.int() });
const IN_RANGE =
  "brand IN {brands:Array(String)} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour < toDateTime({hi:UInt32}, 'UTC')";

const FIRSTS: Query<z.infer<typeof rangeParams>, Found> = {
  name: "first-of-groups",
  sql: firsts(IN_RANGE, "firsts"),
  params: rangeParams,
  row: foundRow,
};

const onlyParams = rangeParams.extend({ only: z.array(z.int()) });
const FIRSTS_OF_HOURS: Query<z.infer<typeof onlyParams>, Found> = {
  name: "first-of-groups-in-hours",
  sql: firsts(`${IN_RANGE} AND hour IN (SELECT toDateTime(arrayJoin({only:Array(UInt32)}), 'UTC'))`, "firsts"),
  params: onlyParams,
  row: foundRow,
};

const groupParams = pairParams.extend({ groups: z.array(z.string()) });
const FIRSTS_OF_GROUPS: Query<z.infer<typeof groupParams>, Found> = {
  name: "first-of-some-groups",
  sql: firsts(PAIRS, "arrayFilter(x -> has({groups:Array(String)}, x.1), firsts)"),
  params: groupParams,
  row: foundRow,
};

const FOLDED_FIRSTS: Query<PairParams, FirstRow> = {
  name: "fold-first-of-groups",
  sql: `SELECT brand, ${FIRST_COLUMNS} FROM (SELECT brand, arrayJoin(firsts) AS x FROM (${bucketRows(PAIRS)})) SETTINGS ${FINAL_SETTINGS}`,
  params: pairParams,
  row: firstRow,
};

/** The key of `group_span`: of a brand's group. */
export const groupKey = (brand: string, grp: string): string =>
  `reinterpretAsUInt128(sipHash128(toString(${brand}), ${grp}))`;

const spanParams = z.strictObject({ brands: z.array(z.string()), groups: z.array(z.string()), hi: z.int() });
/** The groups that are asked about, from two lists side by side. */
export const ASKED_GROUPS = `SELECT t.1 AS brand_, t.2 AS grp_, ${groupKey("brand_", "grp_")} AS key_
    FROM (SELECT arrayJoin(arrayZip({brands:Array(String)}, {groups:Array(String)})) AS t)`;
const SPANS: Query<z.infer<typeof spanParams>, { readonly brand: string; readonly hours: readonly number[] }> = {
  name: "hours-of-groups",
  sql: `SELECT a.brand_ AS brand, arrayDistinct(arrayFlatten(groupArray(arrayFilter(h -> h < {hi:UInt32}, s.hours_)))) AS hours
    FROM (${ASKED_GROUPS}) AS a
    INNER JOIN (SELECT key, arrayMap(h -> toUnixTimestamp(h), hours) AS hours_ FROM group_span WHERE key IN (SELECT key_ FROM (${ASKED_GROUPS}))) AS s ON a.key_ = s.key
    GROUP BY brand`,
  params: spanParams,
  row: z.object({ brand: z.string(), hours: z.array(z.int()) }),
};

const olderParams = z.strictObject({ brands: z.array(z.string()), groups: z.array(z.string()), lo: z.int() });
const OLDER: Query<z.infer<typeof olderParams>, BrandGroup> = {
  name: "groups-that-began-before",
  sql: `SELECT brand_ AS brand, grp_ AS grp FROM (${ASKED_GROUPS})
    WHERE key_ IN (SELECT key FROM group_span WHERE key IN (SELECT key_ FROM (${ASKED_GROUPS})) AND since < toDateTime({lo:UInt32}, 'UTC'))`,
  params: olderParams,
  row: z.object({ brand: z.string(), grp: z.string() }),
};

/** The values of a dimension under which a first counts. */
export const valuesOf = (first: First, by: Dimension | null): readonly string[] => {
  if (by === null) return [""];
  if (by === "topic") return first.topics.length === 0 ? [""] : [...new Set(first.topics)];
  return [first[by]];
};

const isEarlier = (a: First, b: First): boolean => a.at < b.at || (a.at === b.at && a.id < b.id);
const keyOf = ({ brand, grp }: BrandGroup): string => JSON.stringify([brand, grp]);

/** With the hours folded that know more than `asOf`. */
const completed = async (store: Store, found: readonly Found[], asOf: number): Promise<readonly FirstRow[]> => {
  const dirty = found.flatMap(({ brand, dirty: hours }) => hours.map((hour): BrandHour => ({ brand, hour })));
  const all: FirstRow[] = found.flatMap(({ brand, firsts: list }) => list.map((first) => ({ ...first, brand })));
  for (const some of chunksOf(dirty)) all.push(...(await store.query(FOLDED_FIRSTS, pairsOf(some, asOf))));
  return all;
};

interface FirstsQuestion {
  readonly brands: readonly string[];
  /** Hours in seconds, `[lo, hi)`. */
  readonly lo: number;
  readonly hi: number;
  /** These hours of the range alone; null: all. */
  readonly only: readonly number[] | null;
  /** Milliseconds. */
  readonly asOf: number;
}

/** The original of each of these groups: its earliest counted mention in any hour before `hi`; groups of which none counts have none. */
export const originalsOf = async (
  store: Store,
  groups: readonly BrandGroup[],
  { hi, asOf }: Pick<FirstsQuestion, "hi" | "asOf">,
): Promise<readonly FirstRow[]> => {
  const wanted = new Set(groups.map(keyOf));
  const earliest = new Map<string, FirstRow>();
  for (const some of chunksOf(groups)) {
    const names = [...new Set(some.map(({ grp }) => grp))];
    const spans = await store.query(SPANS, { brands: some.map((g) => g.brand), groups: some.map((g) => g.grp), hi });
    const pairs = spans.flatMap(({ brand, hours }) => hours.map((hour): BrandHour => ({ brand, hour })));
    for (const part of chunksOf(pairs)) {
      const found = await store.query(FIRSTS_OF_GROUPS, { ...pairsOf(part, asOf), groups: names });
      for (const first of await completed(store, found, asOf)) {
        const key = keyOf(first);
        const known = earliest.get(key);
        if (wanted.has(key) && (known === undefined || isEarlier(first, known))) earliest.set(key, first);
      }
    }
  }
  return [...earliest.values()];
};

/**
 * The original of every group with a counted mention in the hours that are asked about. It may lie before them; those of groups that began there
 * are looked up one by one, so nothing else of history is read.
 */
export const readOriginals = async (store: Store, { only, ...range }: FirstsQuestion): Promise<readonly FirstRow[]> => {
  const found =
    only === null ? await store.query(FIRSTS, range) : await store.query(FIRSTS_OF_HOURS, { ...range, only });
  const earliest = new Map<string, FirstRow>();
  for (const first of await completed(store, found, range.asOf)) {
    const known = earliest.get(keyOf(first));
    if (known === undefined || isEarlier(first, known)) earliest.set(keyOf(first), first);
  }
  const groups: readonly BrandGroup[] = [...earliest.values()];
  const older: BrandGroup[] = only === null ? [] : [...groups];
  for (const some of only === null && range.lo > 0 ? chunksOf(groups) : []) {
    const asked = { brands: some.map((g) => g.brand), groups: some.map((g) => g.grp), lo: range.lo };
    older.push(...(await store.query(OLDER, asked)));
  }
  for (const first of await originalsOf(store, older, range)) earliest.set(keyOf(first), first);
  return [...earliest.values()];
};
