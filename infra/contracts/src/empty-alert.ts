import type { Alert, AlertNumbers } from "./alerts.ts";

/** The numbers of an alert for which nothing was measured; `strength` 0 says that it alerts of nothing. */
export const NOTHING_MEASURED: AlertNumbers = {
  hours: 1,
  observed: null,
  expected: null,
  n: null,
  originals: null,
  share: null,
  usualShare: null,
  shareChange: null,
  level: null,
  before: null,
  strength: 0,
  thresholds: {},
};

/** An alert that tells of one moment and of nothing measured: what messages that are about no incident start from. */
export const emptyAlert = (
  about: Pick<Alert, "event" | "kind" | "brandId"> & { readonly id: string; readonly at: Alert["decidedAt"] },
): Alert => ({
  alertId: about.id,
  incidentId: about.id,
  sequence: 0,
  event: about.event,
  kind: about.kind,
  severity: "info",
  reasons: [],
  brandId: about.brandId,
  topic: null,
  source: null,
  decidedAt: about.at,
  since: about.at,
  until: null,
  asOf: null,
  numbers: NOTHING_MEASURED,
  sources: [],
  topics: [],
  mentions: [],
  evidence: [],
  unwell: [],
  steps: [],
  gathers: [],
  channels: [],
});
