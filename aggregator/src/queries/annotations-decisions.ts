import type { Query, Store } from "@molva/contracts";
import { z } from "zod";
import { storedId } from "../fact-row.ts";
import { FINAL_SETTINGS } from "../fold-sql.ts";
import { chunksOf } from "../steps.ts";
import { whole } from "../tables.ts";

/** A decision or its undoing, with the log's time of it. */
const decisionRow = z.object({ id: z.string(), known: whole });
export type KnownDecision = z.infer<typeof decisionRow>;

const rangeParams = z.strictObject({ brand: z.string(), from: z.int(), to: z.int() });

/** Decisions have no date of their own: all lie in limbo, a partition that holds little else. */
const DECISIONS: Query<z.infer<typeof rangeParams>, KnownDecision> = {
  name: "decisions-of-brand",
  sql: `SELECT leftPad(lower(hex(f.id)), 32, '0') AS id, known FROM fact AS f FINAL
    WHERE brand = {brand:String} AND hour = toDateTime(0, 'UTC') AND kind IN ('human', 'exclude', 'undo')
      AND known >= {from:Int64} AND known < {to:Int64} ORDER BY known, f.event SETTINGS ${FINAL_SETTINGS}`,
  params: rangeParams,
  row: decisionRow,
};

/** In the order of the log; `[from, to)` in milliseconds of the log's time. */
export const decisionsOf = (store: Store, question: z.infer<typeof rangeParams>): Promise<readonly KnownDecision[]> =>
  store.query(DECISIONS, question);

const placeParams = z.strictObject({ ids: z.array(z.string()) });
const placeRow = z.object({ id: z.string(), hour: whole });
const HOURS: Query<z.infer<typeof placeParams>, z.infer<typeof placeRow>> = {
  name: "hours-of-decided-mentions",
  sql: `SELECT DISTINCT leftPad(lower(hex(place.id)), 32, '0') AS id, toUnixTimestamp(hour) AS hour FROM place
    WHERE place.id IN (SELECT toUInt128(arrayJoin({ids:Array(String)}))) AND place.hour > toDateTime(0, 'UTC')`,
  params: placeParams,
  row: placeRow,
};

/** Every hour that each of the mentions was ever in, as milliseconds. */
export const hoursOf = async (
  store: Store,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> => {
  const hours = new Map<string, number[]>();
  for (const some of chunksOf([...new Set(ids)])) {
    const rows = await store.query(HOURS, { ids: some.map(storedId) });
    for (const { id, hour } of rows) hours.set(id, [...(hours.get(id) ?? []), hour * 1000]);
  }
  return hours;
};

const collectedParams = z.strictObject({
  brand: z.string(),
  lo: z.int(),
  hi: z.int(),
  after: z.int(),
  until: z.int(),
});
const collectedRow = z.object({ id: z.string(), hour: whole });
const COLLECTED: Query<z.infer<typeof collectedParams>, z.infer<typeof collectedRow>> = {
  name: "collected-between",
  sql: `SELECT DISTINCT leftPad(lower(hex(f.id)), 32, '0') AS id, toUnixTimestamp(hour) * 1000 AS hour FROM fact AS f
    WHERE brand = {brand:String} AND f.hour >= toDateTime({lo:UInt32}, 'UTC') AND f.hour < toDateTime({hi:UInt32}, 'UTC') AND kind IN ('content', 'gone')
      AND known > {after:Int64} AND known <= {until:Int64}`,
  params: collectedParams,
  row: collectedRow,
};

/** Mentions of which the source told something new between two points of the log, by the hours that it touches (seconds in, milliseconds out). */
export const collectedBetween = (
  store: Store,
  question: z.infer<typeof collectedParams>,
): Promise<readonly z.infer<typeof collectedRow>[]> => store.query(COLLECTED, question);
