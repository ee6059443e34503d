import { existsSync } from "node:fs";
import { z } from "zod";
import { PipelineError } from "@molva/contracts";

/** Everything Molva reads from the environment. Secrets come from here and never from the configuration file. */
export const environmentSchema = z.object({
  MOLVA_DATA_DIR: z.string().min(1).default(".molva").describe("Folder that holds the log, the store and the lock."),
  MOLVA_CHROMIUM: z
    .string()
    .optional()
    .describe(
      "Path of the Chromium that pages with JavaScript are read with. Default: the system's, else Playwright's.",
    ),
  MOLVA_PASSWORD: z
    .string()
    .min(12, "at least 12 characters")
    .optional()
    .describe("Secret. Password of the page; required when server.host is not the loopback."),
  MOLVA_INTAKE_SECRET: z
    .string()
    .min(16, "at least 16 characters")
    .optional()
    .describe(
      "Secret. Signs what other systems post to /intake/mentions and /intake/surveys (docs/intake.md); without it nothing is taken there.",
    ),
  MOLVA_AUTHOR_KEY: z
    .string()
    .min(16, "at least 16 characters")
    .optional()
    .describe(
      "Secret. Key of the hash that stands for an author's name. Default: a random key kept in the data folder; required with bus.kafka, for all processes need the same one. Changing it makes known authors unknown.",
    ),
  MOLVA_STORE_PASSWORD: z
    .string()
    .optional()
    .describe("Secret. Password of store.user at the ClickHouse of store.url."),
  MOLVA_STORE_HTTP_PASSWORD: z
    .string()
    .min(12, "at least 12 characters")
    .optional()
    .describe("Secret. Password of store.http.user, who reads the embedded store over HTTP; required with store.http."),
  MOLVA_SMTP_USER: z.string().optional().describe("Who signs in at the mail server of mail.host."),
  MOLVA_SMTP_PASSWORD: z.string().optional().describe("Secret. Password at the mail server."),
  MOLVA_IMAP_USER: z.string().optional().describe("Who signs in at the mailbox of report.bounces; required with it."),
  MOLVA_IMAP_PASSWORD: z.string().optional().describe("Secret. Password of that mailbox; required with it."),
  KAFKA_USERNAME: z.string().optional().describe("Who signs in at Kafka; required with bus.kafka.sasl."),
  KAFKA_PASSWORD: z.string().optional().describe("Secret. Password at Kafka; required with bus.kafka.sasl."),
  MASTODON_TOKEN: z
    .string()
    .optional()
    .describe("Secret. Access token of a Mastodon account, for searches (source mastodon)."),
  BLUESKY_TOKEN: z
    .string()
    .optional()
    .describe("Secret. Session token of a Bluesky account, for searches (source bluesky)."),
  MOLVA_LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error", "silent"])
    .optional()
    .describe("How much the log on stderr tells. Default: info in `start`, warn elsewhere."),
});
export type Environment = z.infer<typeof environmentSchema>;

/**
 * The one reader of `process.env`. An empty value counts as not set.
 * @throws {PipelineError} `CONFIG_INVALID` (exit) naming every variable that is wrong, never its value.
 */
export const readEnvironment = (variables: Readonly<Record<string, string | undefined>> = process.env): Environment => {
  const told = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = environmentSchema.safeParse(told);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new PipelineError(`The environment is wrong:\n  ${problems.join("\n  ")}`, {
    code: "CONFIG_INVALID",
    recovery: "exit",
  });
};

/** The secrets of the channels that alerts go to, by the channel's id: `MOLVA_CHANNEL_TEAM_CHAT` is of `team-chat`. */
export const channelSecrets = (
  variables: Readonly<Record<string, string | undefined>> = process.env,
): ReadonlyMap<string, string> => {
  const told = Object.entries(variables).flatMap(([name, value]) => {
    const id = /^MOLVA_CHANNEL_([A-Z][A-Z0-9_]*)$/.exec(name)?.[1];
    return id === undefined || value === undefined || value === ""
      ? []
      : ([[id.toLowerCase().replaceAll("_", "-"), value]] as const);
  });
  return new Map(told);
};

/** Reads a `.env` file into the environment when it is there; what is set already stands. */
export const loadEnvironmentFile = (path: string): void => {
  if (existsSync(path)) process.loadEnvFile(path);
};

/** The variables that child programs (a browser, an installer) inherit. */
export const inheritedEnvironment = (): NodeJS.ProcessEnv => process.env;

/** `.env.example`, generated from the schema. */
export const environmentExample = (): string => {
  const entries = Object.entries(environmentSchema.shape).map(([name, field]) => {
    const optional = field.safeParse(undefined);
    const fallback = optional.success && typeof optional.data === "string" ? optional.data : "";
    return `# ${field.description ?? ""}\n# ${name}=${fallback}\n`;
  });
  return `# Generated by \`npm run generate\` from infra/platform/src/environment.ts. Copy to .env and fill in.\n\n${entries.join("\n")}`;
};
