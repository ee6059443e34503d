import type { Answer } from "@molva/contracts";
import { z } from "zod";
import { defineCommand, type CommandSpec } from "../../command.ts";

const input = z.strictObject({
  incident: z.string().trim().min(4, "at least 4 signs of its id"),
  by: z
    .string({ error: "say who it is: --by NAME" })
    .trim()
    .min(1, "say who it is: --by NAME")
    .max(320, "at most 320 characters"),
  note: z.string().trim().max(2_000, "at most 2000 characters").optional(),
});

const SAID: Readonly<Record<Answer, { readonly summary: string; readonly details: string; readonly done: string }>> = {
  take: {
    summary: "say that you are on it",
    details: "The others see on the page and in `alerts list` who has it.",
    done: "is yours",
  },
  resolve: {
    summary: "say that it is resolved",
    details: "It closes by itself when nothing unusual comes any more; this says by whom, and with --note how.",
    done: "is resolved",
  },
  useful: {
    summary: "say that the message was useful",
    details:
      "Precision is counted from these answers, and the brand's threshold follows them within bounds (docs/alerts.md).",
    done: "was useful: noted",
  },
  "not-useful": {
    summary: "say that the message was not useful",
    details:
      "Each such answer of the last 120 days makes the brand's warnings 15 % stricter, up to twice the threshold.",
    done: "was not useful: noted",
  },
  mute: {
    summary: "no further message about this incident",
    details: "It stays in the list, and the next one of the brand is told as usual.",
    done: "is muted",
  },
};

const answerCommand = (answer: Answer): CommandSpec =>
  defineCommand({
    name: `alerts ${answer}`,
    summary: SAID[answer].summary,
    details: SAID[answer].details,
    arguments: [{ key: "incident", flags: "<incident>", help: "its id, or the first signs of it (molva alerts list)" }],
    flags: [
      { flags: "--by <who>", help: "who says so" },
      { flags: "--note <text>", help: "what came after, or why" },
    ],
    examples: [`molva alerts ${answer} 3f1c --by olga`],
    folder: "held",
    input,
    run: async (call, { incident: told, by, note }) => {
      const { store, clock, changes } = await call.runtime();
      const { answerIncident, incidentNamed } = await import("../../alerts/answer.ts");
      const incident = await incidentNamed(store, told);
      await answerIncident(store, incident, answer, by, clock(), note ?? null);
      changes.announce();
      call.io.err(`Incident ${incident.id} ${SAID[answer].done}\n`);
      return 0;
    },
  });

/** What people say of incidents. */
export const ANSWER_COMMANDS: readonly CommandSpec[] = [
  answerCommand("take"),
  answerCommand("resolve"),
  answerCommand("useful"),
  answerCommand("not-useful"),
  answerCommand("mute"),
];
