import { LABELS } from "@molva/contracts";
import { z } from "zod";
import { defineCommand, JSON_FLAG, usageError, type Call } from "../command.ts";
import { noteCorrections, noteCorrectionsLater } from "../decisions/corrected-days.ts";
import { decide, knownHistories, type Decided } from "../decisions/decide.ts";
import { decideOne, idInput } from "../decisions/one.ts";
import { problemsText, readRelabelFile } from "../decisions/relabel-file.ts";
import { BY_FLAG, decisionInput, NO_WAIT_FLAG, REASON_FLAG } from "../decisions/report.ts";

const input = z.strictObject({
  id: idInput.optional(),
  label: z.enum(LABELS, { error: `one of ${LABELS.join(", ")}` }).optional(),
  file: z.string().min(1).optional(),
  ...decisionInput,
});
type Input = z.output<typeof input>;

const bulkText = (decided: readonly Decided[]): string => {
  const changes = new Map<string, number>();
  for (const { event, old, new: now } of decided) {
    if (event === null) continue;
    const change = `${old ?? "no label"} → ${now ?? "no label"}`;
    changes.set(change, (changes.get(change) ?? 0) + 1);
  }
  const same = decided.filter(({ event }) => event === null).length;
  return [
    `${decided.length - same} labels set, ${same} stood already.`,
    ...[...changes].toSorted((a, b) => b[1] - a[1]).map(([change, count]) => `${count} × ${change}`),
    "",
  ].join("\n");
};

const relabelFile = async (call: Call, file: string, told: Input): Promise<number> => {
  const rows = await readRelabelFile(call, file);
  const runtime = await call.runtime();
  const histories = await knownHistories(
    runtime,
    rows.map(({ wish }) => wish.id),
    call.io.signal,
  );
  const unknown = rows.filter(({ wish }) => !histories.has(wish.id));
  if (unknown.length > 0) {
    const problems = unknown.map(({ line, wish }) => `line ${line}: nothing is known of mention ${wish.id}`);
    call.io.err(`${problemsText("--file", problems)}\n`);
    return 1;
  }
  const wishes = rows.map(({ wish }) => ({ ...wish, reason: wish.reason ?? told.reason ?? null }));
  const decided = await decide(runtime, wishes, histories, { ...told, io: call.io });
  const brands = decided.flatMap(({ event, brand }) => (event === null ? [] : [brand]));
  await (told.wait ? noteCorrections(call, brands) : noteCorrectionsLater(call, brands));
  const asOf = told.wait ? await runtime.horizon() : null;
  await call.io.out(told.json ? `${JSON.stringify({ by: told.by, asOf, decided }, null, 2)}\n` : bulkText(decided));
  return 0;
};

export const relabel = defineCommand({
  name: "relabel",
  summary: "set a mention's label by hand; every number follows",
  details: `A person's label beats the models' and stands when the text is edited later (it is then shown as set on an earlier text). The newest decision that
no undo names counts. With --file many at once, from CSV or JSON Lines with id, label and, if you like, reason: all rows are checked before the
first is decided. The same file again changes nothing.`,
  arguments: [
    { flags: "[id]", key: "id", help: "the mention, as molva mentions prints it" },
    { flags: "[label]", key: "label", help: LABELS.join(", ") },
  ],
  flags: [
    BY_FLAG,
    REASON_FLAG,
    { flags: "--file <file>", help: "many at once: .csv or .jsonl with id,label[,reason]" },
    NO_WAIT_FLAG,
    JSON_FLAG,
  ],
  examples: [
    'molva relabel 0b61c0fd3d2c4c67b5a3f1d2e4a59687 negative --by vera --reason "sarcasm"',
    "molva relabel --file corrections.csv --by vera",
  ],
  folder: "held",
  input,
  run: async (call, told) => {
    const { id, label, file } = told;
    if (file !== undefined && id !== undefined)
      throw usageError("name one mention and its label, or a --file, not both");
    if (file !== undefined) return relabelFile(call, file, told);
    if (id === undefined || label === undefined)
      throw usageError("name a mention and its label: molva relabel ID LABEL --by WHO, or many with --file");
    return decideOne(call, { type: "human", id, label, reason: told.reason ?? null }, told);
  },
});
