import type { Counts, Dimension, Query, Store } from "@molva/contracts";
import { z } from "zod";
import { FINAL_SETTINGS, foldedMentions, PAIRS } from "../fold-sql.ts";
import { chunksOf, pairParams, pairsOf, type BrandHour } from "../steps.ts";
import { whole } from "../tables.ts";
import { firstsOfGroups, groupsOfDays, sumDays, wholeDaysOf, type WholeDays } from "./days.ts";
import { originalsOf, readOriginals, valuesOf, type FirstRow } from "./originals.ts";
import type { Stretch } from "./periods.ts";

/**
 * Counts over any number of stretches as of one point of the log, in three statements whatever their number: every
 * stretch begins and ends at an edge, so counts between neighbouring edges are summed once and added up.
 *
 * A bucket whose newest fact is no newer than that point is what a recount as of it gives. The others, and the hours
 * that an edge cuts, are folded from the facts. Which buckets those are comes out of the same scan as their sums: two
 * scans could see the same bucket in two states.
 */
interface Tally extends Counts {
  readonly originals: number;
}

const HOUR = 3_600_000;

const tallyColumns = {
  positive: whole,
  neutral: whole,
  negative: whole,
  unscored: whole,
  singles: whole,
  coarse_positive: whole,
  coarse_neutral: whole,
  coarse_negative: whole,
  coarse_unscored: whole,
  coarse_singles: whole,
};
const segmentRow = z.object({ brand: z.string(), segment: whole, value: z.string(), ...tallyColumns });
type SegmentRow = z.infer<typeof segmentRow>;
const scanRow = segmentRow.extend({ dirty: z.array(z.int()) });
type ScanRow = z.infer<typeof scanRow>;

const scanParams = z.strictObject({
  brands: z.array(z.string()),
  bounds: z.array(z.int()),
  cut: z.array(z.int()),
  lo: z.int(),
  hi: z.int(),
  asOf: z.int(),
});

const SUMS = Object.keys(tallyColumns);
const LABELLED = ["positive", "neutral", "negative", "unscored", "singles"];

const CLEAN = "known <= {asOf:UInt64} AND toUnixTimestamp(hour) NOT IN (SELECT arrayJoin({cut:Array(UInt32)}))";
const IN_RANGE =
  "brand IN {brands:Array(String)} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour < toDateTime({hi:UInt32}, 'UTC')";
const ONLY = "hour IN (SELECT toDateTime(arrayJoin({only:Array(UInt32)}), 'UTC'))";
const SEGMENT_OF_HOUR = "roundDown(toInt64(toUnixTimestamp(hour)) * 1000, {bounds:Array(Int64)})";
const SEGMENT_OF_MENTION = "roundDown(toUnixTimestamp64Milli(at_), {bounds:Array(Int64)})";

/** The same ten sums from the cells of one dimension as from the columns of the bucket. */
const CELL_SUMS = [
  ...LABELLED.map((c) => `c.${c} AS ${c}_`),
  ...LABELLED.map((c) => `if(c.coarse = 1, c.${c}, 0) AS coarse_${c}_`),
].join(", ");

const scanSql = (dimension: Dimension | null, where: string): string =>
  `SELECT brand, segment_ AS segment, value_ AS value, ${SUMS.map((c) => `sumIf(${c}_, clean) AS ${c}`).join(", ")},
      groupUniqArrayIf(toUnixTimestamp(hour), NOT clean) AS dirty
    FROM (
      SELECT brand, hour, ${CLEAN} AS clean, ${SEGMENT_OF_HOUR} AS segment_,
        ${dimension === null ? `'' AS value_, ${SUMS.map((c) => `toUInt64(${c}) AS ${c}_`).join(", ")}` : `c.value AS value_, ${CELL_SUMS}`}
      FROM (SELECT * FROM bucket FINAL WHERE ${where}) AS b
      ${dimension === null ? "" : `LEFT ARRAY JOIN arrayFilter(x -> x.dimension = '${dimension}', cells) AS c`})
    GROUP BY brand, segment_, value_
    SETTINGS ${FINAL_SETTINGS}`;

const scan = (dimension: Dimension | null): Query<z.infer<typeof scanParams>, ScanRow> => ({
  name: dimension === null ? "scan-buckets" : `scan-buckets-by-${dimension}`,
  sql: scanSql(dimension, IN_RANGE),
  params: scanParams,
  row: scanRow,
});

const onlyParams = scanParams.extend({ only: z.array(z.int()) });
const SCAN_HOURS: Query<z.infer<typeof onlyParams>, ScanRow> = {
  name: "scan-buckets-of-hours",
  sql: scanSql(null, `${IN_RANGE} AND ${ONLY}`),
  params: onlyParams,
  row: scanRow,
};

/** The value under which a mention counts, with its label there. */
const VALUE_OF_MENTION: Readonly<Record<Dimension | "none", string>> = {
  none: "('', label_)",
  source: "(toString(source), label_)",
  language: "(toString(language_), label_)",
  region: "(toString(region_), label_)",
  rating: "(toString(rating_), label_)",
  topic: "arrayJoin(if(empty(topics_), [('', label_)], topic_labels_))",
};

const foldParams = pairParams.extend({ bounds: z.array(z.int()), from: z.int(), to: z.int() });

const countOf = (column: string, when: string): string =>
  column === "singles" ? `countIf(${when} AND grp_ = '')` : `countIf(${when} AND counts_.2 = '${column}')`;

const fold = (dimension: Dimension | null): Query<z.infer<typeof foldParams>, SegmentRow> => ({
  name: dimension === null ? "fold-hours" : `fold-hours-by-${dimension}`,
  sql: `SELECT brand, segment_ AS segment, counts_.1 AS value,
      ${[...LABELLED.map((c) => `${countOf(c, "1")} AS ${c}`), ...LABELLED.map((c) => `${countOf(c, "coarse_ = 1")} AS coarse_${c}`)].join(", ")}
    FROM (SELECT *, ${SEGMENT_OF_MENTION} AS segment_, ${VALUE_OF_MENTION[dimension ?? "none"]} AS counts_
      FROM (${foldedMentions(PAIRS)})
      WHERE counted AND toUnixTimestamp64Milli(at_) >= {from:Int64} AND toUnixTimestamp64Milli(at_) < {to:Int64})
    GROUP BY brand, segment_, value
    SETTINGS ${FINAL_SETTINGS}`,
  params: foldParams,
  row: segmentRow,
});

const DIMENSION_KEYS = ["source", "language", "region", "topic", "rating"] as const;
const perDimension = <T>(make: (dimension: Dimension | null) => T): ReadonlyMap<Dimension | null, T> =>
  new Map<Dimension | null, T>([[null, make(null)], ...DIMENSION_KEYS.map((d) => [d, make(d)] as const)]);
const SCANS = perDimension(scan);
const FOLDS = perDimension(fold);

export interface Ask {
  readonly brands: readonly string[];
  readonly stretches: readonly Stretch[];
  readonly by: Dimension | null;
  /** Whether mentions of day precision or coarser count. */
  readonly coarse: boolean;
  /** Milliseconds. */
  readonly asOf: number;
  /** False: originals are not asked for and not counted, for which all of history would be looked through. */
  readonly originals?: boolean;
}

/** Counts by brand, value ('' without a dimension, or where a mention has none) and stretch. */
export interface Counted {
  values(brand: string): readonly string[];
  over(brand: string, value: string, stretch: Stretch): Tally;
}

const ZERO: Tally = { positive: 0, neutral: 0, negative: 0, unscored: 0, originals: 0 };
const plus = (a: Tally, b: Tally): Tally => ({
  positive: a.positive + b.positive,
  neutral: a.neutral + b.neutral,
  negative: a.negative + b.negative,
  unscored: a.unscored + b.unscored,
  originals: a.originals + b.originals,
});
const minus = (a: Tally, b: Tally): Tally => ({
  positive: a.positive - b.positive,
  neutral: a.neutral - b.neutral,
  negative: a.negative - b.negative,
  unscored: a.unscored - b.unscored,
  originals: a.originals - b.originals,
});

const tallyOf = (row: SegmentRow, coarse: boolean): Tally => {
  const fine = (all: number, rough: number): number => (coarse ? all : all - rough);
  return {
    positive: fine(row.positive, row.coarse_positive),
    neutral: fine(row.neutral, row.coarse_neutral),
    negative: fine(row.negative, row.coarse_negative),
    unscored: fine(row.unscored, row.coarse_unscored),
    originals: fine(row.singles, row.coarse_singles),
  };
};

const hasGroups = (row: SegmentRow): boolean => row.positive + row.neutral + row.negative + row.unscored > row.singles;

/** The store's clock of seconds begins in 1970 and ends in 2106. */
const onClock = (seconds: number): number => Math.min(Math.max(seconds, 0), 0xffff_ffff - (0xffff_ffff % 3600));

/** Index of the last bound that is ≤ the time. */
const segmentIndex = (bounds: readonly number[], time: number): number => {
  let [lo, hi] = [0, bounds.length];
  while (hi - lo > 1) {
    const middle = (lo + hi) >> 1;
    if ((bounds[middle] as number) <= time) lo = middle;
    else hi = middle;
  }
  return lo;
};

type Add = (brand: string, value: string, segment: number, tally: Tally) => void;

/** Everything between two edges, by the hour. */
interface Hours {
  readonly brands: readonly string[];
  readonly bounds: readonly number[];
  /** These hours alone, in seconds; null: all. */
  readonly only: readonly number[] | null;
}

/** Adds the counts without originals; gives whether any of the mentions has a group. */
const addHours = async (store: Store, ask: Ask, { brands, bounds, only }: Hours, add: Add): Promise<boolean> => {
  const [from, to] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  const cut = [...new Set(bounds.filter((b) => b % HOUR !== 0).map((b) => onClock(Math.floor(b / HOUR) * 3600)))];
  const params = { brands, bounds, cut, ...hoursOf(bounds), asOf: ask.asOf };
  const scanned =
    only === null
      ? await store.query(SCANS.get(ask.by) as ReturnType<typeof scan>, params)
      : await store.query(SCAN_HOURS, { ...params, only });
  const dirty = new Map(
    scanned.flatMap(({ brand, dirty: hours }) =>
      hours.map((hour): [string, BrandHour] => [`${hour} ${brand}`, { brand, hour }]),
    ),
  );
  const rows: SegmentRow[] = [...scanned];
  for (const some of chunksOf([...dirty.values()])) {
    rows.push(
      ...(await store.query(FOLDS.get(ask.by) as ReturnType<typeof fold>, {
        ...pairsOf(some, ask.asOf),
        bounds,
        from,
        to,
      })),
    );
  }
  for (const row of rows) add(row.brand, row.value, row.segment, tallyOf(row, ask.coarse));
  return rows.some(hasGroups);
};

const hoursOf = (bounds: readonly number[]): { readonly lo: number; readonly hi: number } => ({
  lo: onClock(Math.floor((bounds[0] ?? 0) / HOUR) * 3600),
  hi: onClock(Math.ceil((bounds.at(-1) ?? 0) / HOUR) * 3600),
});

/** Adds the originals that lie between the edges. */
const addOriginals = (originals: readonly FirstRow[], ask: Ask, bounds: readonly number[], add: Add): void => {
  const [from, to] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  for (const first of originals) {
    if (first.at < from || first.at >= to || (first.coarse === 1 && !ask.coarse)) continue;
    for (const value of valuesOf(first, ask.by))
      add(first.brand, value, bounds[segmentIndex(bounds, first.at)] as number, { ...ZERO, originals: 1 });
  }
};

const byHours = async (store: Store, ask: Ask, hours: Hours, add: Add): Promise<void> => {
  const { brands, bounds, only } = hours;
  if (brands.length === 0) return;
  const isGrouped = await addHours(store, ask, hours, add);
  if (ask.originals === false || !isGrouped) return;
  addOriginals(await readOriginals(store, { brands, ...hoursOf(bounds), only, asOf: ask.asOf }), ask, bounds, add);
};

/**
 * The same from whole days, the hours of days that an edge cuts beside them. A brand with a day that knows more than `asOf` is read by the hour, as
 * is one whose originals became such between two statements.
 */
const byDays = async (store: Store, ask: Ask, bounds: readonly number[], days: WholeDays, add: Add): Promise<void> => {
  const question = { brands: ask.brands, bounds, ...days, asOf: ask.asOf };
  const { lo, hi } = hoursOf(bounds);
  const range = { lo, hi, asOf: ask.asOf };
  const isWhole = days.cut.length === 0;
  // Where no hours come between, sums and groups need not wait for each other.
  const [sums, early] = await Promise.all([
    sumDays(store, question),
    isWhole && ask.originals !== false ? groupsOfDays(store, question, { from: lo, except: [] }) : [],
  ]);
  const late = new Set([...sums, ...early].flatMap(({ brand, dirty }) => (dirty === 1 ? [brand] : [])));
  const brands = ask.brands.filter((brand) => !late.has(brand));
  await byHours(store, ask, { brands: [...late], bounds, only: null }, add);
  if (brands.length === 0) return;
  const clean = sums.filter(({ brand }) => !late.has(brand));
  for (const row of clean) add(row.brand, "", row.segment, tallyOf({ ...row, value: "" }, true));
  const only = days.cut.flatMap((day) => Array.from({ length: 24 }, (_, i) => day + i * 3600));
  const isCutGrouped = !isWhole && (await addHours(store, ask, { brands, bounds, only }, add));
  if (ask.originals === false) return;
  const found = isCutGrouped ? await readOriginals(store, { brands, ...range, only }) : [];
  const groups = isWhole
    ? early.filter(({ brand }) => !late.has(brand))
    : await groupsOfDays(store, { ...question, brands }, { from: lo, except: found });
  const older = groups.flatMap(({ brand, older: names }) => names.map((grp) => ({ brand, grp })));
  const firsts = isWhole && older.length > 0 ? await firstsOfGroups(store, older, { ...range, hi: days.hi }) : [];
  const changed = new Set([...groups, ...firsts].flatMap(({ brand, dirty }) => (dirty === 1 ? [brand] : [])));
  const kept = <Row extends { readonly brand: string }>(rows: readonly Row[]): readonly Row[] =>
    rows.filter(({ brand }) => !changed.has(brand));
  for (const { brand, segment, originals } of kept(groups)) add(brand, "", segment, { ...ZERO, originals });
  for (const { brand, at } of kept(firsts))
    for (const time of at)
      if (time >= (bounds[0] as number) && time < (bounds.at(-1) as number))
        add(brand, "", bounds[segmentIndex(bounds, time)] as number, { ...ZERO, originals: 1 });
  const single = [
    ...kept(found),
    ...(isWhole || older.length === 0 ? [] : await originalsOf(store, kept(older), range)),
    ...(changed.size === 0 ? [] : await readOriginals(store, { brands: [...changed], ...range, only: null })),
  ];
  addOriginals(single, ask, bounds, add);
};

/** Everything between neighbouring edges, then sums from the left: a stretch is the difference of two of them. */
export const countStretches = async (store: Store, ask: Ask): Promise<Counted> => {
  const bounds = [...new Set(ask.stretches.flatMap((s) => [s.from, s.to]))].sort((a, b) => a - b);
  const found = new Map<string, Map<string, Tally[]>>();
  const indexOf = new Map(bounds.map((bound, i) => [bound, i]));
  const add: Add = (brand, value, segment, tally) => {
    const index = indexOf.get(segment) as number;
    const values = found.get(brand) ?? new Map<string, Tally[]>();
    found.set(brand, values);
    const tallies = values.get(value) ?? bounds.map(() => ZERO);
    values.set(value, tallies);
    tallies[index] = plus(tallies[index] ?? ZERO, tally);
  };
  if (bounds.length > 1 && ask.brands.length > 0) {
    const days = ask.by === null && ask.coarse ? wholeDaysOf(bounds) : null;
    if (days === null) await byHours(store, ask, { brands: ask.brands, bounds, only: null }, add);
    else await byDays(store, ask, bounds, days, add);
  }
  const sums = new Map(
    [...found].map(([brand, values]) => [
      brand,
      new Map([...values].map(([value, tallies]) => [value, leftSums(tallies)])),
    ]),
  );
  return {
    values: (brand) => [...(sums.get(brand)?.keys() ?? [])].sort(),
    over: (brand, value, stretch) => {
      const tallies = sums.get(brand)?.get(value);
      return tallies === undefined
        ? ZERO
        : minus(
            tallies[indexOf.get(stretch.to) as number] as Tally,
            tallies[indexOf.get(stretch.from) as number] as Tally,
          );
    },
  };
};

/** `result[i]` holds what lies before bound i. */
const leftSums = (tallies: readonly Tally[]): readonly Tally[] => {
  const sums: Tally[] = [ZERO];
  for (const tally of tallies) sums.push(plus(sums.at(-1) as Tally, tally));
  return sums;
};
