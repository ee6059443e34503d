import { instantOf, type Query, type Store } from "@molva/contracts";
import { z } from "zod";
import { NUMBERS } from "../bucket-sums.ts";
import { bucketRows } from "../bucket-sql.ts";
import { FINAL_SETTINGS, PAIRS } from "../fold-sql.ts";
import { chunksOf, pairParams, pairsOf, type PairParams } from "../steps.ts";
import { whole } from "../tables.ts";
import { cellKey, firstKey, firstText, type RawFact, type RecountedBucket } from "./recount.ts";

const brandParams = z.strictObject({ brand: z.string(), asOf: z.int() });
type BrandParams = z.infer<typeof brandParams>;

/** Plain rows, mention by mention: sorting is all the engine does to them. */
export const RAW_FACTS: Query<BrandParams, RawFact> = {
  name: "verify-facts",
  sql: `SELECT toString(source) AS source, leftPad(lower(hex(f.id)), 32, '0') AS id, toString(kind) AS kind, toString(model) AS model, toString(f.event) AS event,
      toUnixTimestamp64Milli(f.at) AS at, toString(precision) AS precision, toString(origin) AS origin, clamped, ver, toString(f.first) AS first,
      toString(f.input) AS input, toString(label) AS label, p_negative, p_neutral, p_positive, rating, language, region, topics,
      topic_labels, topic_ver, grp, toString(f.undoes) AS undoes
    FROM fact AS f WHERE brand = {brand:String} AND known <= {asOf:UInt64} ORDER BY f.id SETTINGS max_bytes_before_external_sort = 500000000`,
  params: brandParams,
  row: z.object({
    source: z.string(),
    id: z.string(),
    kind: z.string(),
    model: z.string(),
    event: z.string(),
    at: whole,
    precision: z.string(),
    origin: z.string(),
    clamped: z.int(),
    ver: whole,
    first: z.string(),
    input: z.string(),
    label: z.string(),
    p_negative: z.int(),
    p_neutral: z.int(),
    p_positive: z.int(),
    rating: z.string(),
    language: z.string(),
    region: z.string(),
    topics: z.array(z.string()),
    topic_labels: z.array(z.string()),
    topic_ver: whole,
    grp: z.string(),
    undoes: z.string(),
  }),
};

export const RAW_CHOICES: Query<BrandParams, { readonly model: string; readonly rank: number }> = {
  name: "verify-choices",
  sql: "SELECT model, rank FROM choice WHERE brand = {brand:String} AND known <= {asOf:UInt64}",
  params: brandParams,
  row: z.object({ model: z.string(), rank: z.int() }),
};

export const BRANDS: Query<Record<string, never>, { readonly brand: string }> = {
  name: "verify-brands",
  sql: "SELECT DISTINCT brand FROM (SELECT brand FROM fact UNION ALL SELECT brand FROM bucket) ORDER BY brand",
  params: z.strictObject({}),
  row: z.object({ brand: z.string() }),
};

const CELL_COLUMNS = ["positive", "neutral", "negative", "unscored", "singles"] as const;

const cell = z.tuple([z.string(), z.string(), z.int(), z.int(), z.int(), z.int(), z.int(), z.int()]);
const first = z.tuple([
  z.string(),
  whole,
  z.string(),
  z.int(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.array(z.string()),
]);
const storedRow = z.object({
  hour: z.int(),
  known: whole,
  ...(Object.fromEntries(NUMBERS.map((name) => [name, whole])) as Record<(typeof NUMBERS)[number], typeof whole>),
  cells: z.array(cell),
  firsts: z.array(first),
});
type StoredRow = z.infer<typeof storedRow>;

/** As unnamed tuples, which come as lists. */
const COLUMNS = `toUnixTimestamp(b.hour) AS hour, known, ${NUMBERS.join(", ")},
      CAST(cells, 'Array(Tuple(String, String, UInt8, UInt32, UInt32, UInt32, UInt32, UInt32))') AS cells,
      arrayMap(x -> (x.1, toUnixTimestamp64Milli(x.2), leftPad(lower(hex(x.3)), 32, '0'), x.4, x.5, x.6, x.7, x.8, x.9), b.firsts) AS firsts`;

const BUCKETS: Query<{ readonly brand: string }, StoredRow> = {
  name: "verify-buckets",
  sql: `SELECT ${COLUMNS} FROM bucket AS b FINAL WHERE brand = {brand:String} SETTINGS ${FINAL_SETTINGS}`,
  params: z.strictObject({ brand: z.string() }),
  row: storedRow,
};

const FOLDED: Query<PairParams, StoredRow> = {
  name: "verify-folded",
  sql: `SELECT ${COLUMNS} FROM (${bucketRows(PAIRS)}) AS b SETTINGS ${FINAL_SETTINGS}`,
  params: pairParams,
  row: storedRow,
};

const entriesOf = (row: StoredRow): RecountedBucket => {
  const entries: RecountedBucket = new Map();
  const put = (name: string, value: number): void => {
    if (value !== 0) entries.set(name, value);
  };
  for (const name of NUMBERS) put(name, row[name]);
  for (const [dimension, value, coarse, ...counts] of row.cells)
    for (const [i, column] of CELL_COLUMNS.entries())
      put(cellKey(dimension, value, coarse === 1, column), counts[i] as number);
  for (const [grp, at, id, coarse, source, language, region, rating, topics] of row.firsts) {
    entries.set(
      firstKey(grp, coarse === 1),
      firstText({ at, id, source, language, region, rating, topics: [...new Set(topics)] }),
    );
  }
  return entries;
};

/** What the program shows of a brand as of a point: its buckets, and where they know more than that, what the reads fold instead. */
export const readStored = async (
  store: Store,
  brand: string,
  asOf: number,
): Promise<{ readonly buckets: ReadonlyMap<number, RecountedBucket>; readonly newest: string | null }> => {
  const rows = await store.query(BUCKETS, { brand });
  const dirty = rows.filter((row) => row.known > asOf).map(({ hour }) => ({ brand, hour }));
  const folded: StoredRow[] = [];
  for (const some of chunksOf(dirty)) folded.push(...(await store.query(FOLDED, pairsOf(some, asOf))));
  const newest = rows.reduce((known, row) => Math.max(known, row.known), 0);
  const buckets = new Map(
    [...rows.filter((row) => row.known <= asOf), ...folded].map((row) => [row.hour, entriesOf(row)]),
  );
  return { buckets, newest: newest === 0 ? null : instantOf(newest) };
};
