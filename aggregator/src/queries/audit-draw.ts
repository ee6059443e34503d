import type { ListedMention, Query, Store } from "@molva/contracts";
import { z } from "zod";
import { FINAL_SETTINGS, foldedMentions, PAIRS } from "../fold-sql.ts";
import { storedId } from "../fact-row.ts";
import { pairParams, pairsOf } from "../steps.ts";
import { readAudits } from "./audits.ts";
import { brandsOf } from "./extent.ts";
import { listed, LISTED_COLUMNS, withWords } from "./mentions.ts";

export interface DrawQuestion {
  /** Null: of every brand. */
  readonly brand: string | null;
  readonly source: string | null;
  /** 1…1000. */
  readonly count: number;
  /** Kept by the installation: with it a mention that was drawn and not labelled is drawn again. 64 bits, decimal digits. */
  readonly seed: string;
  /** Null: what nobody has audited. Else what others have and this person has not, to measure how people agree. */
  readonly again: string | null;
}

const candidateParams = z.strictObject({
  brands: z.array(z.string()),
  source: z.string(),
  seed: z.string(),
  limit: z.int(),
  without: z.array(z.string()),
  only: z.array(z.string()),
});
const candidateRow = z.object({ stored: z.string(), places: z.array(z.tuple([z.string(), z.int()])) });

/**
 * Every mention has its place in a random order that the seed makes. Those that come first are drawn: of what counts at any time the audited
 * ones are a uniform sample, and a new mention comes first as often as an old one.
 */
const CANDIDATES: Query<z.infer<typeof candidateParams>, z.infer<typeof candidateRow>> = {
  name: "draw-candidates",
  sql: `SELECT toString(p.id) AS stored, groupUniqArray((toString(brand), toUnixTimestamp(hour))) AS places FROM place AS p
    WHERE brand IN {brands:Array(String)} AND hour > toDateTime(0, 'UTC') AND ({source:String} = '' OR source = {source:String})
      AND toString(p.id) NOT IN (SELECT arrayJoin({without:Array(String)}))
      AND (empty({only:Array(String)}) OR toString(p.id) IN (SELECT arrayJoin({only:Array(String)})))
    GROUP BY p.id ORDER BY sipHash64(p.id, toUInt64({seed:String})), p.id LIMIT {limit:UInt32}`,
  params: candidateParams,
  row: candidateRow,
};

const drawnParams = pairParams.extend({ ids: z.array(z.string()), seed: z.string() });
const DRAWN: Query<z.infer<typeof drawnParams>, z.infer<typeof listed>> = {
  name: "drawn-mentions",
  sql: `SELECT ${LISTED_COLUMNS}
    FROM (${foldedMentions(`${PAIRS} AND id IN (SELECT toUInt128(arrayJoin({ids:Array(String)})))`)}) AS m
    WHERE counted AND model_label_ != 'unscored' ORDER BY sipHash64(m.id, toUInt64({seed:String})), m.id SETTINGS ${FINAL_SETTINGS}`,
  params: drawnParams,
  row: listed,
};

/** The sentinel keeps the engine from an empty list, of which it cannot tell the type. */
const NOBODY = ["-"] as const;

/** Counted mentions that the model scores, uniformly at random, whatever it is sure of. In the order of the draw. */
export const drawMentions = async (store: Store, question: DrawQuestion): Promise<readonly ListedMention[]> => {
  const { brand, source, count, seed, again } = question;
  const brands = brand === null ? await brandsOf(store) : [brand];
  if (brands.length === 0) return [];
  const audits = await readAudits(store, { brands });
  const mine = audits.filter((audit) => again !== null && audit.by.some(({ who }) => who === again));
  const without = (again === null ? audits : mine).map((audit) => storedId(audit.id));
  const only = again === null ? [] : audits.map((audit) => storedId(audit.id));
  if (again !== null && only.length === 0) return [];
  for (let limit = count * 2 + 50; ; limit *= 4) {
    const candidates = await store.query(CANDIDATES, {
      brands,
      source: source ?? "",
      seed,
      limit,
      without: [...NOBODY, ...without],
      only: only.length === 0 ? [] : [...NOBODY, ...only],
    });
    if (candidates.length === 0) return [];
    const pairs = candidates.flatMap(({ places }) => places.map(([b, hour]) => ({ brand: b, hour })));
    const rows = await store.query(DRAWN, { ...pairsOf(pairs), ids: candidates.map((c) => c.stored), seed });
    if (rows.length >= count || candidates.length < limit) return withWords(store, rows.slice(0, count));
  }
};
