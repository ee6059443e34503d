import type { EventId } from "@molva/contracts";
import { z } from "zod";
import { defineCommand, JSON_FLAG } from "../command.ts";
import { findDecision } from "../decisions/find-decision.ts";
import { decideOne } from "../decisions/one.ts";
import { BY_FLAG, decisionInput, NO_WAIT_FLAG, REASON_FLAG } from "../decisions/report.ts";
import { printable } from "../io.ts";

const input = z.strictObject({
  event: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[0-9a-f]{16}$/, "16 hex digits, as relabel, remove and history print them; nothing was changed"),
  ...decisionInput,
});

export const undo = defineCommand({
  name: "undo",
  summary: "take back a decision: a label, a removal, a mark",
  details: "The mention is then what it was without that decision. An undo is not undone itself: decide anew instead.",
  arguments: [{ flags: "<event>", key: "event", help: "the decision, as relabel, remove and history print it" }],
  flags: [BY_FLAG, REASON_FLAG, NO_WAIT_FLAG, JSON_FLAG],
  examples: ["molva undo 8d1f0c2b9a7e6543 --by vera"],
  folder: "held",
  input,
  run: async (call, told) => {
    const found = await findDecision(await call.runtime(), told.event, call.io.signal);
    if (found === null) {
      call.io.err(
        `Nothing is known of event ${told.event}; nothing was changed. molva history ID lists a mention's.\n`,
      );
      return 1;
    }
    if (found.kind === "undo" || found.kind === "gone") {
      const what = found.kind === "undo" ? "an undo; decide anew instead" : "what the source did, not a decision";
      call.io.err(`Event ${told.event} is ${what}. Nothing was changed.\n`);
      return 1;
    }
    const { entries } = found.history;
    const taken = entries.find(({ undoes }) => undoes === told.event);
    if (taken !== undefined) {
      call.io.err(
        `Event ${told.event} was undone already, by ${printable(taken.by ?? "")} at ${taken.at}; nothing was changed.\n`,
      );
      return 0;
    }
    return decideOne(
      call,
      { type: "undo", id: found.id, undoes: told.event as EventId, reason: told.reason ?? null },
      told,
    );
  },
});
