import { PipelineError, type Mailer } from "@molva/contracts";
import {
  alertMail,
  mattermostPayload,
  slackPayload,
  teamsPayload,
  telegramRequest,
  webhookPayload,
} from "@molva/dashboards/messages";
import { postOnce, signatureOf, type ChannelConfig } from "@molva/platform";
import type { Channel, OutgoingAlert } from "./channel.ts";

export interface ChannelParts {
  /** By the channel's id, from the environment (`channelSecrets`). */
  readonly secrets: ReadonlyMap<string, string>;
  /** Null where the configuration has no `mail` section. */
  readonly mailer: Mailer | null;
  /** Right of the `@` in message ids. */
  readonly mailDomain: string;
  /** Longest wait for a service; milliseconds. */
  readonly timeoutMs: number;
}

const wrong = (message: string): PipelineError =>
  new PipelineError(message, { code: "CONFIG_INVALID", recovery: "exit" });

/** The name of a channel's secret in the environment. */
const secretName = (id: string): string => `MOLVA_CHANNEL_${id.toUpperCase().replaceAll("-", "_")}`;

const WHAT = {
  telegram: "the bot's token",
  slack: "the address of the incoming webhook",
  teams: "the address of the workflow",
  mattermost: "the address of the incoming webhook",
  webhook: "the key of the signature, 16 characters or more",
} as const;

const secretOf = (config: Exclude<ChannelConfig, { kind: "mail" }>, parts: ChannelParts): string => {
  const secret = parts.secrets.get(config.id);
  if (secret === undefined)
    throw wrong(`alerts.channels, ${config.id}: set ${secretName(config.id)} in the environment: ${WHAT[config.kind]}`);
  return secret;
};

const addressOf = (config: Exclude<ChannelConfig, { kind: "mail" }>, parts: ChannelParts): string => {
  const secret = secretOf(config, parts);
  if (!URL.canParse(secret) || !/^https?:$/.test(new URL(secret).protocol))
    throw wrong(`${secretName(config.id)} is no address: ${WHAT[config.kind]} begins with https://`);
  return secret;
};

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" } as const;

/** A channel that takes one JSON body at one address and tells nothing back. */
const jsonChannel = (
  config: ChannelConfig,
  url: string,
  parts: ChannelParts,
  bodyOf: (message: OutgoingAlert) => object,
): Channel => ({
  config,
  recipients: [config.id],
  withPicture: config.kind === "teams",
  send: async (message) => {
    const body = JSON.stringify(bodyOf(message));
    await postOnce({ url, headers: JSON_TYPE, body, timeoutMs: parts.timeoutMs });
    return null;
  },
  close: async () => {},
});

const telegramChannel = (config: Extract<ChannelConfig, { kind: "telegram" }>, parts: ChannelParts): Channel => {
  const token = secretOf(config, parts);
  if (!/^\d+:[\w-]{20,}$/.test(token))
    throw wrong(`${secretName(config.id)} is no bot token: BotFather gives one like 123456:ABC…`);
  return {
    config,
    recipients: [config.id],
    withPicture: true,
    send: async ({ worded, picture, thread }) => {
      const request = telegramRequest(worded, picture, config.chat, thread === null ? null : Number(thread));
      const form = new FormData();
      for (const [name, value] of Object.entries(request.fields)) form.append(name, value);
      if (request.photo !== null)
        form.append("photo", new Blob([Buffer.from(request.photo)], { type: "image/png" }), "counts.png");
      const url = `${config.api.replace(/\/$/, "")}/bot${token}/${request.method}`;
      const answer = await postOnce({ url, headers: {}, body: form, timeoutMs: parts.timeoutMs });
      return /"message_id"\s*:\s*(\d+)/.exec(answer.body)?.[1] ?? null;
    },
    close: async () => {},
  };
};

const webhookChannel = (config: Extract<ChannelConfig, { kind: "webhook" }>, parts: ChannelParts): Channel => {
  const secret = secretOf(config, parts);
  if (secret.length < 16) throw wrong(`${secretName(config.id)} is too short: ${WHAT.webhook}`);
  return {
    config,
    recipients: [config.id],
    withPicture: false,
    send: async ({ content, worded }) => {
      const body = JSON.stringify(webhookPayload(content, worded));
      const headers = {
        ...JSON_TYPE,
        // Of one alert always the same: the receiver knows a second delivery by it.
        "molva-alert": content.alert.alertId,
        "molva-signature": signatureOf(secret, Math.floor(Date.now() / 1000), body),
      };
      await postOnce({ url: config.url, headers, body, timeoutMs: parts.timeoutMs });
      return null;
    },
    close: async () => {},
  };
};

const mailChannel = (config: Extract<ChannelConfig, { kind: "mail" }>, parts: ChannelParts): Channel => {
  const { mailer } = parts;
  if (mailer === null)
    throw wrong(
      `alerts.channels, ${config.id}: a mail channel needs the section mail, with the server that takes our messages`,
    );
  return {
    config,
    recipients: config.to,
    withPicture: true,
    send: async ({ content, worded, picture }, to) => {
      await mailer.send(alertMail(content, worded, picture, { to, domain: parts.mailDomain }));
      return null;
    },
    close: async () => {},
  };
};

/** @throws {PipelineError} `CONFIG_INVALID` (exit): a secret is missing or cannot be one, or there is no mail server */
export const openChannel = (config: ChannelConfig, parts: ChannelParts): Channel => {
  switch (config.kind) {
    case "mail":
      return mailChannel(config, parts);
    case "telegram":
      return telegramChannel(config, parts);
    case "slack":
      return jsonChannel(config, addressOf(config, parts), parts, ({ worded }) => slackPayload(worded));
    case "mattermost":
      return jsonChannel(config, addressOf(config, parts), parts, ({ worded }) => mattermostPayload(worded));
    case "teams":
      return jsonChannel(config, addressOf(config, parts), parts, ({ worded, picture }) =>
        teamsPayload(worded, picture),
      );
    case "webhook":
      return webhookChannel(config, parts);
  }
};
