import { z } from "zod";
import { defineCommand, JSON_FLAG } from "../command.ts";
import { decideOne, idInput } from "../decisions/one.ts";
import { BY_FLAG, decisionInput, NO_WAIT_FLAG, REASON_FLAG } from "../decisions/report.ts";

export const mark = defineCommand({
  name: "mark",
  summary: "mark a mention as not about the brand: it leaves the numbers",
  details:
    "As molva remove, with `irrelevant` as the reason (your own words may follow it). molva undo EVENT brings it back.",
  arguments: [
    { flags: "<id>", key: "id", help: "the mention, as molva mentions prints it" },
    { flags: "<as>", key: "as", help: "irrelevant" },
  ],
  flags: [BY_FLAG, REASON_FLAG, NO_WAIT_FLAG, JSON_FLAG],
  examples: ["molva mark 0b61c0fd3d2c4c67b5a3f1d2e4a59687 irrelevant --by vera"],
  folder: "held",
  input: z.strictObject({
    id: idInput,
    as: z.literal("irrelevant", { error: "a mention can be marked irrelevant; for a label use molva relabel" }),
    ...decisionInput,
  }),
  run: (call, told) => {
    const reason = told.reason === undefined ? told.as : `${told.as}: ${told.reason}`;
    return decideOne(call, { type: "exclude", id: told.id, reason: reason.slice(0, 2000) }, told);
  },
});
