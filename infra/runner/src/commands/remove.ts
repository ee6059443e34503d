import { z } from "zod";
import { defineCommand, JSON_FLAG } from "../command.ts";
import { decideOne, idInput } from "../decisions/one.ts";
import { BY_FLAG, decisionInput, NO_WAIT_FLAG, REASON_FLAG } from "../decisions/report.ts";

export const remove = defineCommand({
  name: "remove",
  summary: "take a mention out of the numbers; it stays out at every later crawl",
  details: "Nothing is deleted: molva undo EVENT brings it back. To erase what a person wrote use molva erase.",
  arguments: [{ flags: "<id>", key: "id", help: "the mention, as molva mentions prints it" }],
  flags: [BY_FLAG, REASON_FLAG, NO_WAIT_FLAG, JSON_FLAG],
  examples: ['molva remove 0b61c0fd3d2c4c67b5a3f1d2e4a59687 --by vera --reason "written by the brand itself"'],
  folder: "held",
  input: z.strictObject({ id: idInput, ...decisionInput }),
  run: (call, told) => decideOne(call, { type: "exclude", id: told.id, reason: told.reason ?? null }, told),
});
