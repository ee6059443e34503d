import type { GivenLabel } from "@molva/contracts";
import { z } from "zod";
import type { Call, Flag } from "../command.ts";
import { printable } from "../io.ts";
import type { Decided } from "./decide.ts";

/** What every decision says of itself on the command line. */
export const decisionInput = {
  by: z
    .string({ error: "say who decides: --by NAME" })
    .trim()
    .min(1, "say who decides: --by NAME")
    .max(200, "a name of at most 200 characters"),
  reason: z.string().trim().min(1).max(2000, "at most 2000 characters").optional(),
  wait: z.boolean().default(true),
  json: z.boolean().default(false),
};

export const BY_FLAG: Flag = { flags: "--by <who>", help: "who decides (required); stands in the history for good" };
export const REASON_FLAG: Flag = { flags: "--reason <text>", help: "why; stands in the history" };
export const NO_WAIT_FLAG: Flag = {
  flags: "--no-wait",
  help: "end when the log has the decision; do not wait for the numbers",
};

const shown = (label: GivenLabel | null, counts: boolean | null): string =>
  `${label ?? "no label"}${counts === false ? " (not counted)" : ""}`;

/** `7b0f…: negative → positive`, and how to take it back. */
const decidedText = (decided: Decided, by: string): string => {
  const { id, event, old, countedBefore, counts } = decided;
  if (event === null) return `${id}: ${shown(old, countedBefore)} already, by ${printable(by)}; nothing was changed.\n`;
  const now = counts === null && decided.new === null ? "in the log" : shown(decided.new, counts);
  return `${id}: ${shown(old, countedBefore)} → ${now}\nevent ${event}; to take it back: molva undo ${event} --by WHO\n`;
};

/** Ids that nothing is known of: told, and nothing is published. */
export const unknownMention = (call: Call, id: string): number => {
  call.io.err(
    `Nothing is known of mention ${printable(id)}; nothing was changed. molva mentions lists them with their ids.\n`,
  );
  return 1;
};

export const printDecided = async (
  call: Call,
  { by, json }: { readonly by: string; readonly json: boolean },
  decided: Decided,
  asOf: string | null,
): Promise<void> => {
  await call.io.out(json ? `${JSON.stringify({ ...decided, by, asOf }, null, 2)}\n` : decidedText(decided, by));
};
