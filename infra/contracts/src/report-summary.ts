import { z } from "zod";
import { brandIdSchema, instantSchema } from "./domain.ts";
import { figureSchema, reportHead, reportSchema } from "./report.ts";

const count = z.int().nonnegative();

const rowSchema = z.strictObject({
  brand: brandIdSchema,
  title: z.string(),
  /** The week in the brand's own zone, half-open. */
  from: instantSchema,
  to: instantSchema,
  zone: z.string(),
  /** Against the week before alone. `claimed` stands among all that the summary compares, of every brand. */
  figures: z.array(figureSchema),
  /** Mentions without a label, in the volume and not in n. */
  unscored: count,
  /** The best and the worst place by NSR that the intervals leave open; null without a rate. */
  place: z.strictObject({ best: z.int().positive(), worst: z.int().positive() }).nullable(),
  openIncidents: count,
  /** Negative mentions at sources that show answers, and the answered ones; null where none shows any: then nothing is known. */
  answers: z.strictObject({ negative: count, answered: count }).nullable(),
  openDetractors: count,
  unwell: z.array(z.strictObject({ source: z.string(), state: z.string() })),
});
export type SummaryRow = z.infer<typeof rowSchema>;

/** The report of several brands side by side: one mail for who has many. Every number is the one that the brand's own report holds. */
export const summarySchema = reportHead.extend({
  kind: z.literal("summary"),
  /** No brand's id: `_summary`, or with a hash of the brands where it is not over all of them. */
  brand: brandIdSchema,
  rows: z.array(rowSchema),
});
export type Summary = z.infer<typeof summarySchema>;

/** What goes out once a week: a brand's report, or several brands side by side. */
export const weeklySchema = z.union([summarySchema, reportSchema]);
export type Weekly = z.infer<typeof weeklySchema>;

export const isSummary = (weekly: Weekly): weekly is Summary => "kind" in weekly;
