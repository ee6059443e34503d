import { instantOf, millisOf, type Instant, type Query, type Store } from "@molva/contracts";
import { z } from "zod";
import { FINAL_SETTINGS, foldedMentions } from "../fold-sql.ts";
import { FOREVER } from "../steps.ts";
import { whole } from "../tables.ts";

/** What was written of one brand in one step, in what the detectors read. */
export interface WatchCounts {
  readonly negative: number;
  /** Labelled mentions. */
  readonly n: number;
  /** Different texts among the negative ones. */
  readonly originals: number;
}

export interface WatchStep extends WatchCounts {
  /** The step's begin. */
  readonly from: Instant;
  /** All mentions, unscored ones too. */
  readonly mentions: number;
  /** By topic, with the label of the clause that speaks of it. */
  readonly topics: Readonly<Record<string, WatchCounts>>;
}

export interface WatchStepsQuestion {
  readonly brands: readonly string[];
  /** Half-open `[from, to)`, by publication, on edges of steps. */
  readonly from: Instant;
  readonly to: Instant;
  /** Milliseconds of a step. */
  readonly step: number;
  readonly asOf: Instant | null;
}

const params = z.strictObject({
  brands: z.array(z.string()),
  lo: z.int(),
  hi: z.int(),
  from: z.int(),
  to: z.int(),
  step: z.int(),
  asOf: z.int(),
});

const row = z.object({
  brand: z.string(),
  step: whole,
  topic: z.string(),
  mentions: z.int(),
  n: z.int(),
  negative: z.int(),
  originals: z.int(),
});

/** Mentions of which only the day is known stay out: they would all stand at midnight. Copies of one text are one voice. */
const STEPS: Query<z.infer<typeof params>, z.infer<typeof row>> = {
  name: "watch-steps",
  sql: `SELECT brand, intDiv(toUnixTimestamp64Milli(at_), {step:Int64}) * {step:Int64} AS step, t.1 AS topic,
      toUInt32(count()) AS mentions, toUInt32(countIf(t.2 != 'unscored')) AS n, toUInt32(countIf(t.2 = 'negative')) AS negative,
      toUInt32(countIf(t.2 = 'negative' AND grp_ = '') + uniqExactIf(grp_, t.2 = 'negative' AND grp_ != '')) AS originals
    FROM (
      SELECT brand, at_, grp_,
        arrayJoin(arrayConcat([('', label_)], topic_labels_)) AS t
      FROM (${foldedMentions("brand IN {brands:Array(String)} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour < toDateTime({hi:UInt32}, 'UTC')")})
      WHERE counted AND coarse_ = 0 AND toUnixTimestamp64Milli(at_) >= {from:Int64} AND toUnixTimestamp64Milli(at_) < {to:Int64})
    GROUP BY brand, step, topic
    SETTINGS ${FINAL_SETTINGS}`,
  params,
  row,
};

const HOUR = 3_600;
const NOTHING: WatchCounts = { negative: 0, n: 0, originals: 0 };

/** Every step of the range for every brand, in their order; steps without mentions have zeros. */
export const readWatchSteps = async (
  store: Store,
  { brands, from, to, step, asOf }: WatchStepsQuestion,
): Promise<ReadonlyMap<string, readonly WatchStep[]>> => {
  const [start, end] = [millisOf(from), millisOf(to)];
  const rows =
    brands.length === 0 || start >= end
      ? []
      : await store.query(STEPS, {
          brands,
          lo: Math.floor(start / 1000 / HOUR) * HOUR,
          hi: Math.ceil(end / 1000 / HOUR) * HOUR,
          from: start,
          to: end,
          step,
          asOf: asOf === null ? FOREVER : millisOf(asOf),
        });
  const found = new Map<string, { whole: (typeof rows)[number] | null; topics: Record<string, WatchCounts> }>();
  for (const one of rows) {
    const key = `${one.step} ${one.brand}`;
    const known = found.get(key) ?? { whole: null, topics: {} };
    if (one.topic === "") known.whole = one;
    else known.topics[one.topic] = { negative: one.negative, n: one.n, originals: one.originals };
    found.set(key, known);
  }
  const starts = Array.from({ length: Math.max(0, Math.ceil((end - start) / step)) }, (_, i) => start + i * step);
  return new Map(
    brands.map((brand) => [
      brand,
      starts.map((at): WatchStep => {
        const known = found.get(`${at} ${brand}`);
        const { negative, n, originals, mentions } = known?.whole ?? { ...NOTHING, mentions: 0 };
        return { from: instantOf(at), negative, n, originals, mentions, topics: known?.topics ?? {} };
      }),
    ]),
  );
};

const MARKS: Query<{ readonly lo: number }, { readonly brand: string; readonly mark: string }> = {
  name: "marks-of-brands",
  sql: `SELECT brand, toString(groupBitXor(cityHash64(hour, rev))) AS mark FROM bucket FINAL
    WHERE hour >= toDateTime({lo:UInt32}, 'UTC') GROUP BY brand SETTINGS ${FINAL_SETTINGS}`,
  params: z.strictObject({ lo: z.int() }),
  row: z.object({ brand: z.string(), mark: z.string() }),
};

/** Of each brand that has mentions from a full hour on, a mark that is another one once anything there is counted anew. */
export const readMarks = async (store: Store, from: Instant): Promise<ReadonlyMap<string, string>> =>
  new Map(
    (await store.query(MARKS, { lo: Math.floor(millisOf(from) / 1000) })).map(({ brand, mark }) => [brand, mark]),
  );

const totalParams = z.strictObject({ brands: z.array(z.string()), lo: z.int(), hi: z.int() });
const TOTALS: Query<z.infer<typeof totalParams>, { readonly brand: string; readonly mentions: number }> = {
  name: "mentions-of-brands",
  sql: `SELECT brand, sum(toUInt64(positive) + neutral + negative + unscored) AS mentions FROM bucket FINAL
    WHERE brand IN {brands:Array(String)} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour < toDateTime({hi:UInt32}, 'UTC')
    GROUP BY brand SETTINGS ${FINAL_SETTINGS}`,
  params: totalParams,
  row: z.object({ brand: z.string(), mentions: whole }),
};

/** How many mentions a brand has between two full hours: a cheap look at whether its history has changed. */
export const countMentions = async (store: Store, brand: string, from: Instant, to: Instant): Promise<number> => {
  const [lo, hi] = [Math.floor(millisOf(from) / 1000), Math.floor(millisOf(to) / 1000)];
  return (await store.query(TOTALS, { brands: [brand], lo, hi }))[0]?.mentions ?? 0;
};
