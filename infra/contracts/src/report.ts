import { z } from "zod";
import { brandIdSchema, GIVEN_LABELS, instantSchema } from "./domain.ts";
import { incidentSchema } from "./incidents.ts";
import { ADJUSTED_STATES, RATE_STATES, VERDICTS } from "./numbers.ts";
import { surveyRowSchema } from "./survey.ts";

const count = z.int().nonnegative();
const bound = z.number().nullable();

/** What a number is compared with: the week before, or the four weeks before. */
export const AGAINST = ["week", "four-weeks"] as const;
export type Against = (typeof AGAINST)[number];

const comparisonSchema = z.strictObject({
  against: z.enum(AGAINST),
  /** Of four weeks: over all their mentions together; of volumes a week. */
  previous: bound,
  previousN: count,
  /** In the unit of the number, of volumes in percent; with its 95 % interval. Null where there is none. */
  change: bound,
  low: bound,
  high: bound,
  /** How often chance alone brings as much; null where nothing may be claimed (n < 100 on either side). */
  p: bound,
  /** By the interval alone. */
  verdict: z.enum(VERDICTS).nullable(),
  /** Whether the verdict stands among all that the report compares (false discovery rate 10 %). */
  claimed: z.boolean(),
});
export type ReportComparison = z.infer<typeof comparisonSchema>;

export const FIGURES = ["nsr", "volume", "negative-share", "mean-rating"] as const;
export type FigureKey = (typeof FIGURES)[number];

/** A number with all that must stand beside it. NSR and shares in percent, ratings in stars of five, volume in mentions. */
export const figureSchema = z.strictObject({
  key: z.enum(FIGURES),
  value: bound,
  low: bound,
  high: bound,
  n: count,
  state: z.enum(RATE_STATES),
  comparisons: z.array(comparisonSchema),
});
export type Figure = z.infer<typeof figureSchema>;

const stepSchema = z.strictObject({
  from: instantSchema,
  n: count,
  nsr: bound,
  low: bound,
  high: bound,
  /** NSR of the same week of the year before, with its interval; null where not known. */
  lastYear: bound,
  lastYearLow: bound.default(null),
  lastYearHigh: bound.default(null),
  lastYearN: count.default(0),
});

const markSchema = z.strictObject({
  kind: z.enum(["incident", "correction", "note", "gap"]),
  at: instantSchema,
  en: z.string(),
  ru: z.string(),
});

const partSchema = z.strictObject({
  value: z.string(),
  n: count,
  nBefore: count,
  mix: z.number(),
  rate: z.number(),
  total: z.number(),
});

const evidenceSchema = z.strictObject({
  id: z.string(),
  source: z.string(),
  publishedAt: instantSchema,
  precision: z.string(),
  label: z.enum(GIVEN_LABELS),
  rating: bound,
  ratingMax: bound,
  topics: z.array(z.string()),
  /** Null when retention or a person has taken it. Cut to some hundred characters. */
  text: z.string().nullable(),
  url: z.string().nullable(),
  copies: count,
  answered: z.boolean(),
});
export type ReportEvidence = z.infer<typeof evidenceSchema>;

/** What every weekly report says of itself. */
export const reportHead = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  brand: brandIdSchema,
  title: z.string(),
  /** ISO week, e.g. `2026-W46`, `[from, to)` in the zone. */
  week: z.string(),
  from: instantSchema,
  to: instantSchema,
  zone: z.string(),
  /** The point of the log up to which all is applied; null when nothing was ever learned. */
  asOf: instantSchema.nullable(),
  madeAt: instantSchema,
  sourceTitles: z.record(z.string(), z.string()),
});

/** The report of one brand and week, in no language yet: every number and text that any of its forms shows. */
export const reportSchema = reportHead.extend({
  counts: z.strictObject({ positive: count, neutral: count, negative: count, unscored: count, originals: count }),
  figures: z.array(figureSchema),
  adjusted: z
    .strictObject({
      value: z.number(),
      low: z.number(),
      high: z.number(),
      state: z.enum(ADJUSTED_STATES),
      audits: count,
    })
    .nullable(),
  publicRatings: z.array(
    z.strictObject({
      source: z.string(),
      title: z.string(),
      value: z.number(),
      max: z.number(),
      count: z.number().nullable(),
      previous: bound,
      at: instantSchema,
    }),
  ),
  line: z.strictObject({ steps: z.array(stepSchema), marks: z.array(markSchema) }),
  /** What moved the rate: against the week before, or against four weeks where only that change is claimed; null without a rate in both. */
  moved: z
    .strictObject({
      against: z.enum(AGAINST),
      change: z.number(),
      by: z.array(
        z.strictObject({
          dimension: z.enum(["source", "language", "topic"]),
          mix: z.number(),
          rate: z.number(),
          parts: z.array(partSchema),
        }),
      ),
    })
    .nullable(),
  negative: z.array(evidenceSchema),
  positive: z.array(evidenceSchema),
  incidents: z.array(
    z.strictObject({ incident: incidentSchema, useful: z.boolean().nullable(), en: z.string(), ru: z.string() }),
  ),
  competitors: z.array(
    z.strictObject({
      brand: z.string(),
      title: z.string(),
      nsr: bound,
      low: bound,
      high: bound,
      n: count,
      state: z.enum(RATE_STATES),
      volume: count,
      /** Share of voice among those listed; percent, Wilson. */
      voice: z.strictObject({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
      /** The best and the worst place that the intervals leave open; null without a rate. */
      place: z.strictObject({ best: z.int().positive(), worst: z.int().positive() }).nullable(),
    }),
  ),
  surveys: z.array(surveyRowSchema),
  /** Low answers of surveys that nobody was in touch about. */
  openDetractors: count,
  /** How negative mentions were answered; null where no source of the week shows answers, so that nothing is known. */
  answers: z
    .strictObject({
      /** Where answers are seen: the counts are of their mentions. */
      sources: z.array(z.string()),
      /** Sources of the week that show none: of their mentions nothing is known. */
      unknown: z.array(z.string()).default([]),
      negative: count,
      answered: count,
      /** Of the answered ones, those where both times are told to the hour: the median rests on them, and has a 95 % interval from ten on. */
      timed: count.default(0),
      medianHours: bound,
      medianLow: bound.default(null),
      medianHigh: bound.default(null),
    })
    .nullable(),
  quality: z.strictObject({
    unwell: z.array(
      z.strictObject({ source: z.string(), title: z.string(), state: z.string(), since: instantSchema.nullable() }),
    ),
    byModel: count,
    unsure: count,
    byPerson: count,
    models: z.array(z.strictObject({ model: z.string(), count })),
    /** Mentions drawn at random and labelled by people, and how many of them the model labelled the same; over all time. */
    audits: z.strictObject({ n: count, agreed: count }).nullable(),
    corrections: z.array(z.strictObject({ en: z.string(), ru: z.string() })),
    /** Reports sent before whose NSR is another now. */
    earlier: z.array(z.strictObject({ week: z.string(), sent: bound, sentN: count, now: bound, nowN: count })),
  }),
});
export type Report = z.infer<typeof reportSchema>;

export const figureOf = (report: Report, key: FigureKey): Figure => {
  const found = report.figures.find((figure) => figure.key === key);
  if (found === undefined) throw new RangeError(`the report has no ${key}`);
  return found;
};
