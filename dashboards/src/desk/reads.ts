import {
  HELD_REASONS,
  INCIDENT_KINDS,
  instantSchema,
  listedMentionSchema,
  LABELS,
  nsrRowSchema,
  rollingPointSchema,
  SEVERITIES,
  SEVERITY_REASONS,
  surveyRowSchema,
  targetHealthSchema,
} from "@molva/contracts";
import type {
  GivenLabel,
  Instant,
  ListedMention,
  NsrRow,
  RollingPoint,
  SurveyRow,
  TargetHealth,
} from "@molva/contracts";
import { z } from "zod";

/** Lengths of the rolling window the page shows. */
export const ROLLING_WINDOWS = ["24h", "7d", "30d", "90d"] as const;
const rollingWindowSchema = z.enum(ROLLING_WINDOWS);
export type RollingWindow = z.infer<typeof rollingWindowSchema>;

const count = z.int().nonnegative();
const percent = z.number().min(-100).max(100).nullable();

/** A monitored brand and the extent of what is counted for it; both ends null when nothing was ever collected. */
const deskBrandSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** Publication time of the oldest counted mention. */
  first: instantSchema.nullable(),
  /** Publication time of the newest counted mention. */
  last: instantSchema.nullable(),
});
export type DeskBrand = z.infer<typeof deskBrandSchema>;

/** A point of one brand's chart. */
const chartPointSchema = rollingPointSchema.omit({ brand: true });
export type ChartPoint = z.infer<typeof chartPointSchema>;

/** Counts of one calendar day in the zone that was asked for. A day that is not listed holds no mention. */
const dayCountsSchema = z.object({
  day: z.iso.date(),
  positive: count,
  neutral: count,
  negative: count,
  unscored: count,
});
export type DayCounts = z.infer<typeof dayCountsSchema>;

const deskProgressSchema = z.object({
  crawl: z.object({
    running: z.boolean(),
    /** Pages fetched in the round that runs, or in the last one. */
    pages: count,
    /** Mentions read from those pages, known ones included. */
    mentions: count,
  }),
  /** Messages collected and not yet in the numbers, over all stages. */
  lag: count,
  /** The point of the log up to which all is applied; null when nothing was ever learned. */
  horizon: instantSchema.nullable(),
  /** The latest recount of everything by the schedule, and how many numbers differed; null or absent before the first. */
  verified: z.object({ at: instantSchema, differences: count }).nullish(),
});
export type DeskProgress = z.infer<typeof deskProgressSchema>;

export const mentionPageSchema = z.object({
  mentions: z.array(listedMentionSchema),
  /** Given back to read on; null at the end. */
  next: z.string().max(500).nullable(),
});
export interface MentionPage {
  readonly mentions: readonly ListedMention[];
  readonly next: string | null;
}

export interface MentionFilter {
  readonly brand: string;
  readonly label: GivenLabel | null;
  readonly source: string | null;
  /** Half-open `[from, to)`, by publication; null: without that end. */
  readonly from: Instant | null;
  readonly to: Instant | null;
  /** 1…200. */
  readonly limit: number;
  /** `next` of the page before; null for the newest. */
  readonly cursor: string | null;
}

/**
 * What the page reads. The runner implements it over the store and the crawlers; every method reads the state as it is
 * now, caches nothing the caller could notice, and throws a `PipelineError` (recovery `retry` when the store is away).
 */
export interface DeskReads {
  /** In the order of the configuration. */
  brands(): Promise<readonly DeskBrand[]>;
  /** One row per brand: the window of this length that ends now. A brand without mentions has a row of state `empty`. */
  headlines(ask: { readonly window: RollingWindow; readonly now: Instant }): Promise<readonly NsrRow[]>;
  /** One point per full hour in `[from, to]`, oldest first within a brand. An hour may be left out when its window is empty. */
  rolling(ask: {
    readonly brands: readonly string[];
    readonly window: RollingWindow;
    readonly from: Instant;
    readonly to: Instant;
  }): Promise<readonly RollingPoint[]>;
  /** Days of the IANA zone that touch `[from, to)`, oldest first. */
  days(ask: {
    readonly brand: string;
    readonly from: Instant;
    readonly to: Instant;
    readonly zone: string;
  }): Promise<readonly DayCounts[]>;
  health(): Promise<readonly TargetHealth[]>;
  /** Numbers of the brand's surveys; none where nobody was asked. */
  surveys(ask: { readonly brand: string }): Promise<readonly SurveyRow[]>;
  /**
   * Open ones first, then the newest, at most 300 of the last 400 days. `open`: only those that are open and that somebody was or
   * would have been told of.
   */
  incidents(ask: { readonly brand: string | null; readonly open: boolean }): Promise<readonly DeskIncident[]>;
  /** Newest first. */
  mentions(filter: MentionFilter): Promise<MentionPage>;
  progress(): Promise<DeskProgress>;
  /** `changed` is called after anything above may read differently, as often as it likes; the returned function ends that. */
  subscribe(changed: () => void): () => void;
}

/** What a person said of an incident, and when. */
const saidSchema = z.object({ by: z.string(), at: instantSchema }).nullable();

/** A spike with a life, as the page lists it. */
const deskIncidentSchema = z.object({
  id: z.string(),
  brand: z.string(),
  kind: z.enum(INCIDENT_KINDS),
  severity: z.enum(SEVERITIES),
  reasons: z.array(z.enum(SEVERITY_REASONS)),
  source: z.string().nullable(),
  /** The verdict, in one line, as messages begin with it. */
  line: z.object({ en: z.string(), ru: z.string() }),
  since: instantSchema,
  /** The last unusual moment that is known. */
  until: instantSchema,
  closedAt: instantSchema.nullable(),
  /** Mentions at its worst, and what is usual in as many hours; null where it is not about counts. */
  observed: z.number().nullable(),
  expected: z.number().nullable(),
  hours: z.number().positive(),
  /** Share of negative mentions in percent, with its interval. */
  share: z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() }).nullable(),
  usualShare: z.number().nullable(),
  toldAt: instantSchema.nullable(),
  /** Messages about it so far. */
  messages: count,
  held: z.enum(HELD_REASONS).nullable(),
  /** What the incident says that it is part of. */
  joins: z.object({ en: z.string(), ru: z.string() }).nullable(),
  muted: z.boolean(),
  taken: saidSchema,
  resolved: saidSchema,
  useful: count,
  notUseful: count,
});
export type DeskIncident = z.infer<typeof deskIncidentSchema>;

/** The first answer of the page, and the one it refreshes by. */
export const overviewSchema = z.object({
  /** The server's clock. */
  now: instantSchema,
  /** IANA zone in which the page prints dates and cuts days. */
  zone: z.string(),
  brands: z.array(deskBrandSchema),
  headlines: z.object({
    "24h": z.array(nsrRowSchema),
    "7d": z.array(nsrRowSchema),
    "30d": z.array(nsrRowSchema),
    "90d": z.array(nsrRowSchema),
  }),
  /** The last thirty days of the 7-day rate, one value in six hours; null where there is no rate. */
  sparks: z.array(z.object({ brand: z.string(), values: z.array(percent) })),
  health: z.array(targetHealthSchema),
  /** Brands with open incidents: how many, and how bad the worst of them is. */
  incidents: z.array(z.object({ brand: z.string(), count, severity: z.enum(SEVERITIES) })),
  progress: deskProgressSchema,
});
export type Overview = z.infer<typeof overviewSchema>;

export const rollingAnswerSchema = z.object({
  brand: z.string(),
  window: rollingWindowSchema,
  from: instantSchema,
  to: instantSchema,
  points: z.array(chartPointSchema),
});
export type RollingAnswer = z.infer<typeof rollingAnswerSchema>;

export const daysAnswerSchema = z.object({
  brand: z.string(),
  from: instantSchema,
  to: instantSchema,
  zone: z.string(),
  days: z.array(dayCountsSchema),
});
export type DaysAnswer = z.infer<typeof daysAnswerSchema>;

/** How far back the charts reach, in days; `all`: from the first mention on, at most 400 days. */
const REACHES = ["14", "30", "90", "all"] as const;
const reach = z.enum(REACHES).default("90");
const brand = z.string().min(1).max(200);

export const rollingAskSchema = z.strictObject({ brand, window: rollingWindowSchema, reach });
export const daysAskSchema = z.strictObject({ brand, reach });
export const mentionsAskSchema = z.strictObject({
  brand,
  label: z
    .enum([...LABELS, "unscored"])
    .nullable()
    .default(null),
  source: z.string().min(1).max(64).nullable().default(null),
  from: instantSchema.nullable().default(null),
  to: instantSchema.nullable().default(null),
  limit: z.coerce.number().int().min(1).max(200).default(30),
  cursor: z.string().min(1).max(500).nullable().default(null),
});
export const surveysAskSchema = z.strictObject({ brand });
export const surveysAnswerSchema = z.object({ brand: z.string(), rows: z.array(surveyRowSchema) });
export type SurveysAnswer = z.infer<typeof surveysAnswerSchema>;
export const incidentsAskSchema = z.strictObject({ brand });
export const incidentsAnswerSchema = z.object({
  brand: z.string(),
  /** Whether incidents may be taken and muted here. */
  acts: z.boolean(),
  incidents: z.array(deskIncidentSchema),
});
export type IncidentsAnswer = z.infer<typeof incidentsAnswerSchema>;
export const nothingAskSchema = z.strictObject({});
