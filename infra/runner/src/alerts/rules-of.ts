import { INCIDENT_RULES, type IncidentRules } from "@molva/aggregator";
import type { Config } from "@molva/platform";

const HOUR_MS = 3_600_000;

/** The configured rules of incidents, over the defaults. */
export const rulesOf = ({ alerts }: Pick<Config, "alerts">): IncidentRules => {
  const [from, to] = (alerts.quietHours ?? "").split("-").map(Number);
  return {
    ...INCIDENT_RULES,
    closeHours: alerts.closeAfter / HOUR_MS,
    warningsPerWeek: alerts.warningsPerWeek,
    quiet: alerts.quietHours === undefined || from === undefined || to === undefined ? null : { from, to },
    digestHour: alerts.digestHour,
    criticalReach: alerts.criticalReach,
  };
};
