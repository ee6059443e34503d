import type { Query, Store } from "@molva/contracts";
import { z } from "zod";
import { storedId } from "../fact-row.ts";
import { FINAL_SETTINGS } from "../fold-sql.ts";
import { chunksOf } from "../steps.ts";
import { whole } from "../tables.ts";
import type { RawFact } from "../verify/recount.ts";

/** A fact as it lies in the store, with who said it and why. `known`: when the log took it, in milliseconds. */
export interface ToldFact extends RawFact {
  readonly brand: string;
  readonly by: string;
  readonly reason: string;
  readonly known: number;
}

/** Which labels a model's may overrule, from when on. */
interface KnownChoice {
  readonly brand: string;
  readonly model: string;
  readonly rank: number;
  readonly by: string;
  readonly ver: number;
  readonly known: number;
  readonly first: string;
}

const idsParams = z.strictObject({ ids: z.array(z.string()) });
type IdsParams = z.infer<typeof idsParams>;

const placeRow = z.object({ stored: z.string(), brand: z.string(), source: z.string(), hour: z.int() });
type Place = z.infer<typeof placeRow>;

const PLACES: Query<IdsParams, Place> = {
  name: "places-of-mentions",
  sql: `SELECT DISTINCT toString(place.id) AS stored, toString(brand) AS brand, toString(source) AS source, toUnixTimestamp(hour) AS hour
    FROM place WHERE place.id IN (SELECT toUInt128(arrayJoin({ids:Array(String)})))`,
  params: idsParams,
  row: placeRow,
};

const factParams = z.strictObject({
  brands: z.array(z.string()),
  hours: z.array(z.int()),
  sources: z.array(z.string()),
  ids: z.array(z.string()),
  asOf: z.int(),
});

/** By the whole sort key: a mention's rows lie in a handful of granules, whatever the size of its brand. */
const FACTS_OF: Query<z.infer<typeof factParams>, ToldFact> = {
  name: "facts-of-mentions",
  sql: `SELECT toString(brand) AS brand, toString(source) AS source, leftPad(lower(hex(f.id)), 32, '0') AS id, toString(kind) AS kind, toString(model) AS model,
      toString(f.event) AS event, toUnixTimestamp64Milli(f.at) AS at, toString(precision) AS precision, toString(origin) AS origin, clamped, ver, known,
      toString(f.first) AS first, toString(f.input) AS input, toString(label) AS label, p_negative, p_neutral, p_positive, rating, language, region, topics,
      topic_labels, topic_ver, grp,
      toString(f.undoes) AS undoes, by, reason
    FROM fact AS f WHERE brand IN {brands:Array(String)} AND (f.brand, f.hour, f.source, f.id) IN (
      SELECT x.1, toDateTime(x.2, 'UTC'), x.3, toUInt128(x.4)
      FROM (SELECT arrayJoin(arrayZip({brands:Array(String)}, {hours:Array(UInt32)}, {sources:Array(String)}, {ids:Array(String)})) AS x))
      AND known <= {asOf:UInt64}`,
  params: factParams,
  row: z.object({
    brand: z.string(),
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
    known: whole,
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
    by: z.string(),
    reason: z.string(),
  }),
};

const choiceParams = z.strictObject({ brands: z.array(z.string()), asOf: z.int() });
const CHOICES: Query<z.infer<typeof choiceParams>, KnownChoice> = {
  name: "choices-of-brands",
  sql: `SELECT toString(brand) AS brand, toString(model) AS model, rank, by, ver, known, toString(c.first) AS first
    FROM choice AS c FINAL WHERE brand IN {brands:Array(String)} AND known <= {asOf:UInt64} SETTINGS ${FINAL_SETTINGS}`,
  params: choiceParams,
  row: z.object({
    brand: z.string(),
    model: z.string(),
    rank: z.int(),
    by: z.string(),
    ver: whole,
    known: whole,
    first: z.string(),
  }),
};

export interface ToldMention {
  readonly facts: readonly ToldFact[];
  readonly choices: readonly KnownChoice[];
}

/** All that is known of each of the mentions, by id. One that nothing is known of is absent. */
export const readTold = async (
  store: Store,
  ids: readonly string[],
  asOf: number,
): Promise<ReadonlyMap<string, ToldMention>> => {
  const facts = new Map<string, ToldFact[]>();
  const brands = new Set<string>();
  for (const some of chunksOf([...new Set(ids)], 2000)) {
    const places = await store.query(PLACES, { ids: some.map(storedId) });
    if (places.length === 0) continue;
    const rows = await store.query(FACTS_OF, {
      brands: places.map((place) => place.brand),
      hours: places.map((place) => place.hour),
      sources: places.map((place) => place.source),
      ids: places.map((place) => place.stored),
      asOf,
    });
    for (const row of rows) {
      facts.set(row.id, [...(facts.get(row.id) ?? []), row]);
      brands.add(row.brand);
    }
  }
  const choices = brands.size === 0 ? [] : await store.query(CHOICES, { brands: [...brands], asOf });
  return new Map(
    [...facts].map(([id, rows]) => [id, { facts: rows, choices: choices.filter((c) => c.brand === rows[0]?.brand) }]),
  );
};
