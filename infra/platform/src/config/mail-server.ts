import { z } from "zod";

const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/** How a mail server's own certificate is known. */
export const authorityFile = z
  .string()
  .min(1)
  .optional()
  .describe(
    "File with the authority that signed its certificate (PEM). Relative paths start at the configuration's folder.",
  );

export const mailSecurity = z.enum(["starttls", "tls", "none"]);

/** Whether this server may be talked to like that. */
export const isSafe = ({
  security,
  host,
}: {
  readonly security: z.infer<typeof mailSecurity>;
  readonly host: string;
}): boolean => security !== "none" || LOOPBACK.includes(host);

export const UNSAFE = {
  path: ["security"],
  message: "starttls or tls: without encryption only a server on this machine (127.0.0.1) is talked to",
};
