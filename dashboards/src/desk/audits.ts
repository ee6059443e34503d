import { instantSchema, LABELS, type Label } from "@molva/contracts";
import { z } from "zod";

const count = z.int().nonnegative();
const id = z.string().regex(/^[0-9a-f]{32}$/);
const event = z.string().regex(/^[0-9a-f]{16}$/);
const who = z.string().trim().min(1).max(200);
const name = z.string().min(1).max(200);

/** What a person needs to judge, and nothing that a machine thinks. */
const auditCardSchema = z.object({
  id,
  brand: z.string(),
  source: z.string(),
  publishedAt: instantSchema,
  rating: z.number().nullable(),
  ratingMax: z.number().nullable(),
  title: z.string().nullable(),
  text: z.string(),
  url: z.string().nullable(),
});
export type AuditCard = z.infer<typeof auditCardSchema>;

const percent = z.number().min(-200).max(200).nullable();

/** How a brand, or one of its sources, stands: what was audited, and what more would buy. Widths in points to either side. */
const auditStandingSchema = z.object({
  brand: z.string(),
  title: z.string(),
  /** Null: all sources. */
  source: z.string().nullable(),
  n: count,
  audits: count,
  agreement: percent,
  bias: percent,
  kappa: z.number().nullable(),
  /** Now; null while too few audits correct anything. */
  halfWidth: z.number().nonnegative().nullable(),
  /** With so many audits more, as far as there are mentions. */
  more: z.array(z.object({ audits: count, halfWidth: z.number().nonnegative() })),
  /** Audits in all for widths that people ask for. */
  needed: z.array(z.object({ halfWidth: z.number().positive(), audits: count })),
});
export type DeskAuditStanding = z.infer<typeof auditStandingSchema>;

export const auditDrawAskSchema = z.strictObject({ brand: name, source: name.optional() });
export const auditDrawAnswerSchema = z.object({ mentions: z.array(auditCardSchema) });
export type AuditDraw = z.infer<typeof auditDrawAnswerSchema>;
export const auditStandingsAnswerSchema = z.object({ zone: z.string(), rows: z.array(auditStandingSchema) });
export type AuditStandings = z.infer<typeof auditStandingsAnswerSchema>;
export const auditLabelAskSchema = z.strictObject({ id, label: z.enum(LABELS), by: who });
export const auditDoneSchema = z.object({ event: event.nullable() });
export type AuditDone = z.infer<typeof auditDoneSchema>;
export const auditUndoAskSchema = z.strictObject({ event, by: who });

/** What the audit screen asks of the program: the same as `molva audit next`, `label`, `status` and `molva undo`. */
export interface DeskAudits {
  /** The next ones in the installation's random order, blind. */
  draw(of: { readonly brand: string; readonly source: string | null }): Promise<readonly AuditCard[]>;
  standings(): Promise<readonly DeskAuditStanding[]>;
  /** @throws {PipelineError} `USAGE` when the mention was not drawn at random, or is not known. */
  label(told: {
    readonly id: string;
    readonly label: Label;
    readonly by: string;
  }): Promise<{ readonly event: string | null }>;
  /** Takes an audit back. @throws {PipelineError} `USAGE` when it is none. */
  undo(told: { readonly event: string; readonly by: string }): Promise<{ readonly event: string | null }>;
}
