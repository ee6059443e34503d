import { z } from "zod";
import { defineCommand, type Call } from "../../command.ts";
import { knownBrand } from "../../known-brand.ts";
import { sentNotes } from "../../report/sent-notes.ts";

const input = z.strictObject({
  address: z.email({ error: "name an address" }),
  brand: z.string({ error: "name a brand: --brand BRAND" }),
  off: z.boolean().default(false),
});

export const reportSubscribe = defineCommand({
  name: "report subscribe",
  summary:
    "take back that a reader unsubscribed from a brand's report, or that mail to them came back; --off unsubscribes them",
  details:
    "Who gets reports stands in report.recipients of molva.yaml; a reader who used the link in a report stands against it until this.",
  arguments: [{ key: "address", flags: "<address>", help: "the reader's address" }],
  flags: [
    { flags: "--brand <brand>", help: "the brand, by id or title" },
    { flags: "--off", help: "unsubscribe instead" },
  ],
  examples: ["molva report subscribe owner@example.org --brand aurora"],
  folder: "held",
  input,
  run: async (call: Call, { address, brand: name, off }) => {
    const { checkpoints, clock } = await call.runtime();
    const brand = await knownBrand(call, name);
    const notes = sentNotes(checkpoints);
    await (off ? notes.unsubscribe(brand, address, clock()) : notes.subscribe(brand, address));
    await call.io.out(`${address} ${off ? "gets no more reports" : "gets the reports"} of ${brand}\n`);
    return 0;
  },
});
