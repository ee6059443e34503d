import { setTextRetention } from "@molva/aggregator";
import { ALERTS, DEAD_LETTERS, FACTS, instantOf, MENTIONS, millisOf } from "@molva/contracts";
import type { Config } from "@molva/platform";
import { releaseFormerChannels, trimSentNotes } from "../alerts/former-channels.ts";
import { keptPages } from "../kept-pages.ts";
import type { Runtime } from "../runtime.ts";

export const DAY_MS = 86_400_000;
const KEY = "retention/text-days";

/** Tells the store how long texts are kept, when that has changed: it rewrites the table's rules, and takes effect with the next merge. */
export const applyTextRetention = async ({ store, checkpoints }: Runtime, { retention }: Config): Promise<void> => {
  const days = Math.floor(retention.text / DAY_MS);
  if ((await checkpoints.read(KEY)) === days) return;
  await setTextRetention(store, days);
  await checkpoints.write({ [KEY]: days });
};

/** Takes from the log what every stage has handled and what is old enough, and old pages that were kept for repair. */
export const trimLog = async (runtime: Runtime, { retention, alerts }: Config): Promise<void> => {
  const { bus, checkpoints, clock, log, dataDir } = runtime;
  await releaseFormerChannels(runtime, new Set(alerts.channels.map(({ id }) => id)));
  await trimSentNotes(checkpoints, clock());
  const before = instantOf(millisOf(clock()) - retention.log);
  const removed =
    (await bus.retain(MENTIONS, before)) +
    (await bus.retain(FACTS, before)) +
    (await bus.retain(DEAD_LETTERS, before)) +
    (await bus.retain(ALERTS, before));
  const pages = await keptPages(dataDir, log).trim(retention.pages, millisOf(clock()));
  log.info("retention", { removed, pages });
};
