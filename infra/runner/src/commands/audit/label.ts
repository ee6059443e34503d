import { LABELS } from "@molva/contracts";
import { z } from "zod";
import { wasOffered } from "../../audits/offered.ts";
import { defineCommand, JSON_FLAG } from "../../command.ts";
import { decideOne, idInput } from "../../decisions/one.ts";
import { BY_FLAG, decisionInput, NO_WAIT_FLAG, REASON_FLAG } from "../../decisions/report.ts";

const input = z.strictObject({
  id: idInput,
  label: z.enum(LABELS, { error: `one of ${LABELS.join(", ")}` }),
  ...decisionInput,
});

export const auditLabel = defineCommand({
  name: "audit label",
  summary: "a person's label of a mention that molva audit next drew; it measures the model",
  details: `The label counts like any person's (molva relabel), every number follows, and molva undo takes it back. It tells of the model, too: nsrAdjusted rests on it. So
only what was drawn at random can be audited; any other mention is corrected with molva relabel.`,
  arguments: [
    { flags: "<id>", key: "id", help: "the mention, as molva audit next prints it" },
    { flags: "<label>", key: "label", help: LABELS.join(", ") },
  ],
  flags: [BY_FLAG, REASON_FLAG, NO_WAIT_FLAG, JSON_FLAG],
  examples: ["molva audit label 0b61c0fd3d2c4c67b5a3f1d2e4a59687 negative --by vera"],
  folder: "held",
  input,
  run: async (call, told) => {
    const { checkpoints } = await call.runtime();
    if (!(await wasOffered(checkpoints, told.id))) {
      call.io.err(
        `Mention ${told.id} was not drawn; nothing was changed. An audit is of what molva audit next draws; molva relabel corrects any other mention.\n`,
      );
      return 1;
    }
    return decideOne(
      call,
      { type: "human", id: told.id, label: told.label, reason: told.reason ?? null, audit: true },
      told,
    );
  },
});
