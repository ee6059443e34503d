import {
  instantOf,
  type BrandId,
  type Instant,
  type Mention,
  type MentionId,
  type Query,
  type SourceId,
  type Store,
} from "@molva/contracts";
import { z } from "zod";
import { chunksOf } from "../steps.ts";
import { whole } from "../tables.ts";

/** A mention as its text was recorded, and its group. */
export interface RecentText {
  readonly mention: Pick<Mention, "mentionId" | "brandId" | "sourceId" | "title" | "text" | "url" | "authorHash">;
  /** The first that was recorded; null when it stands alone. */
  readonly group: string | null;
  readonly observedAt: Instant;
}

const recentParams = z.strictObject({ brand: z.string(), limit: z.int() });
const recentRow = z.object({
  stored: z.string(),
  id: z.string(),
  source: z.string(),
  input: z.string(),
  observed: whole,
  grp: z.string(),
});

/** Group facts stand beside the contents of their mention; `first` falls as the log grows. */
const RECENT: Query<z.infer<typeof recentParams>, z.infer<typeof recentRow>> = {
  name: "recently-seen-mentions",
  sql: `SELECT toString(f.id) AS stored, leftPad(lower(hex(f.id)), 32, '0') AS id, any(toString(source)) AS source,
      toString(argMaxIf(input, (ver, event), kind = 'content')) AS input, maxIf(ver, kind = 'content') AS observed, argMaxIf(grp, (first, event), grp != '') AS grp
    FROM fact AS f WHERE brand = {brand:String} AND kind IN ('content', 'group')
    GROUP BY f.id HAVING observed > 0 ORDER BY observed DESC, f.id LIMIT {limit:UInt32}`,
  params: recentParams,
  row: recentRow,
};

const wordsParams = z.strictObject({ ids: z.array(z.string()), inputs: z.array(z.string()) });
const wordsRow = z.object({
  stored: z.string(),
  title: z.string(),
  text: z.string(),
  url: z.string(),
  author: z.string(),
});
const WORDS: Query<z.infer<typeof wordsParams>, z.infer<typeof wordsRow>> = {
  name: "words-of-recent-mentions",
  sql: `SELECT toString(w.id) AS stored, title, text, url, author FROM (
      SELECT * FROM mention_text FINAL WHERE (id, input) IN (
        SELECT toUInt128(t.1), toUInt64(t.2) FROM (SELECT arrayJoin(arrayZip({ids:Array(String)}, {inputs:Array(String)})) AS t))) AS w WHERE kept = 1`,
  params: wordsParams,
  row: wordsRow,
};

const orNull = (text: string): string | null => (text === "" ? null : text);

/** The mentions of a brand that were seen last, at most `limit`, the oldest first; those whose words retention has taken are left out. */
export const readRecentTexts = async (store: Store, brand: BrandId, limit: number): Promise<readonly RecentText[]> => {
  const rows = await store.query(RECENT, { brand, limit });
  const found: RecentText[] = [];
  for (const some of chunksOf(rows.toReversed(), 2_000)) {
    const words = await store.query(WORDS, { ids: some.map((r) => r.stored), inputs: some.map((r) => r.input) });
    const byId = new Map(words.map((row) => [row.stored, row]));
    for (const row of some) {
      const told = byId.get(row.stored);
      if (told === undefined) continue;
      found.push({
        mention: {
          mentionId: row.id as MentionId,
          brandId: brand,
          sourceId: row.source as SourceId,
          title: orNull(told.title),
          text: told.text,
          url: orNull(told.url),
          authorHash: orNull(told.author),
        },
        group: orNull(row.grp),
        observedAt: instantOf(row.observed),
      });
    }
  }
  return found;
};
