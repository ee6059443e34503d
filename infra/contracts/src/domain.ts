import { hash } from "node:crypto";
import { z } from "zod";

const HEX_32 = /^[0-9a-f]{32}$/;
const HEX_16 = /^[0-9a-f]{16}$/;

/** A brand's stable id, e.g. `aurora-bank`. Renaming a brand changes its title only. */
export const brandIdSchema = z.string().trim().min(1).max(200).brand<"BrandId">();
export type BrandId = z.infer<typeof brandIdSchema>;

/** A source's stable id in kebab-case, e.g. `web-reviews`. */
export const sourceIdSchema = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "kebab-case, for example app-store")
  .max(64)
  .brand<"SourceId">();
export type SourceId = z.infer<typeof sourceIdSchema>;

/** 32 hex digits: the first 128 bits of SHA-256 over brand, source and native key. */
export const mentionIdSchema = z.string().regex(HEX_32).brand<"MentionId">();
export type MentionId = z.infer<typeof mentionIdSchema>;

/** 16 hex digits: the 64-bit identity of a fact's row. */
export const eventIdSchema = z.string().regex(HEX_16).brand<"EventId">();
export type EventId = z.infer<typeof eventIdSchema>;

/** ISO-8601 in UTC with milliseconds, e.g. `2026-01-31T10:00:00.000Z`. Instants compare as strings. */
export const instantSchema = z.iso.datetime({ precision: 3, offset: false }).brand<"Instant">();
export type Instant = z.infer<typeof instantSchema>;

/** @throws {RangeError} when the time is not a date between the years 0000 and 9999. */
export const instantOf = (time: Date | number): Instant => new Date(time).toISOString() as Instant;

/** Milliseconds since 1970 of an instant. */
export const millisOf = (instant: Instant): number => Date.parse(instant);

/** The time, as an argument: nothing below the top floor reads a clock by itself. */
export type Clock = () => Instant;

export const LABELS = ["negative", "neutral", "positive"] as const;
export type Label = (typeof LABELS)[number];
/** What a mention may carry: a label, or `unscored` (no text, an unsupported language), which is never in n. */
export const GIVEN_LABELS = [...LABELS, "unscored"] as const;
export type GivenLabel = (typeof GIVEN_LABELS)[number];

/** From coarse to fine. */
export const PRECISIONS = ["year", "month", "day", "hour", "minute", "second"] as const;
export type Precision = (typeof PRECISIONS)[number];

/** A date as the source tells it: its start, how exact it is, and where it came from. */
export const sourceDateSchema = z.strictObject({
  at: instantSchema,
  precision: z.enum(PRECISIONS),
  /** `source`: printed as a date; `relative`: "two days ago", resolved; `fetch`: not told, the time of the fetch. */
  from: z.enum(["source", "relative", "fetch"]),
  /** The source told a time after the fetch; `at` is the fetch. */
  clamped: z.boolean(),
});
export type SourceDate = z.infer<typeof sourceDateSchema>;

export const ratingSchema = z
  .strictObject({ value: z.number(), min: z.number(), max: z.number() })
  .refine((r) => r.min < r.max && r.value >= r.min && r.value <= r.max, "value must lie between min and max");
export type Rating = z.infer<typeof ratingSchema>;

export const MENTION_KINDS = ["review", "comment", "post", "article"] as const;

/** Texts longer than this are cut where they enter; the crawler and the import say so. In UTF-16 units. */
export const TEXT_LIMIT = 100_000;

/**
 * Anything a person wrote about one brand at one source: the unit that flows through the pipeline.
 *
 * `null` means "the source does not say"; a missing key is a bug.
 */
export const mentionSchema = z.strictObject({
  mentionId: mentionIdSchema,
  brandId: brandIdSchema,
  sourceId: sourceIdSchema,
  kind: z.enum(MENTION_KINDS),
  url: z.string().max(4096).nullable(),
  title: z.string().max(2000).nullable(),
  /** Empty for a rating without words. */
  text: z.string().max(TEXT_LIMIT),
  rating: ratingSchema.nullable(),
  /** ISO 639-1, as the source tells it; the classifier fills in what is null. */
  language: z.string().min(2).max(16).nullable(),
  region: z.string().max(200).nullable(),
  /** Keyed hash of the author's name: 32 hex digits. */
  authorHash: z.string().regex(HEX_32).nullable(),
  reach: z.number().nonnegative().nullable(),
  /** What the company answered, and when. `precision` stands where no more than the day is known of that. */
  reply: z
    .strictObject({
      text: z.string().max(TEXT_LIMIT),
      at: instantSchema.nullable(),
      precision: z.enum(["year", "month", "day"]).optional(),
    })
    .nullable(),
  publishedAt: sourceDateSchema,
  editedAt: sourceDateSchema.nullable(),
  /** Columns of an import that have no place above. */
  extra: z.record(z.string(), z.string()),
});
export type Mention = z.infer<typeof mentionSchema>;

/** What the crawlers put on the log. `observedAt` is the time of the fetch and orders content. */
export const observationSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("seen"), mention: mentionSchema, observedAt: instantSchema }),
  z.strictObject({
    type: z.literal("gone"),
    mentionId: mentionIdSchema,
    brandId: brandIdSchema,
    sourceId: sourceIdSchema,
    observedAt: instantSchema,
  }),
]);
export type Observation = z.infer<typeof observationSchema>;

/** Each in 0…1; they add up to 1. */
export const probabilitiesSchema = z.strictObject({
  negative: z.number().min(0).max(1),
  neutral: z.number().min(0).max(1),
  positive: z.number().min(0).max(1),
});
export type Probabilities = z.infer<typeof probabilitiesSchema>;

/** What a mention is about, with the label of the clauses that speak of it. */
export const topicClauseSchema = z.strictObject({ topic: z.string().min(1).max(100), label: z.enum(LABELS) });
export type TopicClause = z.infer<typeof topicClauseSchema>;

export const sentimentSchema = z.strictObject({
  label: z.enum(GIVEN_LABELS),
  probabilities: probabilitiesSchema.nullable(),
  /** `name@version`, so a replay is visible in the data. */
  model: z.string().min(1).max(100),
});
export type Sentiment = z.infer<typeof sentimentSchema>;

const decision = {
  mentionId: mentionIdSchema,
  brandId: brandIdSchema,
  sourceId: sourceIdSchema,
  by: z.string().min(1).max(200),
  reason: z.string().max(2000).nullable(),
  decidedAt: instantSchema,
};

/** One thing we learned and when: the append-only record everything is computed from. The aggregator's only input. */
export const factSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("content"),
    mention: mentionSchema,
    observedAt: instantSchema,
    sentiment: sentimentSchema,
    /** What the model read, as `inputOf` gives it. */
    input: z.string().regex(HEX_16),
    /** The language that was read or found; null when neither. */
    language: z.string().min(2).max(16).nullable(),
    /** Each topic once, the main one first. A topic alone has the mention's label. */
    topics: z.array(z.union([topicClauseSchema, z.string().max(100)])).max(50),
    /** When topics were drawn anew over stored texts: of the facts about one text by one model the newest draw counts. Absent: with the label. */
    topicsAt: instantSchema.optional(),
    /** Id of the near-duplicate group; null when the mention stands alone. */
    group: z.string().max(64).nullable(),
  }),
  z.strictObject({
    type: z.literal("gone"),
    mentionId: mentionIdSchema,
    brandId: brandIdSchema,
    sourceId: sourceIdSchema,
    observedAt: instantSchema,
  }),
  /** A mention that stood alone turned out to be the first of a group: a copy of it came. `observedAt` is the mention's own, so that told twice it is one fact. */
  z.strictObject({
    type: z.literal("group"),
    mentionId: mentionIdSchema,
    brandId: brandIdSchema,
    sourceId: sourceIdSchema,
    group: z.string().min(1).max(64),
    observedAt: instantSchema,
  }),
  z.strictObject({ type: z.literal("human"), ...decision, label: z.enum(LABELS), audit: z.boolean() }),
  z.strictObject({ type: z.literal("exclude"), ...decision }),
  z.strictObject({ type: z.literal("undo"), ...decision, undoes: eventIdSchema }),
  /** From `decidedAt` on this model's labels count for the brand; the highest rank wins. */
  z.strictObject({
    type: z.literal("choice"),
    brandId: brandIdSchema,
    model: z.string().min(1).max(100),
    rank: z.int().nonnegative(),
    by: z.string().min(1).max(200),
    decidedAt: instantSchema,
  }),
]);
export type Fact = z.infer<typeof factSchema>;

/** A message that can never succeed, kept by its place in the log with its error code. It holds ids, not text. */
export const deadLetterSchema = z.strictObject({
  code: z.string(),
  stage: z.string(),
  topic: z.string(),
  lane: z.enum(["live", "backfill"]),
  partition: z.int().nonnegative(),
  /** Decimal digits: an offset may exceed 2^53. */
  offset: z.string().regex(/^\d+$/),
  mentionId: mentionIdSchema.nullable(),
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;

const sha256 = (parts: readonly unknown[]): string => hash("sha256", JSON.stringify(parts));

/** One text that speaks of two brands is two mentions: the brand is part of the identity. */
export const mentionIdOf = (brandId: BrandId, sourceId: SourceId, nativeKey: string): MentionId =>
  sha256([brandId, sourceId, nativeKey]).slice(0, 32) as MentionId;

/** What a source can say to tell one mention from all its others. */
export interface Identity {
  /** The source's own id in its namespace. */
  readonly nativeId: string | null;
  /** The mention's own canonical URL (not the page that lists it). */
  readonly url: string | null;
  readonly pageUrl: string | null;
  readonly author: string | null;
  /** The date as it was printed. */
  readonly printedDate: string | null;
  readonly title: string | null;
  readonly text: string;
}

/** The source's id, else the mention's own URL, else a key over page, author, date as printed and title or text. */
export const nativeKeyOf = (m: Identity): string =>
  m.nativeId ?? m.url ?? JSON.stringify([m.pageUrl, m.author, m.printedDate, m.title ?? m.text.slice(0, 200)]);

/** The 64-bit hash of what a model reads, as 16 hex digits: equal inputs have equal labels. */
export const inputOf = (m: Pick<Mention, "title" | "text" | "rating">): string =>
  sha256([m.title, m.text, m.rating === null ? null : [m.rating.value, m.rating.min, m.rating.max]]).slice(0, 16);
