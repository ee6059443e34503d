import { z } from "zod";
import { brandIdSchema, instantSchema } from "./domain.ts";

/** `empty` n = 0; `counts-only` n < 10, no rate; `low-base` 10–29; `ok` from 30 on. */
export const RATE_STATES = ["empty", "counts-only", "low-base", "ok"] as const;
export type RateState = (typeof RATE_STATES)[number];

/**
 * What `nsrAdjusted` rests on. `uncorrected`: too few audits, the plain rate with the width that brands left out of training justify; `recalibrated`:
 * audits of the brand or its sources; `measured`: a hundred audits or more in the very set that is shown.
 */
export const ADJUSTED_STATES = ["uncorrected", "recalibrated", "measured"] as const;
export type AdjustedState = (typeof ADJUSTED_STATES)[number];

/** Against the preceding, non-overlapping period of the same length; null below n = 100 on either side. */
export const VERDICTS = ["up", "down", "no significant change"] as const;
export type Verdict = (typeof VERDICTS)[number];

export const DIMENSIONS = ["source", "language", "region", "topic", "rating"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export interface Counts {
  readonly positive: number;
  readonly neutral: number;
  readonly negative: number;
  readonly unscored: number;
}

const count = z.int().nonnegative();
const percent = z.number().min(-100).max(100).nullable();

/** One printed number, with all that must stand beside it. Rates in percent, −100…100, or null. */
export const nsrRowSchema = z.object({
  brand: brandIdSchema,
  /** Half-open `[from, to)`. */
  from: instantSchema,
  to: instantSchema,
  source: z.string().optional(),
  language: z.string().optional(),
  region: z.string().optional(),
  topic: z.string().optional(),
  rating: z.string().optional(),
  positive: count,
  neutral: count,
  negative: count,
  unscored: count,
  /** positive + neutral + negative. */
  n: count,
  /** Mentions that are no copies of an earlier one; unscored ones count here too. */
  originals: count,
  /** `nsr` of the preceding period of the same length; null when it has none. */
  previous: percent,
  verdict: z.enum(VERDICTS).nullable(),
  /** The point of the log up to which all is applied. Null when nothing was ever learned. */
  asOf: instantSchema.nullable(),
  nsr: percent,
  low: percent,
  high: percent,
  nsrPolar: percent,
  polarLow: percent,
  polarHigh: percent,
  /** The rate with the model's error taken out as far as audits tell it; `adjustedState` says how far. Null below n = 10 and where it is not asked for. */
  nsrAdjusted: percent,
  /** 95 %, the model's error in it, of the collected texts. */
  adjustedLow: percent,
  adjustedHigh: percent,
  /** The same of the opinion of which the texts are a sample. */
  opinionLow: percent,
  opinionHigh: percent,
  adjustedState: z.enum(ADJUSTED_STATES).nullable(),
  /** Audits that the correction rests on, and those of them that lie in this very row. */
  audits: count.nullable(),
  auditsInside: count.nullable(),
  state: z.enum(RATE_STATES),
});
export type NsrRow = z.infer<typeof nsrRowSchema>;

const share = z.number().min(0).max(100).nullable();
const stars = z.number().max(5).nullable();

/** What else is measured over the mentions of one row. Shares in percent with Wilson's interval, null below n = 10. */
export const measuresSchema = z.object({
  /** negative / n. */
  negativeShare: share,
  negativeLow: share,
  negativeHigh: share,
  /** Mentions of the row, unscored ones too, of those of `voiceAgainst` in the same period; null where no set is told. */
  voiceShare: share,
  voiceLow: share,
  voiceHigh: share,
  voiceOf: count.nullable(),
  voiceAgainst: z.array(z.string()).nullable(),
  /** Mentions with a rating, unscored ones too. */
  rated: count,
  /** Share of 4 and more stars of five among the rated; other scales are brought to five by their top. */
  reviewCsat: share,
  csatLow: share,
  csatHigh: share,
  /** In stars of five, with Student's interval; null below ten. The interval is null too where all are equal. */
  meanRating: stars,
  ratingLow: stars,
  ratingHigh: stars,
  /** n + unscored, with the quasi-Poisson interval over the twelve weeks before; null with fewer than four earlier windows. */
  volume: count,
  volumeLow: z.number().nonnegative().nullable(),
  volumeHigh: z.number().nonnegative().nullable(),
});
export type Measures = z.infer<typeof measuresSchema>;
export type MeasuredRow = NsrRow & Measures;

/** The rolling rate at one full hour: what the window that ends at `at` holds. Rates in percent, or null. */
export const rollingPointSchema = z.object({
  brand: z.string(),
  at: instantSchema,
  positive: count,
  neutral: count,
  negative: count,
  unscored: count,
  /** positive + neutral + negative. */
  n: count,
  nsr: percent,
  low: percent,
  high: percent,
  nsrPolar: percent,
  polarLow: percent,
  polarHigh: percent,
  state: z.enum(RATE_STATES),
});
export type RollingPoint = z.infer<typeof rollingPointSchema>;

/** A mention as people list it: the current content with the label that counts and where that came from. */
export const listedMentionSchema = z.object({
  id: z.string(),
  brand: z.string(),
  source: z.string(),
  kind: z.string(),
  publishedAt: instantSchema,
  precision: z.string(),
  label: z.enum(["negative", "neutral", "positive", "unscored"]),
  /** Probability of the label, 0…1; null for a person's label and for `unscored`. */
  confidence: z.number().nullable(),
  /** `name@version` of the model, or `person:NAME`. */
  provenance: z.string(),
  /** The person's label was set on an earlier text. */
  onEarlierText: z.boolean(),
  rating: z.number().nullable(),
  ratingMax: z.number().nullable(),
  language: z.string().nullable(),
  region: z.string().nullable(),
  /** What it is about, the main topic first, each with the label of its clause. */
  topics: z.array(z.object({ topic: z.string(), label: z.enum(["negative", "neutral", "positive", "unscored"]) })),
  title: z.string().nullable(),
  /** Null when retention has taken it. */
  text: z.string().nullable(),
  url: z.string().nullable(),
});
export type ListedMention = z.infer<typeof listedMentionSchema>;

/** A source's own verdict of the whole, on its own scale. */
export const publicRatingSchema = z.object({
  mean: z.number(),
  min: z.number(),
  max: z.number(),
  /** Ratings or reviews behind the mean; null when not told. */
  count: z.number().nullable(),
});
export type PublicRating = z.infer<typeof publicRatingSchema>;

/** How collection stands for one target: shown beside every number, for silence must not read as calm. */
export const targetHealthSchema = z.object({
  /** Stable key of (source, target). */
  target: z.string(),
  source: z.string(),
  brands: z.array(z.string()),
  /** What a person recognises it by: a URL, an id. */
  title: z.string(),
  state: z.enum(["never", "ok", "partial", "failing", "blocked", "forbidden"]),
  lastAttemptAt: instantSchema.nullable(),
  lastSuccessAt: instantSchema.nullable(),
  lastNewMentionAt: instantSchema.nullable(),
  /** Of the last round. */
  pages: count,
  new: count,
  changed: count,
  unchanged: count,
  removed: count,
  errors: count,
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  consecutiveFailures: count,
  /** When the site asked us to come back; null when it did not. */
  nextAttemptAt: instantSchema.nullable(),
  /** Since when it refuses us (block, robot check, robots.txt); null while it does not. */
  blockedSince: instantSchema.nullable().default(null),
  /** Pages of the last round that failed, by the code of their error. */
  errorsByCode: z.record(z.string(), count).default({}),
  /** Entries of the last round that stood on pages and could not be read. */
  unreadable: count.default(0),
  /** New mentions of the last seven days, what a first round or a backfill brought left out. */
  got: count.default(0),
  /** New mentions that its own history lets one expect in the same seven days; null while that is shorter than two weeks. */
  expected: z.number().nonnegative().nullable().default(null),
  /** Far fewer came than its history lets one expect, though no error tells why. */
  quiet: z.boolean().default(false),
  /** What the source itself says of the whole; null when it does not. */
  publicRating: publicRatingSchema.nullable().default(null),
});
export type TargetHealth = z.infer<typeof targetHealthSchema>;
