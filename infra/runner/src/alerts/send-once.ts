import { isPipelineError, type Alert } from "@molva/contracts";
import type { Runtime } from "../runtime.ts";
import type { Channel } from "./channel.ts";
import { loadContent } from "./load-content.ts";
import type { ChannelSetting } from "./open-channels.ts";
import { senderPartsOf } from "./start-sending.ts";
import { createWording } from "./word-once.ts";

export interface Outcome {
  readonly channel: string;
  readonly kind: string;
  readonly to: string;
  /** `later`: the service does not answer or asks to wait; a real alert would be tried again. */
  readonly outcome: "sent" | "refused" | "later";
  readonly why: string | null;
}

/** Sends one message now, to every recipient of the channels at once, without a second try and without a note. */
export const sendOnce = async (
  alert: Alert,
  channels: readonly Channel[],
  runtime: Runtime,
  setting: ChannelSetting,
): Promise<readonly Outcome[]> => {
  const parts = await senderPartsOf(runtime, setting);
  const sendTo = async (channel: Channel, to: string): Promise<Outcome> => {
    const known = { channel: channel.config.id, kind: channel.config.kind, to };
    const content = await loadContent(alert, channel.config, to, parts);
    const { worded, picture } = await createWording(channel)(content);
    try {
      await channel.send({ content, worded, picture, thread: null }, to);
      return { ...known, outcome: "sent", why: null };
    } catch (error) {
      if (!isPipelineError(error)) throw error;
      return { ...known, outcome: error.recovery === "dead-letter" ? "refused" : "later", why: error.message };
    }
  };
  return Promise.all(channels.flatMap((channel) => channel.recipients.map((to) => sendTo(channel, to))));
};
