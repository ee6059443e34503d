import { listCorrectedDays, listNotes, removeNote, saveNote } from "@molva/aggregator";
import { zoneSchema } from "@molva/platform";
import { z } from "zod";
import { defineCommand, JSON_FLAG, TZ_FLAG, usageError, type Call } from "../command.ts";
import { knownBrand } from "../known-brand.ts";
import { momentOf } from "../moment.ts";
import { printable } from "../io.ts";
import { table } from "../table.ts";

const input = z.strictObject({
  what: z.string().trim().min(1, "write the note's text").max(2000, "at most 2000 characters"),
  id: z
    .string()
    .regex(/^[0-9a-f]{16}$/, "16 hex digits, as molva note list prints them")
    .optional(),
  brand: z.string().optional(),
  all: z.boolean().default(false),
  from: z.string().optional(),
  to: z.string().optional(),
  by: z.string().trim().min(1).max(200).optional(),
  tz: zoneSchema.optional(),
  json: z.boolean().default(false),
});
type Input = z.output<typeof input>;

const NO_COMMAND = "(molva note list shows them; molva note remove ID takes one away)";

const list = async (call: Call, told: Input): Promise<number> => {
  const { store } = await call.runtime();
  const brand = told.brand === undefined ? null : await knownBrand(call, told.brand);
  const [notes, corrections] = [await listNotes(store, brand), await listCorrectedDays(store, brand)];
  if (told.json) {
    await call.io.out(`${JSON.stringify({ notes, corrections }, null, 2)}\n`);
    return 0;
  }
  const rows = [
    ...notes.map((note) => [note.from, note.to ?? "", note.brand ?? "(all)", note.by, note.id, note.text]),
    ...corrections.map((day) => [day.from, day.to, day.brand, "", "", day.en]),
  ].toSorted((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1));
  await call.io.out(
    rows.length === 0
      ? "No notes yet.\n"
      : table(
          [
            { title: "from" },
            { title: "to" },
            { title: "brand", most: 28 },
            { title: "who", most: 20 },
            { title: "id" },
            { title: "note", most: 200 },
          ],
          rows,
        ),
  );
  return 0;
};

const take = async (call: Call, id: string | undefined): Promise<number> => {
  if (id === undefined) throw usageError(`molva note remove ID: say which one ${NO_COMMAND}`);
  const runtime = await call.runtime();
  const taken = await removeNote(runtime.store, id, runtime.clock());
  if (taken === null) {
    call.io.err(`No note has the id ${id}; nothing was changed. ${NO_COMMAND}\n`);
    return 1;
  }
  await call.io.out(`Taken away: ${printable(taken.text)}\n`);
  return 0;
};

const write = async (call: Call, told: Input): Promise<number> => {
  if (told.id !== undefined) throw usageError(`write the text in quotes ${NO_COMMAND}`);
  if (told.by === undefined) throw usageError("say who writes the note: --by NAME");
  if (told.all === (told.brand !== undefined))
    throw usageError("name a brand with --brand, or write it to --all of them");
  if (told.from === undefined) throw usageError("say where its period begins, e.g. --from 2026-11-09");
  const runtime = await call.runtime();
  const zone = told.tz ?? (await call.zone());
  const from = momentOf(told.from, zone, "from");
  const to = told.to === undefined ? null : momentOf(told.to, zone, "to");
  if (to !== null && from >= to) throw usageError("--from must lie before --to");
  const brand = told.brand === undefined ? null : await knownBrand(call, told.brand);
  const note = await saveNote(runtime.store, {
    brand,
    from,
    to,
    text: told.what,
    by: told.by,
    writtenAt: runtime.clock(),
  });
  runtime.changes.announce();
  await call.io.out(
    told.json
      ? `${JSON.stringify(note, null, 2)}\n`
      : `Noted as ${note.id}; molva note remove ${note.id} takes it away.\n`,
  );
  return 0;
};

export const note = defineCommand({
  name: "note",
  summary: "a person's note on a period; list shows notes and what corrections changed",
  details: `Charts and the report show notes beside the numbers of their period: a strike, a campaign, a site that was down.
molva note list [--brand B] lists them, and every day whose rate people's corrections have changed, with the numbers before and after.`,
  arguments: [
    { flags: "<what>", key: "what", help: "the note's text; or: list, remove" },
    { flags: "[id]", key: "id", help: "with remove: which one" },
  ],
  flags: [
    { flags: "--brand <brand>", help: "one brand, by id or title" },
    { flags: "--all", help: "a note on all brands" },
    { flags: "--from <time>", help: "first moment of the period" },
    { flags: "--to <time>", help: "its end, not included (default: a moment)" },
    { flags: "--by <who>", help: "who writes it" },
    TZ_FLAG,
    JSON_FLAG,
  ],
  examples: [
    'molva note "Couriers on strike" --brand aurora --from 2026-11-09 --to 2026-11-12 --by vera',
    "molva note list --brand aurora",
    "molva note remove 8d1f0c2b9a7e6543",
  ],
  folder: "held",
  input,
  run: (call, told) => {
    if (told.what === "list") return list(call, told);
    return told.what === "remove" ? take(call, told.id) : write(call, told);
  },
});
