import { z } from "zod";
import { authorityFile, isSafe, mailSecurity, UNSAFE } from "./mail-server.ts";

/** Where mail goes out: for alerts and reports. */
export const mailSchema = z
  .strictObject({
    host: z.string().min(1).max(255).describe("The mail server that takes our messages (SMTP)."),
    port: z.int().min(1).max(65_535).default(587).describe("Its port: 587 with starttls, 465 with tls."),
    security: mailSecurity
      .default("starttls")
      .describe(
        "starttls: encrypted before anything is told; tls: from the first byte; none: a server on this machine only.",
      ),
    ca: authorityFile,
    from: z
      .string()
      .min(3)
      .max(320)
      .refine(
        (text) => /^[^\r\n<>]*<?[^\s<>@]+@[^\s<>@]+>?$/.test(text),
        "an address, for example Molva <molva@example.org>",
      )
      .describe("Who sends, for example Molva <molva@example.org>."),
  })
  .refine(isSafe, UNSAFE)
  .describe("The mail server for alerts and reports. Login: MOLVA_SMTP_USER and MOLVA_SMTP_PASSWORD.");
