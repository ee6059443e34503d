import type { Severity } from "@molva/contracts";

/** What decides over messages; all of it has defaults, and stands in the configuration's section `alerts`. */
export interface IncidentRules {
  /** Calm hours after which an incident is over. */
  readonly closeHours: number;
  /** Hours after its end in which the same thing is no new incident. Spikes have their own, in the detector. */
  readonly coolDownHours: number;
  /** Warnings a brand and seven days; what is more goes into the digest. Critical ones are never held. */
  readonly warningsPerWeek: number;
  /** Local hours in which only critical ones are told, `[from, to)`; null: none. */
  readonly quiet: { readonly from: number; readonly to: number } | null;
  /** Local hour of the digest. */
  readonly digestHour: number;
  /** Times the last told count from which it has grown. */
  readonly growth: number;
  /** Least time between two messages of one incident; hours. */
  readonly apartHours: number;
  /** Tell its end to those who were told of it, from this severity on; null: never. */
  readonly tellClosed: Severity | null;
  /** Times the usual, at which size alone makes an incident critical. */
  readonly criticalRatio: number;
  /** Mentions that it then must have. */
  readonly criticalVolume: number;
  /** Sum of reach that makes it critical. */
  readonly criticalReach: number;
}

export const INCIDENT_RULES: IncidentRules = {
  closeHours: 6,
  coolDownHours: 24,
  warningsPerWeek: 2,
  quiet: null,
  digestHour: 9,
  growth: 2,
  apartHours: 1,
  tellClosed: "critical",
  criticalRatio: 8,
  criticalVolume: 20,
  criticalReach: 100_000,
};
