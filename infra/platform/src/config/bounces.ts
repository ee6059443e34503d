import { z } from "zod";
import { DAY_MS, durationSchema } from "./duration.ts";
import { authorityFile, isSafe, mailSecurity, UNSAFE } from "./mail-server.ts";

const ID = "{id}";
const sample = (address: string): string => address.replace(ID, "0".repeat(32));

/** The mailbox that reports which could not be delivered come back to. */
export const bouncesSchema = z
  .strictObject({
    host: z.string().min(1).max(255).describe("The mail server that holds the mailbox (IMAP)."),
    port: z.int().min(1).max(65_535).default(993).describe("Its port: 993 with tls, 143 with starttls."),
    security: mailSecurity
      .default("tls")
      .describe(
        "tls: from the first byte; starttls: encrypted before anything is told; none: a server on this machine only.",
      ),
    ca: authorityFile,
    folder: z.string().min(1).max(255).default("INBOX").describe("Folder that is read. Nothing in it is deleted."),
    every: durationSchema(60_000, DAY_MS).prefault("10m").describe("Pause between two looks."),
    seen: z
      .boolean()
      .default(true)
      .describe("Mark the delivery reports that told of a message of ours as seen; all others stay as they are."),
    moveTo: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .describe("Folder that those are moved to; it must be there. Default: they stay."),
    returnTo: z
      .string()
      .max(320)
      .refine(
        (address) => z.email().safeParse(sample(address)).success && sample(address).split("@", 1)[0]!.length <= 64,
        "an address, for example bounces@example.org or bounces+{id}@example.org",
      )
      .optional()
      .describe(
        "Address that undeliverable reports come back to. {id} becomes the message's own mark, by which it is known even where nothing else is sent back: bounces+{id}@example.org. Default: the address of mail.from.",
      ),
  })
  .refine(isSafe, UNSAFE)
  .describe(
    "The mailbox that is read for reports which came back (docs/report.md). Login: MOLVA_IMAP_USER and MOLVA_IMAP_PASSWORD.",
  );
