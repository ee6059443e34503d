import { z } from "zod";
import { brandIdSchema, instantSchema, mentionIdSchema } from "./domain.ts";
import type { Topic } from "./ports.ts";

/** What an incident is about. All but `silence`, `drift` and `level` are spikes of one kind or another. */
export const INCIDENT_KINDS = [
  /** More negative mentions than usual, and a larger share of them. */
  "negative-spike",
  /** More mentions than usual. */
  "volume-spike",
  /** A topic that is spoken of badly far more than usual. */
  "topic-surge",
  /** The source's own public rating fell. */
  "rating-drop",
  /** NSR or NPS with its whole interval below zero. */
  "level",
  /** A source that usually brings mentions brings none. */
  "silence",
  /** The model's labels or confidence are not what they were. */
  "drift",
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

export const SEVERITIES = ["info", "warning", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Why a message goes out: `digest` gathers what quiet hours or the budget held back; `test` comes from a person who tries the channels; `report` tells of the weekly report, and is about no incident. */
export const ALERT_EVENTS = ["opened", "escalated", "closed", "digest", "test", "report"] as const;
export type AlertEvent = (typeof ALERT_EVENTS)[number];

/** Why an incident is as severe as it is. */
export const SEVERITY_REASONS = ["size", "reach", "safety", "law", "planned", "level"] as const;
export type SeverityReason = (typeof SEVERITY_REASONS)[number];

const count = z.number().nonnegative();

/** A number with its 95 % interval; null where there is none. */
const estimateSchema = z.strictObject({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() });
export type Estimate = z.infer<typeof estimateSchema>;

/** What was measured when it was decided: kept with the alert, so that it can be asked why. Null: does not belong to this kind. */
export const alertNumbersSchema = z.strictObject({
  /** Hours of the window that was judged. */
  hours: z.number().positive(),
  /** Mentions of the kind in the window, and what is usual then. */
  observed: count.nullable(),
  expected: count.nullable(),
  /** Labelled mentions in the window. */
  n: count.nullable(),
  /** Different texts among those observed. */
  originals: count.nullable(),
  /** Share of negative mentions in percent, now and usually, and the interval of the difference in points. */
  share: estimateSchema.nullable(),
  usualShare: z.number().nullable(),
  shareChange: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
  /** Rate, rating or score now and before, in their own unit (percent, stars). */
  level: estimateSchema.nullable(),
  before: z.number().nullable(),
  /** How far beyond the thresholds: 1 is where an alert begins. */
  strength: count,
  /** What had to be exceeded, by name. */
  thresholds: z.record(z.string(), z.number()),
});
export type AlertNumbers = z.infer<typeof alertNumbersSchema>;

/** One bar of the small picture. */
const alertStepSchema = z.strictObject({
  at: instantSchema,
  count,
  usual: count.nullable(),
  unusual: z.boolean(),
});

/**
 * One message about an incident, decided and not yet worded. It holds ids and numbers, no text: the words are read when it is
 * sent, so that what was erased meanwhile is not sent. The same decision has the same `alertId`, whoever decides it.
 */
export const alertSchema = z.strictObject({
  alertId: z
    .string()
    .min(8)
    .max(64)
    .regex(/^[\w-]+$/),
  incidentId: z
    .string()
    .min(8)
    .max(64)
    .regex(/^[\w-]+$/),
  /** 0 for the first message of the incident's thread. */
  sequence: z.int().nonnegative(),
  event: z.enum(ALERT_EVENTS),
  kind: z.enum(INCIDENT_KINDS),
  severity: z.enum(SEVERITIES),
  reasons: z.array(z.enum(SEVERITY_REASONS)).max(6),
  brandId: brandIdSchema,
  topic: z.string().max(100).nullable(),
  /** The source it is about, for `silence` and `rating-drop`; else null. */
  source: z.string().max(64).nullable(),
  decidedAt: instantSchema,
  /** When it began, by the mentions' own dates. */
  since: instantSchema,
  /** When it ended; null while it lasts. */
  until: instantSchema.nullable(),
  /** The point of the log up to which all was applied. */
  asOf: instantSchema.nullable(),
  numbers: alertNumbersSchema,
  /** Where it comes from: most first, at most five each. */
  sources: z.array(z.strictObject({ source: z.string().max(64), count })).max(5),
  topics: z.array(z.strictObject({ topic: z.string().max(100), count })).max(5),
  /** Every mention that was counted as unusual, newest first. */
  mentions: z.array(mentionIdSchema).max(500),
  /** Originals that show best what is said. */
  evidence: z.array(mentionIdSchema).max(5),
  /** Sources whose collection does not stand well: silence must not read as calm. */
  unwell: z
    .array(z.strictObject({ source: z.string().max(64), state: z.string().max(32), since: instantSchema.nullable() }))
    .max(20),
  steps: z.array(alertStepSchema).max(200),
  /** Of a digest: the alerts that it gathers. */
  gathers: z
    .array(
      z.strictObject({
        incidentId: z.string().max(64),
        kind: z.enum(INCIDENT_KINDS),
        severity: z.enum(SEVERITIES),
        brandId: brandIdSchema,
        topic: z.string().max(100).nullable(),
        since: instantSchema,
        observed: count.nullable(),
        expected: count.nullable(),
      }),
    )
    .max(100),
  /** Ids of the channels it goes to; empty: to all. */
  channels: z.array(z.string().max(64)).max(50),
});
export type Alert = z.infer<typeof alertSchema>;

/** Evaluator → one sender a channel. Each channel is a group of its own: one that is down delays no other. */
export const ALERTS: Topic<Alert> = {
  name: "alerts",
  schema: alertSchema,
  key: (alert) => alert.brandId,
  mentionId: () => null,
};
