import { z } from "zod";
import { alertNumbersSchema, INCIDENT_KINDS, SEVERITIES, SEVERITY_REASONS } from "./alerts.ts";
import { brandIdSchema, instantSchema, mentionIdSchema } from "./domain.ts";

/** Why nobody was told of an incident at once. */
export const HELD_REASONS = [
  /** The week's messages were used up: it goes into the digest. */
  "budget",
  /** It goes into the digest when the quiet hours end. */
  "quiet-hours",
  /** A planned event says that this was expected. */
  "planned",
  /** It is part of another incident that is open. */
  "inhibited",
  /** Somebody muted it. */
  "muted",
  /** It was over before anybody watched. */
  "past",
] as const;
export type HeldReason = (typeof HELD_REASONS)[number];

/** A spike with a life: opened at once, closed after quiet hours. */
export const incidentSchema = z.strictObject({
  id: z.string(),
  brandId: brandIdSchema,
  kind: z.enum(INCIDENT_KINDS),
  topic: z.string().nullable(),
  source: z.string().nullable(),
  severity: z.enum(SEVERITIES),
  reasons: z.array(z.enum(SEVERITY_REASONS)),
  /** When it was decided, and when the window that was judged began. */
  openedAt: instantSchema,
  since: instantSchema,
  lastUnusualAt: instantSchema,
  closedAt: instantSchema.nullable(),
  /** At its worst. */
  peak: z.strictObject({ strength: z.number(), observed: z.number().nullable() }),
  /** Messages about it so far, digests not counted. */
  messages: z.int().nonnegative(),
  /** What the last message said; null when nobody was told. */
  told: z.strictObject({ at: instantSchema, severity: z.enum(SEVERITIES), observed: z.number().nullable() }).nullable(),
  held: z.enum(HELD_REASONS).nullable(),
  /** Whether a digest has told of it since it was held. */
  gathered: z.boolean(),
  /** The open incident that it is part of; null when it stands by itself. */
  joins: z.string().nullable(),
  numbers: alertNumbersSchema,
  /** The mentions that were counted as unusual when it opened. */
  mentions: z.array(mentionIdSchema),
});
export type Incident = z.infer<typeof incidentSchema>;

export const ANSWERS = ["take", "resolve", "useful", "not-useful", "mute"] as const;
export type Answer = (typeof ANSWERS)[number];

/** What a person said about an incident. */
export const incidentAnswerSchema = z.strictObject({
  incidentId: z.string(),
  answer: z.enum(ANSWERS),
  by: z.string().min(1).max(320),
  at: instantSchema,
  note: z.string().max(2_000).nullable(),
});
export type IncidentAnswer = z.infer<typeof incidentAnswerSchema>;

/** A stretch in which something is expected: `silence` tells nobody, `raise` makes it one step more severe. */
export const plannedEventSchema = z.strictObject({
  id: z.string(),
  /** Null: all brands. */
  brandId: brandIdSchema.nullable(),
  /** Half-open `[from, to)`. */
  from: instantSchema,
  to: instantSchema,
  effect: z.enum(["silence", "raise"]),
  why: z.string().max(500),
  by: z.string().min(1).max(320),
});
export type PlannedEvent = z.infer<typeof plannedEventSchema>;
