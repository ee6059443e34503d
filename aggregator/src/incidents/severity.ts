import type { AlertNumbers, IncidentKind, Severity, SeverityReason } from "@molva/contracts";
import type { IncidentRules } from "./rules.ts";

/** What a signal is about, as far as severity goes. */
export interface Weight {
  readonly kind: IncidentKind;
  readonly numbers: AlertNumbers;
  /** Sum of the reach of the mentions; 0 where no source tells it. */
  readonly reach: number;
  /** Different texts that hold words of danger to people, and of courts and police. */
  readonly safety: number;
  readonly law: number;
}

/** Two texts may be one person's; three that speak of the same danger are heard. */
const DANGEROUS = 3;

const BASE: Readonly<Record<IncidentKind, Severity>> = {
  "negative-spike": "warning",
  "topic-surge": "warning",
  "rating-drop": "warning",
  level: "warning",
  silence: "warning",
  "volume-spike": "info",
  drift: "info",
};

/** How severe it is, and why. Size, reach and words make a spike of negative mentions critical; nothing else is. */
export const severityOf = (
  weight: Weight,
  rules: IncidentRules,
): { readonly severity: Severity; readonly reasons: readonly SeverityReason[] } => {
  const { kind, numbers } = weight;
  const base = BASE[kind];
  if (kind === "level") return { severity: base, reasons: ["level"] };
  if (kind !== "negative-spike" && kind !== "topic-surge") return { severity: base, reasons: [] };
  const observed = numbers.observed ?? 0;
  const grave: SeverityReason[] = [];
  if (observed >= rules.criticalVolume && observed >= rules.criticalRatio * Math.max(1, numbers.expected ?? 1))
    grave.push("size");
  if (weight.reach >= rules.criticalReach) grave.push("reach");
  if (weight.safety >= DANGEROUS) grave.push("safety");
  if (weight.law >= DANGEROUS) grave.push("law");
  return grave.length > 0 ? { severity: "critical", reasons: grave } : { severity: base, reasons: ["size"] };
};

/** One step more severe, for a planned event that raises. */
export const raised = (severity: Severity): Severity => (severity === "info" ? "warning" : "critical");
