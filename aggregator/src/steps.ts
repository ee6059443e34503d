import { PipelineError, type Command, type Query, type Store } from "@molva/contracts";
import { z } from "zod";
import { LIMBO } from "./fact-row.ts";
import { bucketRows, dayRows } from "./bucket-sql.ts";
import { FINAL_SETTINGS, PAIRS } from "./fold-sql.ts";
import {
  CHOICE,
  FACT,
  FACT_COLUMNS,
  MENTION_TEXT,
  PLACE,
  type ChoiceRow,
  type FactRow,
  type PlaceRow,
  type TextRow,
} from "./tables.ts";

/** A brand's hour: what one bucket is about. Seconds since 1970. */
export interface BrandHour {
  readonly brand: string;
  readonly hour: number;
}

/** A mention that was in several hours, limbo included. */
export interface Moved {
  readonly id: string;
  readonly brand: string;
  readonly source: string;
  readonly hours: readonly number[];
}

/** The largest number of parameters that one statement gets: a longer list is parsed slower than two. */
const CHUNK = 10_000;
/** All that is known, in milliseconds; an as-of read gives a smaller one. */
export const FOREVER = 9_000_000_000_000;

const strings = z.array(z.string());
const hours = z.array(z.int().nonnegative());
const pairs = { brands: strings, hours, lo: z.int(), hi: z.int() };
export const pairParams = z.strictObject({ ...pairs, asOf: z.int() });
export type PairParams = z.infer<typeof pairParams>;

export const pairsOf = (list: readonly BrandHour[], asOf = FOREVER): PairParams => ({
  brands: list.map((p) => p.brand),
  hours: list.map((p) => p.hour),
  lo: list.reduce((lo, p) => Math.min(lo, p.hour), Number.MAX_SAFE_INTEGER),
  hi: list.reduce((hi, p) => Math.max(hi, p.hour), 0),
  asOf,
});

export const chunksOf = <T>(list: readonly T[], size = CHUNK): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

/** Over some ten thousand rows two threads take half again as much processor time as one, and Node has work for the other core meanwhile. */
const ONE_THREAD = "max_threads = 1";

/**
 * The ids in one text, in hex: a list of twenty thousand is parsed value by value, a text is not. `materialize`: else it is split while the statement
 * is planned, and the planner writes the list out: a sixth of the look-up.
 */
const SEVERAL_HOURS: Query<{ readonly ids: string }, Moved> = {
  name: "hours-of-moved-mentions",
  sql: `SELECT toString(id) AS id, any(brand) AS brand, any(source) AS source, groupUniqArray(toUnixTimestamp(hour)) AS hours
    FROM place WHERE place.id IN (SELECT reinterpretAsUInt128(reverse(unhex(arrayJoin(splitByChar(',', materialize({ids:String}))))))) GROUP BY place.id HAVING length(hours) > 1
    SETTINGS ${ONE_THREAD}, compile_aggregate_expressions = 0`,
  params: z.strictObject({ ids: z.string() }),
  row: z.object({ id: z.string(), brand: z.string(), source: z.string(), hours }),
};

const copied = z.strictObject({
  ids: strings,
  brands: strings,
  sources: strings,
  hours,
  lo: z.int(),
  hi: z.int(),
  targets: strings,
  into: hours,
});

/** All rows of the moved mentions, from all their hours into all their hours but limbo. */
const COPY: Command<z.infer<typeof copied>> = {
  name: "copy-moved-mentions",
  sql: `INSERT INTO fact (${FACT_COLUMNS.join(", ")})
    SELECT ${FACT_COLUMNS.map((c) => (c === "hour" ? "t.hour_" : `f.${c}`)).join(", ")}
    FROM (SELECT * FROM fact WHERE brand IN {brands:Array(String)} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour <= toDateTime({hi:UInt32}, 'UTC')
      AND (brand, hour, source, id) IN (SELECT x.1, toDateTime(x.2, 'UTC'), x.3, toUInt128(x.4) FROM (
        SELECT arrayJoin(arrayZip({brands:Array(String)}, {hours:Array(UInt32)}, {sources:Array(String)}, {ids:Array(String)})) AS x))) AS f
    INNER JOIN (SELECT toUInt128(y.1) AS id_, toDateTime(y.2, 'UTC') AS hour_
      FROM (SELECT arrayJoin(arrayZip({targets:Array(String)}, {into:Array(UInt32)})) AS y)) AS t ON f.id = t.id_
    WHERE f.hour != t.hour_`,
  params: copied,
};

const HOURS_OF_BRAND: Query<{ readonly brand: string }, { readonly hour: number }> = {
  name: "hours-of-brand",
  sql: `SELECT DISTINCT toUnixTimestamp(hour) AS hour FROM fact WHERE brand = {brand:String} AND hour > toDateTime(0, 'UTC') ORDER BY hour`,
  params: z.strictObject({ brand: z.string() }),
  row: z.object({ hour: z.int() }),
};

const BUCKET_COLUMNS = `brand, hour, positive, neutral, negative, unscored, singles, coarse_positive, coarse_neutral, coarse_negative, coarse_unscored,
      coarse_singles, by_person, p_negative, p_neutral, p_positive, cells, firsts, known, rev`;

/**
 * Past these sizes the engine folds in 256 parts, for threads to share. On one thread each part is work of its own through every level of the fold:
 * 100,000 mentions took 4.9 µs each in parts, 3.7 whole. Above, parts are what it can put on disk when memory runs short.
 */
const WHOLE = "group_by_two_level_threshold = 1000000, group_by_two_level_threshold_bytes = 500000000";

const REDUCE: Command<PairParams> = {
  name: "reduce",
  sql: `INSERT INTO bucket (${BUCKET_COLUMNS})
    ${bucketRows(PAIRS)} SETTINGS ${FINAL_SETTINGS}, ${ONE_THREAD}, ${WHOLE}`,
  params: pairParams,
};

const stretch = z.strictObject({ brands: strings, from: z.int(), to: z.int(), asOf: z.int() });
const FOLD_STRETCH: Command<z.infer<typeof stretch>> = {
  name: "fold-stretch",
  sql: `INSERT INTO bucket (${BUCKET_COLUMNS})
    ${bucketRows("brand IN {brands:Array(String)} AND hour >= toDateTime({from:UInt32}, 'UTC') AND hour < toDateTime({to:UInt32}, 'UTC')")} SETTINGS ${FINAL_SETTINGS}`,
  params: stretch,
};

const DAY = 86_400;
const DAY_COLUMNS = `brand, day, positive, neutral, negative, unscored, singles, coarse_positive, coarse_neutral, coarse_negative, coarse_unscored,
      coarse_singles, firsts, known, rev`;

const dayParams = z.strictObject({ brands: strings, days: hours, lo: z.int(), hi: z.int() });
const FOLD_DAYS: Command<z.infer<typeof dayParams>> = {
  name: "fold-days",
  sql: `INSERT INTO bucket_day (${DAY_COLUMNS})
    ${dayRows(`brand IN {brands:Array(String)} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour < toDateTime({hi:UInt32}, 'UTC')
      AND (brand, toStartOfDay(hour)) IN (SELECT t.1, toDateTime(t.2, 'UTC') FROM (SELECT arrayJoin(arrayZip({brands:Array(String)}, {days:Array(UInt32)})) AS t))`)}
    SETTINGS ${FINAL_SETTINGS}, ${ONE_THREAD}`,
  params: dayParams,
};

const dayOf = (hour: number): number => hour - (hour % DAY);

/** The days of the touched hours, each once. */
const daysOf = (touched: readonly BrandHour[]): readonly BrandHour[] => [
  ...new Map(
    touched.map(({ brand, hour }) => [`${dayOf(hour)} ${brand}`, { brand, hour: dayOf(hour) }] as const),
  ).values(),
];

const FOLD_STRETCH_DAYS: Command<z.infer<typeof stretch>> = {
  name: "fold-days-of-stretch",
  sql: `INSERT INTO bucket_day (${DAY_COLUMNS})
    ${dayRows("brand IN {brands:Array(String)} AND hour >= toDateTime({from:UInt32}, 'UTC') AND hour < toDateTime({to:UInt32}, 'UTC') AND known <= {asOf:UInt64}")}
    SETTINGS ${FINAL_SETTINGS}`,
  params: stretch,
};

/**
 * Folds every hour of the brands in `[from, to)`, seconds since 1970 on the hour, anew from its facts: a rebuild of the buckets, week by week.
 * Beside a running aggregator it does no harm, for the best informed row of a bucket survives.
 */
export const foldStretch = async (
  store: Store,
  { brands, from, to }: { readonly brands: readonly string[]; readonly from: number; readonly to: number },
): Promise<void> => {
  const asked = { brands: [...brands], asOf: FOREVER };
  await store.execute(FOLD_STRETCH, { ...asked, from: Math.max(from, 3600), to });
  await store.execute(FOLD_STRETCH_DAYS, { ...asked, from: dayOf(from), to: dayOf(to + DAY - 1) });
};

/** What the aggregator does to the store, one durable step each. Every step may run twice, and beside those of another aggregator. */
export interface Steps {
  insertFacts(rows: readonly FactRow[]): Promise<void>;
  insertPlaces(rows: readonly PlaceRow[]): Promise<void>;
  insertChoices(rows: readonly ChoiceRow[]): Promise<void>;
  insertTexts(rows: readonly TextRow[]): Promise<void>;
  /** Those of the mentions that were ever in more than one hour, by their ids in hex. */
  findMoved(ids: readonly string[]): Promise<readonly Moved[]>;
  /** The copy rule. */
  copy(moved: readonly Moved[]): Promise<void>;
  hoursOf(brand: string): Promise<readonly number[]>;
  reduce(touched: readonly BrandHour[]): Promise<void>;
  /** The days of the hours that were reduced, anew from their buckets. */
  foldDays(touched: readonly BrandHour[]): Promise<void>;
}

const copyParams = (moved: readonly Moved[]): z.infer<typeof copied> => {
  const from = moved.flatMap((m) => m.hours.map((hour) => ({ ...m, hour })));
  const to = from.filter((m) => m.hour !== LIMBO);
  const { brands, hours: fromHours, lo, hi } = pairsOf(from);
  return {
    ids: from.map((m) => m.id),
    brands,
    sources: from.map((m) => m.source),
    hours: fromHours,
    lo,
    hi,
    targets: to.map((m) => m.id),
    into: to.map((m) => m.hour),
  };
};

export const stepsOver = (store: Store): Steps => ({
  insertFacts: (rows) => store.insert(FACT, rows),
  insertPlaces: (rows) => store.insert(PLACE, rows),
  insertChoices: (rows) => store.insert(CHOICE, rows),
  insertTexts: (rows) => store.insert(MENTION_TEXT, rows),
  findMoved: async (ids) => {
    const found: Moved[] = [];
    for (const some of chunksOf(ids, 50_000)) found.push(...(await store.query(SEVERAL_HOURS, { ids: some.join() })));
    return found;
  },
  copy: async (moved) => {
    for (const some of chunksOf(moved, 2000)) await store.execute(COPY, copyParams(some));
  },
  hoursOf: async (brand) => (await store.query(HOURS_OF_BRAND, { brand })).map((row) => row.hour),
  reduce: async (touched) => {
    const sorted = [...touched].sort((a, b) => a.hour - b.hour);
    for (const some of chunksOf(sorted, 5000)) await store.execute(REDUCE, pairsOf(some));
  },
  foldDays: async (touched) => {
    const sorted = [...daysOf(touched)].sort((a, b) => a.hour - b.hour);
    for (const some of chunksOf(sorted, 5000)) {
      const { brands, hours: days, lo, hi } = pairsOf(some);
      await store.execute(FOLD_DAYS, { brands, days, lo, hi: hi + DAY });
    }
  },
});

export const misplaced = (mentionId: string): PipelineError =>
  new PipelineError(
    `Mention ${mentionId} is dated outside the years 1971 to 2105; correct the date at its source, or in the file it was imported from.`,
    {
      code: "CONTRACT_VIOLATED",
      recovery: "dead-letter",
      details: { mentionId },
    },
  );
