import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { PipelineError, type Mailer } from "@molva/contracts";
import { channelSecrets, createMailer, type Config, type Environment } from "@molva/platform";
import type { Channel } from "./channel.ts";
import { openChannel } from "./open-channel.ts";

export interface ChannelSetting {
  readonly config: Config;
  /** Where the configuration stands: relative paths in it start there; null is the built-in demo. */
  readonly configPath: string | null;
  readonly environment: Environment;
  /** By the channel's id; default: the environment's. */
  readonly secrets?: ReadonlyMap<string, string>;
}

const TIMEOUT_MS = 20_000;

/** Right of the `@` of the sender's address, for message ids. */
export const mailDomainOf = (config: Config): string =>
  /@([^\s<>@]+?)>?$/.exec(config.mail?.from ?? "")?.[1]?.toLowerCase() ?? "molva.invalid";

/**
 * The configured mail server; null without a `mail` section. Nothing is connected before the first message.
 * @throws {PipelineError} `CONFIG_INVALID` (exit): one of user and password is missing, or the file of `mail.ca` cannot be read
 */
export const openMailer = async ({ config, configPath, environment }: ChannelSetting): Promise<Mailer | null> => {
  const { mail } = config;
  if (mail === undefined) return null;
  const { MOLVA_SMTP_USER: user, MOLVA_SMTP_PASSWORD: password } = environment;
  const wrong = (message: string, cause?: unknown): PipelineError =>
    new PipelineError(message, { code: "CONFIG_INVALID", recovery: "exit", cause });
  if ((user === undefined) !== (password === undefined))
    throw wrong("Set both MOLVA_SMTP_USER and MOLVA_SMTP_PASSWORD in the environment, or neither");
  const path = mail.ca === undefined ? null : resolve(dirname(configPath ?? "."), mail.ca);
  const ca =
    path === null
      ? null
      : await readFile(path, "utf8").catch((error: unknown) => {
          throw wrong(`mail.ca: ${path} cannot be read: ${(error as Error).message}`, error);
        });
  const { host, port, security, from } = mail;
  const login = user === undefined || password === undefined ? null : { user, password };
  return createMailer({ host, port, security, ca, login, from });
};

/**
 * Every configured channel, ready to send. Nothing is connected yet, so that it can also be asked before anything starts.
 * @throws {PipelineError} `CONFIG_INVALID` (exit), as `openMailer` and `openChannel`
 */
export const openChannels = async (setting: ChannelSetting): Promise<readonly Channel[]> => {
  const { channels } = setting.config.alerts;
  const twice = channels.find(({ id }, at) => channels.findIndex((other) => other.id === id) !== at);
  if (twice !== undefined)
    throw new PipelineError(`alerts.channels: the id ${twice.id} is given twice; each channel needs its own`, {
      code: "CONFIG_INVALID",
      recovery: "exit",
    });
  const mailer = await openMailer(setting);
  const secrets = setting.secrets ?? channelSecrets();
  const mailDomain = mailDomainOf(setting.config);
  return channels.map((channel) => openChannel(channel, { secrets, mailer, mailDomain, timeoutMs: TIMEOUT_MS }));
};
