import { createHash } from "node:crypto";
import { millisOf, type Instant, type Query, type Store, type Table } from "@molva/contracts";
import { z } from "zod";

/** What a person says of a stretch of time: it stands on charts and in the report. */
export interface Note {
  /** 16 hex digits. */
  readonly id: string;
  /** Null: all brands. */
  readonly brand: string | null;
  readonly from: Instant;
  /** Null: a moment. */
  readonly to: Instant | null;
  readonly text: string;
  readonly by: string;
  readonly writtenAt: Instant;
}

const noteRow = z.strictObject({
  id: z.string(),
  brand: z.string(),
  at: z.string(),
  until: z.string().nullable(),
  text: z.string(),
  by: z.string(),
  removed: z.union([z.literal(0), z.literal(1)]),
  ver: z.string(),
});
type NoteRow = z.infer<typeof noteRow>;
const NOTE: Table<NoteRow> = { name: "note", row: noteRow };

const listParams = z.strictObject({ brand: z.string(), id: z.string() });
const NOTES: Query<z.infer<typeof listParams>, NoteRow> = {
  name: "notes",
  sql: `SELECT id, brand, at, until, text, by, removed, toString(note.ver) AS ver FROM note FINAL
    WHERE removed = 0 AND ({brand:String} = '' OR brand IN ('', {brand:String})) AND ({id:String} = '' OR id = {id:String}) ORDER BY at, id`,
  params: listParams,
  row: noteRow,
};

const noteOf = (row: NoteRow): Note => ({
  id: row.id,
  brand: row.brand === "" ? null : row.brand,
  from: row.at as Instant,
  to: row.until as Instant | null,
  text: row.text,
  by: row.by,
  writtenAt: new Date(Number(row.ver)).toISOString() as Instant,
});

/** Notes that stand, the earliest period first: of one brand and of all brands; of every brand for null. */
export const listNotes = async (store: Store, brand: string | null): Promise<readonly Note[]> =>
  (await store.query(NOTES, { brand: brand ?? "", id: "" })).map(noteOf);

/** Keeps a note; the same one again is one note. Resolves to it once it is durable. */
export const saveNote = async (store: Store, note: Omit<Note, "id">): Promise<Note> => {
  const { brand, from, to, text, by, writtenAt } = note;
  const id = createHash("sha256")
    .update(JSON.stringify([brand, from, to, text, by]))
    .digest("hex")
    .slice(0, 16);
  const ver = String(millisOf(writtenAt));
  await store.insert(NOTE, [{ id, brand: brand ?? "", at: from, until: to, text, by, removed: 0, ver }]);
  return { ...note, id };
};

/** Takes a note away from charts and reports. Null when none has that id. */
export const removeNote = async (store: Store, id: string, at: Instant): Promise<Note | null> => {
  const [row] = id === "" ? [] : await store.query(NOTES, { brand: "", id });
  if (row === undefined) return null;
  const ver = String(Math.max(millisOf(at), Number(row.ver) + 1));
  await store.insert(NOTE, [{ ...row, removed: 1, ver }]);
  return noteOf(row);
};
