import { instantOf, millisOf, type EventId, type Instant, type Query, type Store } from "@molva/contracts";
import { z } from "zod";
import { FOREVER } from "../steps.ts";
import { whole } from "../tables.ts";

/** An exclusion that no undo names. */
export interface LiveExclusion {
  readonly event: EventId;
  readonly by: string;
  readonly reason: string;
}

/** A mention as it stands in the store, whether it counts or not. */
export interface StoredMention {
  readonly id: string;
  readonly brand: string;
  readonly source: string;
  /** Of its newest content. */
  readonly publishedAt: Instant;
  readonly language: string | null;
  readonly region: string | null;
  readonly title: string | null;
  readonly text: string;
  readonly url: string | null;
  /** Keyed hash of the author's name. */
  readonly author: string | null;
  /** Its source shows it no longer. */
  readonly gone: boolean;
  readonly exclusions: readonly LiveExclusion[];
}

export interface StoredQuestion {
  readonly brand: string;
  /** Half-open `[from, to)`, by publication; null: without an end. */
  readonly from: Instant | null;
  readonly to: Instant | null;
}

const monthsParams = z.strictObject({ brand: z.string(), lo: z.int(), hi: z.int() });
const MONTHS: Query<
  z.infer<typeof monthsParams>,
  { readonly lo: number; readonly hi: number; readonly rows: number }
> = {
  name: "months-of-stored-mentions",
  sql: `SELECT toUnixTimestamp(min(hour)) AS lo, toUnixTimestamp(max(hour)) AS hi, toUInt32(uniqExact(id)) AS rows FROM fact
    WHERE brand = {brand:String} AND kind = 'content' AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour <= toDateTime({hi:UInt32}, 'UTC')
    GROUP BY toStartOfMonth(hour) ORDER BY lo`,
  params: monthsParams,
  row: z.object({ lo: z.int(), hi: z.int(), rows: z.int() }),
};

const storedParams = z.strictObject({ brand: z.string(), lo: z.int(), hi: z.int(), from: z.int(), to: z.int() });
const storedRow = z.object({
  id: z.string(),
  source: z.string(),
  at: whole,
  language: z.string(),
  region: z.string(),
  gone: z.int(),
  excludes: z.array(z.tuple([z.string(), z.string(), z.string()])),
  undone: z.array(z.string()),
  title: z.string(),
  text: z.string(),
  url: z.string(),
  author: z.string(),
});

/** All that was ever decided of a mention stands in each of its hours (the copy rule). */
const STORED: Query<z.infer<typeof storedParams>, z.infer<typeof storedRow>> = {
  name: "stored-mentions",
  sql: `SELECT leftPad(lower(hex(m.id)), 32, '0') AS id, source, toUnixTimestamp64Milli(newest.2) AS at, toString(newest.3) AS language,
      toString(newest.4) AS region, toUInt8(gone_ver > content_ver) AS gone,
      arrayMap(x -> (leftPad(lower(hex(x.1)), 16, '0'), x.2, x.3), excludes_) AS excludes, arrayMap(x -> leftPad(lower(hex(x)), 16, '0'), undone_) AS undone,
      w.title AS title, w.text AS text, w.url AS url, w.author AS author
    FROM (
      SELECT f.id AS id, any(toString(f.source)) AS source,
        argMaxIf((f.input, f.at, f.language, f.region), (f.ver, f.event), kind = 'content') AS newest,
        maxIf(f.ver, kind = 'content') AS content_ver, maxIf(f.ver, kind = 'gone') AS gone_ver,
        groupUniqArrayIf((f.event, f.by, f.reason), kind = 'exclude') AS excludes_, groupUniqArrayIf(f.undoes, kind = 'undo') AS undone_
      FROM fact AS f WHERE brand = {brand:String} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour <= toDateTime({hi:UInt32}, 'UTC')
      GROUP BY f.id HAVING content_ver > 0) AS m
    INNER JOIN (SELECT id, input, argMax(title, ver) AS title, argMax(text, ver) AS text, argMax(url, ver) AS url, argMax(author, ver) AS author, argMax(kept, ver) AS kept_
      FROM mention_text WHERE brand = {brand:String} AND id IN (SELECT id FROM fact WHERE brand = {brand:String} AND kind = 'content'
        AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour <= toDateTime({hi:UInt32}, 'UTC')) GROUP BY id, input) AS w
      ON m.id = w.id AND m.newest.1 = w.input
    WHERE w.kept_ = 1 AND toUnixTimestamp64Milli(newest.2) >= {from:Int64} AND toUnixTimestamp64Milli(newest.2) < {to:Int64}
      AND toUInt32(toUnixTimestamp(toStartOfHour(newest.2))) BETWEEN {lo:UInt32} AND {hi:UInt32}
    ORDER BY at, id`,
  params: storedParams,
  row: storedRow,
};

const orNull = (text: string): string | null => (text === "" ? null : text);
const HOUR = 3600;
const LATEST = 0xffff_ffff - (0xffff_ffff % HOUR);
const hourOf = (at: Instant): number => Math.max(0, Math.floor(millisOf(at) / 3_600_000) * HOUR);

/** At most this many are read at once; a month with more is read by parts. */
const AT_ONCE = 20_000;

/** Ranges of hours with some thousand mentions each. */
const rangesOf = ({
  lo,
  hi,
  rows,
}: {
  lo: number;
  hi: number;
  rows: number;
}): readonly (readonly [number, number])[] => {
  const parts = Math.max(1, Math.ceil(rows / AT_ONCE));
  const width = Math.max(HOUR, Math.ceil((hi - lo + HOUR) / parts / HOUR) * HOUR);
  return Array.from(
    { length: parts },
    (_, i) => [lo + i * width, Math.min(hi, lo + (i + 1) * width - HOUR)] as const,
  ).filter(([from, to]) => from <= to);
};

/** How many there are about, for a bar: those whose date has moved are counted in each of their months. */
export const countStored = async (store: Store, { brand, from, to }: StoredQuestion): Promise<number> => {
  const hours = { lo: Math.max(HOUR, from === null ? 0 : hourOf(from)), hi: to === null ? LATEST : hourOf(to) };
  return (await store.query(MONTHS, { brand, ...hours })).reduce((sum, { rows }) => sum + rows, 0);
};

/**
 * The mentions of a brand whose words are kept, month by month, each once under its newest date: for what looks at texts. Those that no longer
 * count, too, with what excludes them.
 */
export async function* readStored(
  store: Store,
  { brand, from, to }: StoredQuestion,
): AsyncIterable<readonly StoredMention[]> {
  const hours = { lo: Math.max(HOUR, from === null ? 0 : hourOf(from)), hi: to === null ? LATEST : hourOf(to) };
  const moments = { from: from === null ? 0 : millisOf(from), to: to === null ? FOREVER : millisOf(to) };
  for (const month of await store.query(MONTHS, { brand, ...hours })) {
    for (const [lo, hi] of rangesOf(month)) {
      const rows = await store.query(STORED, { brand, lo, hi, ...moments });
      yield rows.map((row): StoredMention => {
        const undone = new Set(row.undone);
        return {
          id: row.id,
          brand,
          source: row.source,
          publishedAt: instantOf(row.at),
          language: orNull(row.language),
          region: orNull(row.region),
          title: orNull(row.title),
          text: row.text,
          url: orNull(row.url),
          author: orNull(row.author),
          gone: row.gone === 1,
          exclusions: row.excludes
            .filter(([event]) => !undone.has(event))
            .map(([event, by, reason]) => ({ event: event as EventId, by, reason })),
        };
      });
    }
  }
}
