import {
  ALERTS,
  isPipelineError,
  millisOf,
  PipelineError,
  SEVERITIES,
  type Alert,
  type Batch,
  type Bus,
  type Checkpoints,
  type Clock,
  type Instant,
  type Log,
  type Rejection,
  type Subscription,
} from "@molva/contracts";
import type { Metrics } from "@molva/platform";
import { z } from "zod";
import type { Channel } from "./channel.ts";
import { loadContent, type ContentParts } from "./load-content.ts";
import { createWording } from "./word-once.ts";

export interface SenderParts extends ContentParts {
  readonly bus: Bus;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics | null;
  /** Called between any two steps of sending; tests kill the process there. */
  readonly onStep?: (step: "read" | "sent" | "noted", alertId: string) => void;
}

const HOUR_MS = 3_600_000;

const noteSchema = z.object({
  at: z.string(),
  outcome: z.enum(["sent", "refused"]),
  thread: z.string().nullable(),
  /** The service's words when it refused. */
  why: z.string().nullable(),
});
export type SentNote = z.infer<typeof noteSchema>;

/** Below this prefix stands what became of each alert, by channel, alert and recipient. */
export const SENT = "alerts/sent/";

const keyOf = (channel: Channel, alertId: string, recipient: string): string =>
  `${SENT}${channel.config.id}/${alertId}/${recipient}`;

export const readSent = async (checkpoints: Checkpoints, key: string): Promise<SentNote | null> => {
  const parsed = noteSchema.safeParse(await checkpoints.read(key));
  return parsed.success ? parsed.data : null;
};

/** When a note was made; null for what is none. */
export const sentNoteAt = (value: unknown): string | null => {
  const parsed = noteSchema.safeParse(value);
  return parsed.success ? parsed.data.at : null;
};

/** Whether this channel is told of it. A test goes to whom it names, whatever the severity. */
const isFor = ({ config }: Channel, alert: Alert): boolean => {
  if (alert.channels.length > 0 && !alert.channels.includes(config.id)) return false;
  if (alert.event === "test") return true;
  if (config.brands.length > 0 && !config.brands.includes(alert.brandId)) return false;
  return SEVERITIES.indexOf(alert.severity) >= SEVERITIES.indexOf(config.least) || alert.event === "digest";
};

/** When the channel began to listen: what was decided before is not told to it. */
const startOf = async (channel: Channel, { checkpoints, clock }: SenderParts): Promise<Instant> => {
  const key = `alerts/channel/${channel.config.id}`;
  const known = await checkpoints.read(key);
  if (typeof known === "string") return known as Instant;
  const now = clock();
  await checkpoints.write({ [key]: now });
  return now;
};

/** At most `perHour` in any hour; what is more waits. */
const createPace = (perHour: number, clock: Clock) => {
  const sent: number[] = [];
  return {
    /** @throws {PipelineError} `CHANNEL_UNAVAILABLE` (retry) after the time that is to be waited. */
    take: (id: string): void => {
      const now = millisOf(clock());
      while ((sent[0] ?? now) <= now - HOUR_MS) sent.shift();
      if (sent.length >= perHour) {
        throw new PipelineError(`${id} has had its ${perHour} messages of this hour; the next one waits`, {
          code: "CHANNEL_UNAVAILABLE",
          recovery: "retry",
          retryAfterMs: Math.max(1_000, (sent[0] ?? now) + HOUR_MS - now),
        });
      }
      sent.push(now);
    },
  };
};

type Pace = ReturnType<typeof createPace>;
type Wording = ReturnType<typeof createWording>;

const sendTo = async (
  channel: Channel,
  recipient: string,
  alert: Alert,
  parts: SenderParts,
  pace: Pace,
  word: Wording,
): Promise<PipelineError | null> => {
  const { checkpoints, clock, log, metrics, onStep } = parts;
  const { id } = channel.config;
  const key = keyOf(channel, alert.alertId, recipient);
  const threadKey = `alerts/thread/${id}/${alert.incidentId}/${recipient}`;
  if ((await readSent(checkpoints, key)) !== null) return null;
  const thread = alert.sequence === 0 ? null : await checkpoints.read(threadKey);
  const content = await loadContent(alert, channel.config, recipient, parts);
  const { worded, picture } = await word(content);
  onStep?.("read", alert.alertId);
  pace.take(id);
  const count = (outcome: SentNote["outcome"]): void =>
    metrics?.count("molva_alert_messages_total", { channel: id, outcome });
  try {
    const given = await channel.send(
      { content, worded, picture, thread: typeof thread === "string" ? thread : null },
      recipient,
    );
    onStep?.("sent", alert.alertId);
    const note: SentNote = { at: clock(), outcome: "sent", thread: given, why: null };
    await checkpoints.write({ [key]: note, ...(given !== null && alert.sequence === 0 ? { [threadKey]: given } : {}) });
    onStep?.("noted", alert.alertId);
    log.info("alert.sent", { channel: id, alert: alert.alertId, event: alert.event, severity: alert.severity });
    count("sent");
    return null;
  } catch (error) {
    if (!isPipelineError(error) || error.recovery !== "dead-letter") throw error;
    const note: SentNote = { at: clock(), outcome: "refused", thread: null, why: error.message };
    await checkpoints.write({ [key]: note });
    log.error("alert.refused", { channel: id, alert: alert.alertId, code: error.code });
    count("refused");
    return error;
  }
};

const handleBatch = async (
  { messages }: Batch<Alert>,
  signal: AbortSignal,
  channel: Channel,
  since: Instant,
  parts: SenderParts,
  pace: Pace,
  word: Wording,
): Promise<readonly Rejection[]> => {
  const rejections: Rejection[] = [];
  for (const [index, { value: alert }] of messages.entries()) {
    signal.throwIfAborted();
    if (alert.decidedAt < since || !isFor(channel, alert)) continue;
    let refused: PipelineError | null = null;
    let later: unknown = null;
    for (const recipient of channel.recipients) {
      // One address that must wait keeps no other from its message.
      const outcome = await sendTo(channel, recipient, alert, parts, pace, word).catch((error: unknown) => {
        later = error;
        return null;
      });
      refused ??= outcome;
    }
    if (later !== null) {
      parts.metrics?.count("molva_alert_messages_total", { channel: channel.config.id, outcome: "later" });
      throw later;
    }
    if (refused !== null) rejections.push({ index, error: refused });
  }
  return rejections;
};

/**
 * Sends what stands in the alerts' topic to one channel, which is a group of its own: a channel that is down delays no other.
 * At least once: a message is noted after the service took it, and is sent again when the process dies in between, with the same id.
 */
export const sendAlerts = async (channel: Channel, parts: SenderParts): Promise<Subscription> => {
  const since = await startOf(channel, parts);
  const pace = createPace(channel.config.perHour, parts.clock);
  const word = createWording(channel);
  return parts.bus.subscribe(ALERTS, `alerts-${channel.config.id}`, (batch, signal) =>
    handleBatch(batch, signal, channel, since, parts, pace, word),
  );
};
