import { z } from "zod";

const id = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, "small letters, digits and -, with a letter first, for example team-chat")
  .describe(
    "Its name. Its secret is the environment's MOLVA_CHANNEL_ and the name in capitals, - as _ (MOLVA_CHANNEL_TEAM_CHAT).",
  );

const common = {
  id,
  language: z.enum(["en", "ru"]).default("en").describe("Language of its messages."),
  least: z
    .enum(["info", "warning", "critical"])
    .default("warning")
    .describe("Messages below this severity do not go there."),
  brands: z.array(z.string().min(1)).max(10_000).default([]).describe("Ids of the brands it hears of; empty: all."),
  perHour: z.int().min(1).max(1_000).default(20).describe("At most so many messages an hour; what is more waits."),
};

/** A channel that alerts go to. Addresses that are secrets themselves (webhooks, tokens) come from the environment. */
const channelSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...common,
    kind: z.literal("mail"),
    to: z.array(z.email()).min(1).max(100).describe("Who gets it. The server is in the mail section."),
  }),
  z.strictObject({
    ...common,
    kind: z.literal("telegram"),
    chat: z
      .string()
      .regex(/^(-?\d{1,20}|@\w{5,32})$/, "a chat's number, or @name of a channel")
      .describe("The chat. Secret: the bot's token."),
    api: z
      .url({ protocol: /^https?$/ })
      .default("https://api.telegram.org")
      .describe("The Bot API; another one where you run a Bot API server of your own."),
  }),
  z.strictObject({ ...common, kind: z.literal("slack") }).describe("Secret: address of an incoming webhook."),
  z
    .strictObject({ ...common, kind: z.literal("teams") })
    .describe("Secret: address of a workflow that takes webhook requests."),
  z.strictObject({ ...common, kind: z.literal("mattermost") }).describe("Secret: address of an incoming webhook."),
  z.strictObject({
    ...common,
    kind: z.literal("webhook"),
    url: z.url({ protocol: /^https?$/ }).describe("Where the signed JSON is posted. Secret: the key of the signature."),
  }),
]);
export type ChannelConfig = z.output<typeof channelSchema>;

/** Who is told of incidents. */
export const alertsSchema = z
  .strictObject({
    channels: z
      .array(channelSchema)
      .max(50)
      .default([])
      .describe("Where messages go: mail, telegram, slack, teams, mattermost, webhook."),
  })
  .prefault({})
  .describe("Incidents and the messages about them.");
