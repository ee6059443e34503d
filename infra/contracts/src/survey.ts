import { z } from "zod";
import { brandIdSchema, instantSchema } from "./domain.ts";
import { RATE_STATES, VERDICTS } from "./numbers.ts";

/** What a survey is asked for; `churn` is customers counted at both ends of a period. */
export const SURVEY_METRICS = ["nps", "csat", "csi", "churn"] as const;
export type SurveyMetric = (typeof SURVEY_METRICS)[number];
/** Employees are a population of their own: their NPS is the eNPS. */
export const POPULATIONS = ["customers", "employees"] as const;
export type Population = (typeof POPULATIONS)[number];

const hex32 = z.string().regex(/^[0-9a-f]{32}$/);
const short = z.string().max(200).nullable();

/** One answer to a survey; of CSI one row an item of it. `null` means that the file does not say. */
export const surveyAnswerSchema = z.strictObject({
  /** Stable: the same answer has it whenever it is imported. */
  id: hex32,
  brand: brandIdSchema,
  metric: z.enum(["nps", "csat", "csi"]),
  /** What was rated, of CSI; else empty. */
  item: z.string().max(200),
  answeredAt: instantSchema,
  score: z.number(),
  scale: z.strictObject({ min: z.number(), max: z.number() }),
  /** Of the item, on any scale; CSI alone. */
  importance: z.number().nonnegative().nullable(),
  question: z.string().max(500).nullable(),
  wave: short,
  population: z.enum(POPULATIONS),
  segment: short,
  /** Keyed hash. */
  respondent: hex32.nullable(),
  comment: z.string().max(10_000).nullable(),
  /** Who was in touch about the answer, as the file tells it. */
  contacted: z.strictObject({ at: instantSchema, by: z.string().max(200) }).nullable(),
});
export type SurveyAnswer = z.infer<typeof surveyAnswerSchema>;

const whole = z.int().nonnegative();

/** Customers of a period, half-open `[from, to)`. */
export const customerPeriodSchema = z.strictObject({
  id: hex32,
  brand: brandIdSchema,
  from: instantSchema,
  to: instantSchema,
  start: whole,
  end: whole,
  /** Of those at the start, how many left; null: not counted. */
  lost: whole.nullable(),
  wave: short,
  segment: short,
});
export type CustomerPeriod = z.infer<typeof customerPeriodSchema>;

/** What a survey's number suffers from, as far as the program can tell. */
export const SURVEY_WARNINGS = [
  "small-sample",
  "passives-left-out",
  "question-unclear",
  "question-changed",
  "too-frequent",
  "comments-ignored",
  "mixed-populations",
  "not-contacted",
  "scale-1-10",
  "lost-unknown",
  "context-missing",
] as const;
export type SurveyWarningCode = (typeof SURVEY_WARNINGS)[number];

const words = z.strictObject({ en: z.string(), ru: z.string() });

export const surveyRowSchema = z.object({
  brand: z.string(),
  metric: z.enum(["nps", "enps", "csat", "csi", "churn"]),
  population: z.enum(POPULATIONS),
  /** Null: all of them together. Empty: the answers that name none. */
  wave: z.string().nullable(),
  /** Null: all of them together. */
  segment: z.string().nullable(),
  question: z.string().nullable(),
  scale: z.object({ min: z.number(), max: z.number() }).nullable(),
  /** First and last answer, or the period. Null when there is none. */
  from: instantSchema.nullable(),
  to: instantSchema.nullable(),
  n: whole,
  /** NPS −100…100; CSAT, CSI and churn 0…100; null where there is no number. */
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  state: z.enum(RATE_STATES),
  /** Value of the wave or period before; null when there is none. */
  previous: z.number().nullable(),
  verdict: z.enum(VERDICTS).nullable(),
  formula: z.string(),
  promoters: whole.optional(),
  passives: whole.optional(),
  detractors: whole.optional(),
  satisfied: whole.optional(),
  items: z.array(z.object({ item: z.string(), n: whole, mean: z.number(), weight: z.number() })).optional(),
  start: whole.optional(),
  end: whole.optional(),
  lost: whole.nullable().optional(),
  /** (start − end) / start × 100: hides losses where new customers join; may be below 0. */
  net: z.number().nullable().optional(),
  /** NPS: `excellent` above 70, `alarm` where the interval is not above zero. */
  band: z.enum(["excellent", "alarm"]).nullable(),
  warnings: z.array(words.extend({ code: z.enum(SURVEY_WARNINGS) })),
  /** For this metric's own panel, never for an axis of NSR. `high` null: one value. */
  benchmarks: z.array(words.extend({ low: z.number(), high: z.number().nullable() })),
  /** Up to here every answer that was learned is in the number; asked again with it, the digits are the same. */
  asOf: instantSchema.nullable(),
});
export type SurveyRow = z.infer<typeof surveyRowSchema>;

/** A low answer nobody was in touch about yet. */
export const openDetractorSchema = z.object({
  id: hex32,
  brand: z.string(),
  metric: z.enum(["nps", "csat"]),
  answeredAt: instantSchema,
  score: z.number(),
  population: z.enum(POPULATIONS),
  wave: z.string(),
  segment: z.string(),
  comment: z.string().nullable(),
});
export type OpenDetractor = z.infer<typeof openDetractorSchema>;
