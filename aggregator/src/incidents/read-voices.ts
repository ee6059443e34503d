import { millisOf, type Instant, type MentionId, type Query, type Store } from "@molva/contracts";
import { z } from "zod";
import { FINAL_SETTINGS, foldedMentions } from "../fold-sql.ts";

/** One mention as an incident weighs it. */
export interface Voice {
  readonly id: MentionId;
  readonly source: string;
  readonly label: "negative" | "neutral" | "positive" | "unscored";
  readonly topics: readonly { readonly topic: string; readonly label: string }[];
  /** Copies share it; null stands alone. */
  readonly group: string | null;
  readonly at: number;
  /** 0 where the source does not tell it. */
  readonly reach: number;
  /** How sure the model is of the label, 0…1; 1 for a person's. */
  readonly sure: number;
  readonly title: string | null;
  /** Empty where it is no longer kept. */
  readonly text: string;
}

const params = z.strictObject({
  brands: z.array(z.string()),
  lo: z.int(),
  hi: z.int(),
  from: z.int(),
  to: z.int(),
  limit: z.int(),
  asOf: z.int(),
});
const row = z.object({
  id: z.string(),
  source: z.string(),
  label: z.enum(["negative", "neutral", "positive", "unscored"]),
  topics: z.array(z.tuple([z.string(), z.string()])),
  grp: z.string(),
  at: z.coerce.number(),
  sure: z.number(),
  reach: z.number(),
  title: z.string(),
  text: z.string(),
});

const VOICES: Query<z.infer<typeof params>, z.infer<typeof row>> = {
  name: "voices-of-incident",
  sql: `SELECT leftPad(lower(hex(m.id)), 32, '0') AS id, toString(m.source) AS source, toString(label_) AS label,
      arrayMap(x -> (x.1, toString(x.2)), topic_labels_) AS topics, m.grp_ AS grp, toUnixTimestamp64Milli(at_) AS at,
      if(by_person, 1, multiIf(label_ = 'negative', p_negative_, label_ = 'positive', p_positive_, p_neutral_) / 10000) AS sure,
      w.reach_ AS reach, w.title_ AS title, w.text_ AS text
    FROM (SELECT * FROM (${foldedMentions("brand IN {brands:Array(String)} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour < toDateTime({hi:UInt32}, 'UTC')")})
      WHERE counted AND coarse_ = 0 AND toUnixTimestamp64Milli(at_) >= {from:Int64} AND toUnixTimestamp64Milli(at_) < {to:Int64}
      ORDER BY at_ DESC, id LIMIT {limit:UInt32}) AS m
    LEFT JOIN (SELECT id, input, argMax(reach, ver) AS reach_, argMax(title, ver) AS title_, argMax(substringUTF8(text, 1, 4000), ver) AS text_
      FROM mention_text WHERE brand IN {brands:Array(String)} AND kept = 1 GROUP BY id, input) AS w ON w.id = m.id AND w.input = m.input_
    ORDER BY at DESC, id
    SETTINGS ${FINAL_SETTINGS}`,
  params,
  row,
};

/** A storm of more than this is told by its newest; its size comes from the counts. */
export const MOST_VOICES = 2_000;
const HOUR = 3_600;
const FOREVER = 9_000_000_000_000;

/** What was written of a brand in a window, the newest first, at most 2,000. */
export const readVoices = async (
  store: Store,
  { brand, from, to }: { readonly brand: string; readonly from: Instant; readonly to: Instant },
): Promise<readonly Voice[]> => {
  const [start, end] = [millisOf(from), millisOf(to)];
  const rows = await store.query(VOICES, {
    brands: [brand],
    lo: Math.floor(start / 1000 / HOUR) * HOUR,
    hi: Math.ceil(end / 1000 / HOUR) * HOUR,
    from: start,
    to: end,
    limit: MOST_VOICES,
    asOf: FOREVER,
  });
  return rows.map(({ id, source, label, topics, grp, at, sure, reach, title, text }) => ({
    id: id as MentionId,
    source,
    label,
    topics: topics.map(([topic, clause]) => ({ topic, label: clause })),
    group: grp === "" ? null : grp,
    at,
    reach: Number.isFinite(reach) ? Math.max(0, reach) : 0,
    sure,
    title: title === "" ? null : title,
    text,
  }));
};
