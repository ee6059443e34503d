import type { Query, Store } from "@molva/contracts";
import { z } from "zod";
import { SUMS } from "../bucket-sums.ts";
import { FINAL_SETTINGS } from "../fold-sql.ts";
import { groupKey } from "../queries/originals.ts";
import { whole } from "../tables.ts";
import { firstKey, type RecountedBucket } from "./recount.ts";

const DAY = 86_400;

const params = z.strictObject({ brand: z.string() });
const row = z.object({
  day: z.int(),
  known: whole,
  ...(Object.fromEntries(SUMS.map((name) => [name, whole])) as Record<(typeof SUMS)[number], typeof whole>),
  firsts: z.array(z.tuple([z.string(), whole, z.string()])),
});

const DAYS: Query<z.infer<typeof params>, z.infer<typeof row>> = {
  name: "verify-days",
  sql: `SELECT toUnixTimestamp(d.day) AS day, known, ${SUMS.join(", ")},
      arrayMap(x -> (x.1, toUnixTimestamp64Milli(x.2), leftPad(lower(hex(x.3)), 32, '0')), d.firsts) AS firsts
    FROM bucket_day AS d FINAL WHERE brand = {brand:String} SETTINGS ${FINAL_SETTINGS}`,
  params,
  row,
};

const missingParams = params.extend({ asOf: z.int() });
/** Hours of groups, by the facts, that the look-up of originals would miss. */
const MISSING: Query<z.infer<typeof missingParams>, { readonly grp: string; readonly hour: number }> = {
  name: "verify-group-hours",
  sql: `SELECT f.grp AS grp, toUnixTimestamp(f.hour) AS hour
    FROM (SELECT DISTINCT grp, hour, ${groupKey("brand", "grp")} AS key_ FROM fact
      WHERE brand = {brand:String} AND grp != '' AND hour > toDateTime(0, 'UTC') AND known <= {asOf:UInt64}) AS f
    LEFT JOIN (SELECT key, min(since) AS since_, groupUniqArrayArray(hours) AS hours_ FROM group_span GROUP BY key) AS s ON f.key_ = s.key
    WHERE NOT has(s.hours_, f.hour) OR s.since_ > f.hour LIMIT 1000`,
  params: missingParams,
  row: z.object({ grp: z.string(), hour: z.int() }),
};

/** Of one day: the sums of its hours, and the earliest first of each group, as one piece of text each. */
const dayOf = (hours: readonly RecountedBucket[]): ReadonlyMap<string, number | string> => {
  const sums = new Map<string, number | string>();
  for (const bucket of hours) {
    for (const name of SUMS) {
      const value = bucket.get(name) as number | undefined;
      if (value !== undefined) sums.set(name, ((sums.get(name) as number | undefined) ?? 0) + value);
    }
    for (const [name, value] of bucket) {
      if (typeof value !== "string") continue;
      const [at, id] = JSON.parse(value) as readonly [string, string];
      const key = name.replace(/ \(coarse\)$/, "");
      const text = `${at} ${id}`;
      const known = sums.get(key);
      if (known === undefined || text < (known as string)) sums.set(key, text);
    }
  }
  return sums;
};

const storedDay = (found: z.infer<typeof row>): ReadonlyMap<string, number | string> =>
  new Map<string, number | string>([
    ...SUMS.map((name) => [name, found[name]] as const).filter(([, value]) => value !== 0),
    ...found.firsts.map(([grp, at, id]): readonly [string, string] => [
      firstKey(grp, false),
      `${String(at).padStart(16, "0")} ${id}`,
    ]),
  ]);

interface DayDifference {
  readonly at: number;
  readonly column: string;
  readonly stored: number | string;
  readonly recounted: number | string;
}

/** Where the days that long ranges are read from, or the look-up of originals, are not what a recount gives. `asOf` in milliseconds. */
export const compareDays = async (
  store: Store,
  brand: string,
  recounted: ReadonlyMap<number, RecountedBucket>,
  asOf: number,
): Promise<readonly DayDifference[]> => {
  const stored = new Map((await store.query(DAYS, { brand })).map((found) => [found.day, found]));
  const hours = new Map<number, RecountedBucket[]>();
  for (const [hour, bucket] of recounted) {
    const day = hour - (hour % DAY);
    hours.set(day, [...(hours.get(day) ?? []), bucket]);
  }
  const days = [...new Set([...stored.keys(), ...hours.keys()])]
    .filter((day) => (stored.get(day)?.known ?? 0) <= asOf)
    .sort((a, b) => a - b);
  const wrong = days.flatMap((day): readonly DayDifference[] => {
    const found = stored.get(day);
    const have = found === undefined ? new Map<string, number | string>() : storedDay(found);
    const want = dayOf(hours.get(day) ?? []);
    return [...new Set([...have.keys(), ...want.keys()])]
      .filter((column) => have.get(column) !== want.get(column))
      .map((column) => ({
        at: day,
        column: `day ${column}`,
        stored: have.get(column) ?? 0,
        recounted: want.get(column) ?? 0,
      }));
  });
  const missing = await store.query(MISSING, { brand, asOf });
  return [
    ...wrong,
    ...missing.map(({ grp, hour }) => ({ at: hour, column: `hour of group ${grp}`, stored: 0, recounted: 1 })),
  ];
};
