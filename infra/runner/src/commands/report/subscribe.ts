import { z } from "zod";
import { defineCommand, usageError, type Call } from "../../command.ts";
import { knownBrand } from "../../known-brand.ts";
import { sentNotes } from "../../report/sent-notes.ts";

const input = z.strictObject({
  address: z.email({ error: "name an address" }),
  brand: z.string().optional(),
  summary: z.boolean().default(false),
  off: z.boolean().default(false),
});

/** Under what names the summaries of a reader are kept. */
const summariesTo = async (call: Call, address: string): Promise<readonly string[]> => {
  const { config } = await call.config();
  const { recipientsOf } = await import("../../report/recipients.ts");
  const { summariesOf } = await import("../../report/summaries.ts");
  const found = summariesOf(config).filter(({ subject }) =>
    recipientsOf(config, subject.id).some((one) => one.address.toLowerCase() === address.toLowerCase()),
  );
  if (found.length === 0)
    throw usageError(`${address} gets no summary: report.recipients of molva.yaml names who does`);
  return found.map(({ subject }) => subject.id);
};

export const reportSubscribe = defineCommand({
  name: "report subscribe",
  summary:
    "take back that a reader unsubscribed from a brand's report, or that mail to them came back; --off unsubscribes them",
  details:
    "Who gets reports stands in report.recipients of molva.yaml; a reader who used the link in a report stands against it until this.",
  arguments: [{ key: "address", flags: "<address>", help: "the reader's address" }],
  flags: [
    { flags: "--brand <brand>", help: "the brand, by id or title" },
    { flags: "--summary", help: "the summary over brands that the configuration sends there" },
    { flags: "--off", help: "unsubscribe instead" },
  ],
  examples: ["molva report subscribe owner@example.org --brand aurora"],
  folder: "held",
  input,
  run: async (call: Call, { address, brand: name, summary, off }) => {
    const { checkpoints, clock } = await call.runtime();
    if (summary === (name !== undefined)) throw usageError("say --brand BRAND or --summary, one of them");
    const subjects = name === undefined ? await summariesTo(call, address) : [await knownBrand(call, name)];
    const notes = sentNotes(checkpoints);
    for (const subject of subjects)
      await (off ? notes.unsubscribe(subject, address, clock()) : notes.subscribe(subject, address));
    const what = name === undefined ? "the summary over brands" : `the reports of ${subjects.join(", ")}`;
    await call.io.out(`${address} ${off ? "no more gets" : "gets"} ${what}\n`);
    return 0;
  },
});
