import type { Command, Query, Store } from "@molva/contracts";
import { z } from "zod";
import { storedId } from "./fact-row.ts";
import { chunksOf } from "./steps.ts";

const whoseParams = z.strictObject({ author: z.string().regex(/^[0-9a-f]{32}$/) });
const WHOSE: Query<z.infer<typeof whoseParams>, { readonly id: string }> = {
  name: "mentions-of-author",
  sql: "SELECT DISTINCT leftPad(lower(hex(w.id)), 32, '0') AS id FROM mention_text AS w WHERE author = {author:String} ORDER BY id",
  params: whoseParams,
  row: z.object({ id: z.string() }),
};

const wordyParams = z.strictObject({ ids: z.array(z.string()) });
/** Rows that hold anything a person wrote or that leads to them. */
const WORDY = `title != '' OR text != '' OR url != '' OR author != '' OR reply != '' OR notEmpty(extra) OR kept = 1`;
const LEFT: Query<z.infer<typeof wordyParams>, { readonly rows: number }> = {
  name: "words-left-of-mentions",
  sql: `SELECT toUInt32(count()) AS rows FROM mention_text WHERE id IN (SELECT toUInt128(arrayJoin({ids:Array(String)}))) AND (${WORDY})`,
  params: wordyParams,
  row: z.object({ rows: z.int() }),
};

/** A mutation keeps its own text, so nothing can be bound in it: the ids are digits. */
const clearing = (ids: readonly string[]): Command<Readonly<Record<string, never>>> => ({
  name: "erase-words",
  sql: `ALTER TABLE mention_text UPDATE title = '', text = '', url = '', author = '', reply = '', extra = map(), kept = 0
    WHERE id IN (${ids.map((id) => `toUInt128('${storedId(id)}')`).join(", ")}) AND (${WORDY}) SETTINGS mutations_sync = 2`,
  params: z.strictObject({}),
});

/** Ids of the mentions that any version in the store names this author for. */
export const mentionsOfAuthor = async (store: Store, author: string): Promise<readonly string[]> =>
  (await store.query(WHOSE, { author })).map(({ id }) => id);

/**
 * Rewrites what the store holds of the mentions' words: title, text, link, author, reply and extra columns are gone from every version, also
 * those under another name. Facts and numbers stay as they are. Running it again does nothing.
 * @returns how many rows held words.
 */
export const eraseWords = async (store: Store, ids: readonly string[]): Promise<number> => {
  let erased = 0;
  for (const some of chunksOf(ids, 500)) {
    const [left] = await store.query(LEFT, { ids: some.map(storedId) });
    if ((left?.rows ?? 0) === 0) continue;
    erased += left?.rows ?? 0;
    await store.execute(clearing(some), {});
  }
  return erased;
};
