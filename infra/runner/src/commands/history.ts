import { readHistories, type HistoryEntry, type MentionState } from "@molva/aggregator";
import { z } from "zod";
import { AS_OF_FLAG, pointOf } from "../as-of.ts";
import { defineCommand, JSON_FLAG } from "../command.ts";
import { knownHistories } from "../decisions/decide.ts";
import { idInput } from "../decisions/one.ts";
import { unknownMention } from "../decisions/report.ts";
import { table } from "../table.ts";

const WHAT: Readonly<Record<HistoryEntry["kind"], string>> = {
  content: "seen",
  gone: "gone at its source",
  human: "label",
  exclude: "removed",
  undo: "undo",
  choice: "model chosen",
};

const shown = ({ counts, label }: MentionState): string => (counts ? (label ?? "") : `(${label ?? "unknown"})`);

export const history = defineCommand({
  name: "history",
  summary: "who changed what of a mention, when, from what to what, and why",
  details: "In the order in which it was learned. In brackets: does not count. The event is what molva undo takes.",
  arguments: [{ flags: "<id>", key: "id", help: "the mention, as molva mentions prints it" }],
  flags: [AS_OF_FLAG, JSON_FLAG],
  examples: ["molva history 0b61c0fd3d2c4c67b5a3f1d2e4a59687"],
  folder: "held",
  input: z.strictObject({ id: idInput, asOf: z.string().optional(), json: z.boolean().default(false) }),
  run: async (call, { id, asOf: told, json }) => {
    const runtime = await call.runtime();
    // What is on its way is waited for, unless an earlier point is asked for.
    if (told === undefined) await knownHistories(runtime, [id], call.io.signal);
    const asOf = await pointOf(runtime, told);
    const found = (await readHistories(runtime.store, [id], asOf)).get(id);
    if (found === undefined) return unknownMention(call, id);
    if (json) {
      await call.io.out(`${JSON.stringify({ ...found, asOf }, null, 2)}\n`);
      return 0;
    }
    await call.io.out(
      table(
        [
          { title: "when" },
          { title: "what" },
          { title: "who", most: 24 },
          { title: "old" },
          { title: "new" },
          { title: "event" },
          { title: "why" },
        ],
        found.entries.map((entry) => [
          entry.at,
          `${WHAT[entry.kind]}${entry.undoneBy === null ? "" : " (undone)"}`,
          entry.by ?? "",
          shown(entry.before),
          shown(entry.after),
          entry.kind === "content" || entry.kind === "gone" ? "" : (entry.event ?? ""),
          entry.undoes === null
            ? (entry.reason ?? "")
            : `takes back ${entry.undoes}${entry.reason === null ? "" : `: ${entry.reason}`}`,
        ]),
      ),
    );
    if (asOf !== null) call.io.err(`as of ${asOf}\n`);
    return 0;
  },
});
