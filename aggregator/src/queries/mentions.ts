import {
  instantOf,
  millisOf,
  PRECISIONS,
  type GivenLabel,
  type Instant,
  type ListedMention,
  type Query,
  type Store,
} from "@molva/contracts";
import { z } from "zod";
import { storedId } from "../fact-row.ts";
import { FINAL_SETTINGS, foldedMentions, PAIRS } from "../fold-sql.ts";
import { FOREVER, pairParams, pairsOf } from "../steps.ts";
import { whole } from "../tables.ts";
import { brandsOf } from "./extent.ts";

export const MENTION_SORTS = ["newest", "confidence"] as const;
export type MentionSort = (typeof MENTION_SORTS)[number];

export interface MentionFilter {
  readonly brand?: string | null;
  readonly source?: string | null;
  readonly label?: GivenLabel | null;
  /** Half-open `[from, to)`, by publication. */
  readonly from?: Instant | null;
  readonly to?: Instant | null;
  /** Found in the text or the title, whatever its case. */
  readonly search?: string | null;
  /** `newest` first (default), or the least sure of the models' labels first. */
  readonly sort?: MentionSort;
  /** 1…10 000, default 50. */
  readonly limit?: number;
  /** The last mention of the page before; with `newest` only. */
  readonly after?: Pick<ListedMention, "id" | "publishedAt"> | null;
  /** What was known at this point of the log. Null: all that lies in the store. */
  readonly asOf?: Instant | null;
}

const LATEST = 0xffff_ffff;
const MOST = 10_000;

export const listed = z.object({
  id: z.string(),
  stored: z.string(),
  input: z.string(),
  brand: z.string(),
  source: z.string(),
  kind: z.string(),
  at: whole,
  precision: z.int(),
  label: z.enum(["negative", "neutral", "positive", "unscored"]),
  sure: z.int(),
  byPerson: z.int(),
  by: z.string(),
  model: z.string(),
  onEarlierText: z.int(),
  rating: z.number(),
  ratingMax: z.number(),
  language: z.string(),
  region: z.string(),
  topics: z.array(z.tuple([z.string(), z.enum(["negative", "neutral", "positive", "unscored"])])),
});
export type Listed = z.infer<typeof listed>;

/** What the person read: the newest text at the time of the decision, or the first when the decision is older than all. */
const INPUT_WHEN_DECIDED = `if(arrayExists(x -> x.1 <= live_humans[1].1, inputs),
      arrayReverseSort(x -> (x.1, x.2), arrayFilter(x -> x.1 <= live_humans[1].1, inputs))[1].3, arraySort(x -> (x.1, x.2), inputs)[1].3)`;

/** Of `foldedMentions`, named m. */
export const LISTED_COLUMNS = `leftPad(lower(hex(m.id)), 32, '0') AS id, toString(m.id) AS stored, toString(input_) AS input, brand, source, form_ AS kind,
    toUnixTimestamp64Milli(at_) AS at, precision_ AS precision, toString(label_) AS label,
    if(by_person, 0, multiIf(label_ = 'negative', p_negative_, label_ = 'neutral', p_neutral_, label_ = 'positive', p_positive_, 0)) AS sure,
    toUInt8(by_person) AS byPerson, live_humans[1].4 AS by, model_ AS model,
    toUInt8(by_person AND input_ != ${INPUT_WHEN_DECIDED}) AS onEarlierText,
    rating_value_ AS rating, rating_max_ AS ratingMax, language_ AS language, region_ AS region,
    arrayMap(x -> (x.1, toString(x.2)), topic_labels_) AS topics`;

const filterParams = z.strictObject({
  brands: z.array(z.string()),
  lo: z.int(),
  hi: z.int(),
  from: z.int(),
  to: z.int(),
  source: z.string(),
  label: z.string(),
  search: z.string(),
  afterAt: z.int(),
  afterId: z.string(),
  limit: z.int(),
  asOf: z.int(),
});

const list = (sort: MentionSort): Query<z.infer<typeof filterParams>, Listed> => ({
  name: `list-mentions-${sort}`,
  sql: `SELECT ${LISTED_COLUMNS}
    FROM (${foldedMentions("brand IN {brands:Array(String)} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour <= toDateTime({hi:UInt32}, 'UTC')")}) AS m
    WHERE counted AND ({source:String} = '' OR m.source = {source:String}) AND ({label:String} = '' OR toString(label_) = {label:String})
      AND toUnixTimestamp64Milli(at_) >= {from:Int64} AND toUnixTimestamp64Milli(at_) < {to:Int64}
      AND (toUnixTimestamp64Milli(at_) < {afterAt:Int64} OR toUnixTimestamp64Milli(at_) = {afterAt:Int64} AND m.id > toUInt128({afterId:String}))
      AND ({search:String} = '' OR (m.id, input_) IN (SELECT id, input FROM mention_text WHERE brand IN {brands:Array(String)}
        AND id IN (SELECT id FROM fact WHERE brand IN {brands:Array(String)} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour <= toDateTime({hi:UInt32}, 'UTC'))
        AND (positionCaseInsensitiveUTF8(text, {search:String}) > 0 OR positionCaseInsensitiveUTF8(title, {search:String}) > 0)))
    ORDER BY ${sort === "newest" ? "at_ DESC, m.id" : "sure = 0, sure, at_ DESC, m.id"} LIMIT {limit:UInt32}
    SETTINGS ${FINAL_SETTINGS}`,
  params: filterParams,
  row: listed,
});
const LISTS: Readonly<Record<MentionSort, ReturnType<typeof list>>> = {
  newest: list("newest"),
  confidence: list("confidence"),
};

const reachParams = z.strictObject({
  brands: z.array(z.string()),
  lo: z.int(),
  hi: z.int(),
  source: z.string(),
  label: z.string(),
  limit: z.int(),
  asOf: z.int(),
});

/** The latest hour from which on the buckets hold at least `limit` such mentions: the rest of history need not be folded.
 * A bucket that knows more than `asOf` promises nothing. */
const REACH: Query<z.infer<typeof reachParams>, { readonly hour: number }> = {
  name: "hour-of-last-listed",
  sql: `SELECT toUnixTimestamp(max(hour)) AS hour FROM (
      SELECT hour, sum(found) OVER (ORDER BY hour DESC) AS sofar FROM (
        SELECT hour, sum(multiIf({source:String} = '' AND {label:String} = '', positive + neutral + negative + unscored,
            {source:String} = '', multiIf({label:String} = 'positive', positive, {label:String} = 'neutral', neutral, {label:String} = 'negative', negative, unscored),
            arraySum(c -> multiIf({label:String} = '', c.positive + c.neutral + c.negative + c.unscored, {label:String} = 'positive', c.positive,
                {label:String} = 'neutral', c.neutral, {label:String} = 'negative', c.negative, c.unscored),
              arrayFilter(c -> c.dimension = 'source' AND c.value = {source:String}, cells)))) AS found
        FROM bucket FINAL
        WHERE brand IN {brands:Array(String)} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour < toDateTime({hi:UInt32}, 'UTC') AND known <= {asOf:UInt64} GROUP BY hour))
    WHERE sofar >= {limit:UInt32} SETTINGS ${FINAL_SETTINGS}`,
  params: reachParams,
  row: z.object({ hour: z.int() }),
};

const oneParams = pairParams.extend({ id: z.string() });
const ONE: Query<z.infer<typeof oneParams>, Listed> = {
  name: "one-mention",
  sql: `SELECT ${LISTED_COLUMNS} FROM (${foldedMentions(`${PAIRS} AND id = toUInt128({id:String})`)}) AS m WHERE counted SETTINGS ${FINAL_SETTINGS}`,
  params: oneParams,
  row: listed,
};

const PLACES: Query<
  { readonly id: string },
  { readonly brand: string; readonly source: string; readonly hour: number }
> = {
  name: "places-of-mention",
  sql: "SELECT DISTINCT brand, source, toUnixTimestamp(hour) AS hour FROM place WHERE id = toUInt128({id:String})",
  params: z.strictObject({ id: z.string() }),
  row: z.object({ brand: z.string(), source: z.string(), hour: z.int() }),
};

const wordsRow = z.object({
  stored: z.string(),
  input: z.string(),
  title: z.string(),
  text: z.string(),
  url: z.string(),
  kept: z.int(),
});
type Words = z.infer<typeof wordsRow>;
const WORDS: Query<{ readonly ids: readonly string[]; readonly inputs: readonly string[] }, Words> = {
  name: "words-of-mentions",
  sql: `SELECT toString(w.id) AS stored, toString(w.input) AS input, title, text, url, kept FROM (
      SELECT * FROM mention_text FINAL WHERE (id, input) IN (
        SELECT toUInt128(t.1), toUInt64(t.2) FROM (SELECT arrayJoin(arrayZip({ids:Array(String)}, {inputs:Array(String)})) AS t))) AS w`,
  params: z.strictObject({ ids: z.array(z.string()), inputs: z.array(z.string()) }),
  row: wordsRow,
};

const orNull = (text: string | undefined): string | null => (text === undefined || text === "" ? null : text);

const mentionOf = (row: Listed, words: Words | undefined): ListedMention => ({
  id: row.id,
  brand: row.brand,
  source: row.source,
  kind: row.kind,
  publishedAt: instantOf(row.at),
  precision: PRECISIONS[row.precision - 1] as string,
  label: row.label,
  confidence: row.sure === 0 ? null : row.sure / 10_000,
  provenance: row.byPerson === 1 ? `person:${row.by}` : row.model,
  onEarlierText: row.onEarlierText === 1,
  rating: row.ratingMax === 0 ? null : row.rating,
  ratingMax: row.ratingMax === 0 ? null : row.ratingMax,
  language: orNull(row.language),
  region: orNull(row.region),
  topics: row.topics.map(([topic, label]) => ({ topic, label })),
  title: orNull(words?.title),
  text: words === undefined || words.kept === 0 ? null : words.text,
  url: orNull(words?.url),
});

export const withWords = async (store: Store, rows: readonly Listed[]): Promise<readonly ListedMention[]> => {
  if (rows.length === 0) return [];
  const found = await store.query(WORDS, { ids: rows.map((r) => r.stored), inputs: rows.map((r) => r.input) });
  const words = new Map(found.map((w) => [`${w.stored} ${w.input}`, w]));
  return rows.map((row) => mentionOf(row, words.get(`${row.stored} ${row.input}`)));
};

const hourAt = (millis: number): number =>
  Math.min(Math.max(0, Math.floor(millis / 3_600_000) * 3600), LATEST - (LATEST % 3600));

/** The counted mentions that fit, with the label that counts and where it came from; read from the facts, as of any point. */
export const listMentions = async (store: Store, filter: MentionFilter): Promise<readonly ListedMention[]> => {
  const sort = filter.sort ?? "newest";
  const limit = Math.min(Math.max(1, filter.limit ?? 50), MOST);
  const after = sort === "newest" ? (filter.after ?? null) : null;
  const brands = filter.brand == null ? await brandsOf(store) : [filter.brand];
  const from = filter.from == null ? 0 : millisOf(filter.from);
  const to = filter.to == null ? FOREVER : millisOf(filter.to);
  const afterAt = after === null ? FOREVER : millisOf(after.publishedAt);
  const [source, label, search] = [filter.source ?? "", filter.label ?? "", filter.search ?? ""];
  const asOf = filter.asOf == null ? FOREVER : millisOf(filter.asOf);
  const hi = hourAt(Math.min(to, afterAt));
  let lo = hourAt(from);
  if (brands.length === 0 || from >= to) return [];
  // The hour of `hi` may be cut by `to` or by the page before, so it is read on top of what the buckets promise.
  if (sort === "newest" && search === "")
    lo = Math.max(lo, (await store.query(REACH, { brands, lo, hi, source, label, limit, asOf }))[0]?.hour ?? 0);
  const afterId = after === null ? "0" : storedId(after.id);
  const rows = await store.query(LISTS[sort], {
    brands,
    lo,
    hi,
    from,
    to,
    source,
    label,
    search,
    afterAt,
    afterId,
    limit,
    asOf,
  });
  return withWords(store, rows);
};

/** Where a mention belongs, whether it counts or not; null when no fact was ever learned about it. */
export const findMention = async (
  store: Store,
  id: string,
): Promise<{ readonly brand: string; readonly source: string } | null> => {
  if (!/^[0-9a-f]{32}$/.test(id)) return null;
  const [place] = await store.query(PLACES, { id: storedId(id) });
  return place === undefined ? null : { brand: place.brand, source: place.source };
};

/** One mention as the list shows it; null when it does not count or was never seen. */
export const readMention = async (store: Store, id: string): Promise<ListedMention | null> => {
  if (!/^[0-9a-f]{32}$/.test(id)) return null;
  const stored = storedId(id);
  const places = await store.query(PLACES, { id: stored });
  if (places.length === 0) return null;
  return (await withWords(store, await store.query(ONE, { ...pairsOf(places), id: stored })))[0] ?? null;
};
