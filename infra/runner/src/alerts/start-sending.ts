import type { Subscription } from "@molva/contracts";
import { linkSigner } from "@molva/platform";
import type { Runtime } from "../runtime.ts";
import { sourceTitles } from "../source-titles.ts";
import type { ChannelSetting } from "./open-channels.ts";
import { openChannels } from "./open-channels.ts";
import { sendAlerts, type SenderParts } from "./send-alerts.ts";

/** What a sender needs of an open runtime. */
export const senderPartsOf = async (runtime: Runtime, { config }: ChannelSetting): Promise<SenderParts> => ({
  bus: runtime.bus,
  checkpoints: runtime.checkpoints,
  store: runtime.store,
  brands: config.brands,
  sourceTitles: await sourceTitles(),
  zone: config.timezone,
  publicUrl: config.server.publicUrl ?? null,
  signer: linkSigner(runtime.linkSecret),
  clock: runtime.clock,
  log: runtime.log,
  metrics: runtime.metrics,
});

/** One sender a channel, until stopped. One that ends by an error is logged; the others go on. */
export const startSending = async (runtime: Runtime, setting: ChannelSetting): Promise<{ stop(): Promise<void> }> => {
  const channels = await openChannels(setting);
  if (channels.length === 0) return { stop: async () => {} };
  const parts = await senderPartsOf(runtime, setting);
  const running: Subscription[] = [];
  for (const channel of channels) {
    const sender = await sendAlerts(channel, parts);
    sender.done.catch((error: unknown) =>
      runtime.log.error("alert.sender", { channel: channel.config.id, message: (error as Error).message }),
    );
    running.push(sender);
  }
  return {
    stop: async () => {
      await Promise.allSettled(running.map((sender) => sender.stop()));
      await Promise.allSettled(channels.map((channel) => channel.close()));
    },
  };
};
