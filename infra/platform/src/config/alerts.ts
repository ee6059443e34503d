import { z } from "zod";
import { DAY_MS, durationSchema, HOUR_MS } from "./duration.ts";

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

/** Who is told of incidents, and when. */
export const alertsSchema = z
  .strictObject({
    every: durationSchema(10_000, HOUR_MS)
      .prefault("1m")
      .describe("Brands of which something new came are looked at this often: 10s to 1h."),
    fresh: durationSchema(HOUR_MS, 2 * DAY_MS)
      .prefault("6h")
      .describe("What became unusual longer ago tells nobody: an old spike that is imported is no news."),
    warningsPerWeek: z
      .int()
      .min(0)
      .max(100)
      .default(2)
      .describe("Warnings a brand and seven days; what is more waits for the digest. Critical ones are always told."),
    quietHours: z
      .string()
      .regex(/^([01]?\d|2[0-3])-([01]?\d|2[0-3])$/, "two hours, for example 22-8")
      .optional()
      .describe(
        "Hours, in the brand's zone, in which only critical ones are told, for example 22-8. The rest waits for their end.",
      ),
    digestHour: z
      .int()
      .min(0)
      .max(23)
      .default(9)
      .describe("Hour of the digest of what was held back, in the brand's zone."),
    closeAfter: durationSchema(HOUR_MS, 7 * DAY_MS)
      .prefault("6h")
      .describe("An incident is over after so long without anything unusual."),
    criticalReach: z
      .number()
      .positive()
      .default(100_000)
      .describe("A spike is critical when its mentions reach so many people together, where sources tell it."),
    words: z
      .strictObject({
        safety: z.array(z.string().min(1).max(200)).max(500).default([]).describe("Of danger to people."),
        law: z.array(z.string().min(1).max(200)).max(500).default([]).describe("Of courts, police, authorities."),
      })
      .prefault({})
      .describe(
        'Further words that make a spike critical, beside the built-in ones, as a query has them: words, beginnings*, "phrases".',
      ),
    channels: z
      .array(channelSchema)
      .max(50)
      .default([])
      .describe("Where messages go: mail, telegram, slack, teams, mattermost, webhook."),
  })
  .prefault({})
  .describe("Incidents and the messages about them.");
