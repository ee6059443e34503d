import type { GivenLabel, Query, Store } from "@molva/contracts";
import { z } from "zod";
import { storedId } from "../fact-row.ts";
import { FINAL_SETTINGS, foldedMentions } from "../fold-sql.ts";
import { chunksOf } from "../steps.ts";
import { whole } from "../tables.ts";
import { storedContent, storedFactOf, type StoredContent, type StoredFact } from "./stored-content.ts";

const given = z.enum(["negative", "neutral", "positive", "unscored"]);
const IN_HOURS =
  "brand IN {brands:Array(String)} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour <= toDateTime({hi:UInt32}, 'UTC')";

/** An hour of a brand in which contents lie, and how many mentions a pass over it meets at most. */
export interface ReplayHour {
  /** Seconds since 1970. */
  readonly hour: number;
  readonly mentions: number;
}

const hours = { brands: z.array(z.string()), lo: z.int(), hi: z.int(), asOf: z.int() };
const planParams = z.strictObject(hours);
const PLAN: Query<z.infer<typeof planParams>, ReplayHour> = {
  name: "replay-plan",
  sql: `SELECT toUnixTimestamp(hour) AS hour, uniqExact(id) AS mentions FROM fact
    WHERE kind = 'content' AND known <= {asOf:UInt64} AND brand IN {brands:Array(String)}
      AND fact.hour >= toDateTime({lo:UInt32}, 'UTC') AND fact.hour <= toDateTime({hi:UInt32}, 'UTC')
    GROUP BY fact.hour ORDER BY fact.hour`,
  params: planParams,
  row: z.object({ hour: z.int(), mentions: whole }),
};

/** A mention as a replay meets it: what counts of it, and what the other model said of the same text. */
export interface ReplayedMention {
  /** 32 hex digits. */
  readonly id: string;
  /** What a model reads of the newest content, as decimal digits. */
  readonly input: string;
  readonly counted: boolean;
  readonly byPerson: boolean;
  /** The label that counts. */
  readonly label: GivenLabel;
  /** The other model's label of that text; null when it has given none. */
  readonly other: GivenLabel | null;
}

const pageParams = z.strictObject({ ...hours, model: z.string(), from: z.int(), to: z.int() });
const PAGE: Query<z.infer<typeof pageParams>, ReplayedMention> = {
  name: "replay-page",
  sql: `SELECT leftPad(lower(hex(m.id)), 32, '0') AS id, toString(input_) AS input, toUInt8(counted) AS counted_, toUInt8(by_person) AS person_,
      toString(label_) AS label, toString(arrayReverseSort(arrayFilter(x -> x.3 = input_ AND x.5 = {model:String}, labels))[1].4) AS other
    FROM (${foldedMentions(IN_HOURS)}) AS m
    WHERE notEmpty(contents) AND toStartOfHour(at_) = hour
      AND toUnixTimestamp64Milli(at_) >= {from:Int64} AND toUnixTimestamp64Milli(at_) < {to:Int64}
    ORDER BY m.id SETTINGS ${FINAL_SETTINGS}`,
  params: pageParams,
  row: z
    .object({
      id: z.string(),
      input: z.string(),
      counted_: z.coerce.boolean(),
      person_: z.coerce.boolean(),
      label: given,
      other: z.union([given, z.literal("")]),
    })
    .transform(({ counted_, person_, other, ...row }) => ({
      ...row,
      counted: counted_,
      byPerson: person_,
      other: other === "" ? null : other,
    })),
};

const contentsParams = z.strictObject({ ...hours, ids: z.array(z.string()), inputs: z.array(z.string()) });
/** The newest content of each, as the fold finds it, with its words. */
const CONTENTS: Query<z.infer<typeof contentsParams>, StoredContent> = {
  name: "replay-contents",
  sql: `SELECT leftPad(lower(hex(f.id)), 32, '0') AS id, brand, source, form, ver, toUnixTimestamp64Milli(f.at) AS at, precision, origin, clamped,
      toString(f.input) AS input, rating_value, rating_max, language, region, grp, answered, w.title AS title, w.text AS text, w.url AS url, w.author AS author,
      w.reply AS reply, w.reach AS reach, toUnixTimestamp64Milli(w.edited) AS edited, w.extra AS extra, w.kept AS kept
    FROM (
      SELECT * FROM fact FINAL WHERE ${IN_HOURS} AND kind = 'content' AND known <= {asOf:UInt64}
        AND id IN (SELECT toUInt128(arrayJoin({ids:Array(String)})))
      ORDER BY ver DESC, event DESC LIMIT 1 BY id) AS f
    LEFT JOIN (
      SELECT * FROM mention_text FINAL WHERE (id, input) IN (
        SELECT toUInt128(t.1), toUInt64(t.2) FROM (SELECT arrayJoin(arrayZip({ids:Array(String)}, {inputs:Array(String)})) AS t))) AS w
    ON f.id = w.id AND f.input = w.input SETTINGS ${FINAL_SETTINGS}`,
  params: contentsParams,
  row: storedContent,
};

/** Of one brand: whole hours in seconds since 1970, `[lo, hi]`; dates in milliseconds, `[from, to)`; what the log had at `asOf`, in milliseconds. */
export interface ReplayPage {
  readonly brand: string;
  readonly lo: number;
  readonly hi: number;
  readonly from: number;
  readonly to: number;
  readonly asOf: number;
}

/** Where the contents of a brand lie, oldest hour first. */
export const planReplay = (store: Store, { brand, lo, hi, asOf }: ReplayPage): Promise<readonly ReplayHour[]> =>
  store.query(PLAN, { brands: [brand], lo, hi, asOf });

/** Every mention whose date lies in the page, once, whether it counts or not. */
export const readReplayPage = (
  store: Store,
  { brand, ...page }: ReplayPage,
  model: string,
): Promise<readonly ReplayedMention[]> => store.query(PAGE, { ...page, brands: [brand], model });

/**
 * The newest contents of mentions of the page, as the log had them: same date, same observation, same input. Those whose words
 * are no longer there are left out.
 */
export const readReplayContents = async (
  store: Store,
  { brand, lo, hi, asOf }: ReplayPage,
  mentions: readonly Pick<ReplayedMention, "id" | "input">[],
): Promise<readonly StoredFact[]> => {
  const found: StoredFact[] = [];
  for (const some of chunksOf(mentions, 2000)) {
    const [ids, inputs] = [some.map((m) => storedId(m.id)), some.map((m) => m.input)];
    const rows = await store.query(CONTENTS, { brands: [brand], lo, hi, asOf, ids, inputs });
    for (const row of rows) {
      const fact = storedFactOf(row);
      if (fact !== null) found.push(fact);
    }
  }
  return found;
};

const CHOICES: Query<{ readonly brands: readonly string[] }, { brand: string; model: string; rank: number }> = {
  name: "chosen-models",
  sql: `SELECT c.brand AS brand, toString(argMax(c.model, c.rank)) AS model, max(c.rank) AS rank FROM choice AS c WHERE c.brand IN {brands:Array(String)} GROUP BY c.brand`,
  params: z.strictObject({ brands: z.array(z.string()) }),
  row: z.object({ brand: z.string(), model: z.string(), rank: whole }),
};

/** The model whose labels count for a brand, with the rank of that choice. Brands for which nobody chose are absent. */
export const readChosenModels = async (
  store: Store,
  brands: readonly string[],
): Promise<ReadonlyMap<string, { readonly model: string; readonly rank: number }>> =>
  new Map((await store.query(CHOICES, { brands })).map(({ brand, ...choice }) => [brand, choice]));
