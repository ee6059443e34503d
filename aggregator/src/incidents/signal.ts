import {
  SEVERITIES,
  type AlertNumbers,
  type BrandId,
  type IncidentAnswer,
  type IncidentKind,
  type Instant,
  type MentionId,
  type PlannedEvent,
  type Severity,
} from "@molva/contracts";
import type { IncidentRules } from "./rules.ts";
import type { Weight } from "./severity.ts";

/** What one rule says now of one brand: the input of the incidents' life. */
export interface Signal extends Weight {
  readonly kind: IncidentKind;
  readonly topic: string | null;
  readonly source: string | null;
  /** Whether it is unusual now. */
  readonly active: boolean;
  /** Whether it may open an incident: of a spike, its first unusual step. */
  readonly opens: boolean;
  /** When the window that is judged began. */
  readonly since: Instant;
  /** Last moment at which it was unusual; with `active` the step's end. */
  readonly at: Instant;
  readonly numbers: AlertNumbers;
  readonly mentions: readonly MentionId[];
}

/** What surrounds a look at a brand. */
export interface Circumstances {
  readonly brandId: BrandId;
  readonly now: Instant;
  /** IANA zone of quiet hours and digests. */
  readonly zone: string;
  readonly rules: IncidentRules;
  readonly answers: readonly IncidentAnswer[];
  readonly planned: readonly PlannedEvent[];
}

export const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);
