import type { Query, Store } from "@molva/contracts";
import { z } from "zod";
import { SUMS } from "../bucket-sums.ts";
import { FINAL_SETTINGS } from "../fold-sql.ts";
import { chunksOf } from "../steps.ts";
import { whole } from "../tables.ts";
import { ASKED_GROUPS, groupKey, type BrandGroup } from "./originals.ts";

const DAY = 86_400;

/** Whole days of UTC that no edge cuts; seconds. */
export interface WholeDays {
  /** `[lo, hi)` in days that begin then, of which those in `cut` are read by the hour. */
  readonly lo: number;
  readonly hi: number;
  readonly cut: readonly number[];
}

const dayAt = (millis: number): number => Math.floor(millis / 1000 / DAY) * DAY;

/** The days between the first and the last bound (milliseconds, in order), when more than half of them are whole; else null. */
export const wholeDaysOf = (bounds: readonly number[]): WholeDays | null => {
  const [first, last] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  const [lo, hi] = [dayAt(first), dayAt(last - 1) + DAY];
  const cut = [...new Set(bounds.filter((bound) => bound % (DAY * 1000) !== 0).map(dayAt))];
  return lo >= 0 && hi <= 0xffff_ffff - DAY && cut.length * 2 * DAY < hi - lo ? { lo, hi, cut } : null;
};

const params = z.strictObject({
  brands: z.array(z.string()),
  bounds: z.array(z.int()),
  lo: z.int(),
  hi: z.int(),
  cut: z.array(z.int()),
  asOf: z.int(),
});
const WHERE =
  "brand IN {brands:Array(String)} AND day >= toDateTime({lo:UInt32}, 'UTC') AND day < toDateTime({hi:UInt32}, 'UTC') AND NOT has({cut:Array(UInt32)}, toUnixTimestamp(day))";

const daySums = Object.fromEntries(SUMS.map((name) => [name, whole])) as Record<(typeof SUMS)[number], typeof whole>;
const sumsRow = z.object({ brand: z.string(), segment: whole, dirty: z.int(), ...daySums });
type DaySums = z.infer<typeof sumsRow>;

const DAY_SUMS: Query<z.infer<typeof params>, DaySums> = {
  name: "sum-days",
  sql: `SELECT brand, roundDown(toInt64(toUnixTimestamp(day)) * 1000, {bounds:Array(Int64)}) AS segment, toUInt8(max(known > {asOf:UInt64})) AS dirty,
      ${SUMS.map((name) => `sum(d.${name}) AS ${name}`).join(", ")}
    FROM bucket_day AS d FINAL WHERE ${WHERE} GROUP BY brand, segment SETTINGS ${FINAL_SETTINGS}, max_threads = 1`,
  params,
  row: sumsRow,
};

const groupParams = params.extend({ from: z.int() });
const exceptParams = groupParams.extend({
  exceptBrands: z.array(z.string()),
  exceptGroups: z.array(z.string()),
});
const groupsRow = z.object({
  brand: z.string(),
  segment: whole,
  dirty: z.int(),
  originals: whole,
  older: z.array(z.string()),
});

const IN_DAYS = `SELECT brand, x.1 AS grp, x.2 AS at, known > {asOf:UInt64} AS dirty
      FROM (SELECT brand, arrayJoin(firsts) AS x, known FROM bucket_day FINAL WHERE ${WHERE} AND notEmpty(firsts))`;
const BUT =
  "WHERE (brand, grp) NOT IN (SELECT t.1, t.2 FROM (SELECT arrayJoin(arrayZip({exceptBrands:Array(String)}, {exceptGroups:Array(String)})) AS t))";

/** Where each group has its first in these days; those that were seen before the first of them by name, for theirs may lie there. */
const groupsSql = (
  inDays: string,
): string => `SELECT brand, roundDown(toUnixTimestamp64Milli(first_), {bounds:Array(Int64)}) AS segment, toUInt8(max(dirty_)) AS dirty,
      countIf(NOT older_) AS originals, groupArrayIf(grp, older_) AS older
    FROM (SELECT brand, grp, min(at) AS first_, max(dirty) AS dirty_, ${groupKey("brand", "grp")} IN (
        SELECT key FROM group_span WHERE since < toDateTime({from:UInt32}, 'UTC')) AS older_
      FROM (${inDays}) GROUP BY brand, grp)
    GROUP BY brand, segment SETTINGS ${FINAL_SETTINGS}, max_threads = 1`;
const GROUPS: Query<z.infer<typeof groupParams>, z.infer<typeof groupsRow>> = {
  name: "groups-of-days",
  sql: groupsSql(IN_DAYS),
  params: groupParams,
  row: groupsRow,
};
const OTHER_GROUPS: Query<z.infer<typeof exceptParams>, z.infer<typeof groupsRow>> = {
  name: "other-groups-of-days",
  sql: groupsSql(`${IN_DAYS} ${BUT}`),
  params: exceptParams,
  row: groupsRow,
};

interface DaysQuestion extends WholeDays {
  readonly brands: readonly string[];
  /** Milliseconds, in order. */
  readonly bounds: readonly number[];
  /** Milliseconds. */
  readonly asOf: number;
}

/** Sums of the whole days between neighbouring bounds. `dirty`: one of them knows more than `asOf`, and the brand is to be read by the hour. */
export const sumDays = async (store: Store, question: DaysQuestion): Promise<readonly DaySums[]> =>
  store.query(DAY_SUMS, { ...question });

/** Originals of whole days; `dirty` as with `sumDays`. */
interface DayOriginals {
  readonly brand: string;
  readonly segment: number;
  readonly dirty: number;
  readonly originals: number;
  /** Groups with a mention here that had one before `from`. */
  readonly older: readonly string[];
}

/** @param from the first hour that is asked about (seconds) @param except groups that are counted elsewhere */
export const groupsOfDays = async (
  store: Store,
  question: DaysQuestion,
  { from, except }: { readonly from: number; readonly except: readonly BrandGroup[] },
): Promise<readonly DayOriginals[]> =>
  except.length === 0
    ? store.query(GROUPS, { ...question, from })
    : store.query(OTHER_GROUPS, {
        ...question,
        from,
        exceptBrands: except.map(({ brand }) => brand),
        exceptGroups: except.map(({ grp }) => grp),
      });

const olderParams = z.strictObject({
  brands: z.array(z.string()),
  groups: z.array(z.string()),
  hi: z.int(),
  asOf: z.int(),
});
const olderRow = z.object({ brand: z.string(), at: z.array(whole), dirty: z.int() });

/**
 * Days are looked at of all these brands when a group of one of them has its hours there: to tell them apart took a join, a quarter of what the statement
 * takes. Days too many are no harm: they hold no first of the group. A day that knows more than `asOf` may have lost one that
 * it held then, so it makes its brand `dirty` whatever it holds now.
 */
const FIRST_DAYS: Query<z.infer<typeof olderParams>, z.infer<typeof olderRow>> = {
  name: "first-days-of-groups",
  sql: `SELECT brand, groupArrayIf(toUnixTimestamp64Milli(at_), asked_) AS at, toUInt8(max(dirty_)) AS dirty
    FROM (SELECT brand, x.1 AS grp, min(x.2) AS at_, max(known > {asOf:UInt64}) AS dirty_, (brand, grp) IN (SELECT brand_, grp_ FROM (${ASKED_GROUPS})) AS asked_
      FROM (SELECT brand, known, firsts FROM bucket_day FINAL
        WHERE brand IN {brands:Array(String)} AND day < toDateTime({hi:UInt32}, 'UTC')
          AND day IN (SELECT toStartOfDay(arrayJoin(hours)) FROM group_span WHERE key IN (SELECT key_ FROM (${ASKED_GROUPS}))))
      LEFT ARRAY JOIN firsts AS x
      GROUP BY brand, grp)
    GROUP BY brand SETTINGS ${FINAL_SETTINGS}, max_threads = 1`,
  params: olderParams,
  row: olderRow,
};

/**
 * When the originals of these groups were written, by brand, from the days before `hi` (seconds, a day's beginning); `dirty` as with `sumDays`.
 */
export const firstsOfGroups = async (
  store: Store,
  groups: readonly BrandGroup[],
  { hi, asOf }: Pick<DaysQuestion, "hi" | "asOf">,
): Promise<readonly z.infer<typeof olderRow>[]> => {
  const found: z.infer<typeof olderRow>[] = [];
  for (const some of chunksOf(groups)) {
    const asked = { brands: some.map(({ brand }) => brand), groups: some.map(({ grp }) => grp) };
    found.push(...(await store.query(FIRST_DAYS, { ...asked, hi, asOf })));
  }
  return found;
};
