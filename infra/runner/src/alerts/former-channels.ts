import { ALERTS, instantOf, millisOf, type Bus, type Checkpoints, type Instant } from "@molva/contracts";
import { SENT, sentNoteAt } from "./send-alerts.ts";

const CHANNEL = "alerts/channel/";
/** What became of a message is known so long. */
const NOTES_MS = 120 * 86_400_000;

/**
 * Lets go of what a channel that is configured no more still holds in the log: its group has read to the end then. Should the channel
 * come back, it begins with what is decided from then on.
 */
export const releaseFormerChannels = async (
  { bus, checkpoints }: { readonly bus: Bus; readonly checkpoints: Checkpoints },
  configured: ReadonlySet<string>,
): Promise<readonly string[]> => {
  const former: string[] = [];
  for await (const [key] of checkpoints.entries(CHANNEL)) {
    const id = key.slice(CHANNEL.length);
    if (!configured.has(id)) former.push(id);
  }
  for (const id of former) {
    const group = `alerts-${id}`;
    const reading = await bus.subscribe(ALERTS, group, async () => []);
    await bus.settled(ALERTS, group);
    await reading.stop();
  }
  return former;
};

/** Forgets what became of messages long ago. */
export const trimSentNotes = async (checkpoints: Checkpoints, now: Instant): Promise<number> => {
  const before = instantOf(millisOf(now) - NOTES_MS);
  const old: string[] = [];
  for await (const [key, value] of checkpoints.entries(SENT)) {
    const at = sentNoteAt(value);
    if (at !== null && at < before) old.push(key);
  }
  for (let i = 0; i < old.length; i += 1_000)
    await checkpoints.write(Object.fromEntries(old.slice(i, i + 1_000).map((key) => [key, null])));
  return old.length;
};
