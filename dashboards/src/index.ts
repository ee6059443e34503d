export { createDesk, type Desk, type DeskOptions, type Door } from "./desk/create-desk.ts";
export type { AuditCard, DeskAudits, DeskAuditStanding } from "./desk/audits.ts";
export type { DeskIncidentActs } from "./desk/incident-acts.ts";
export type {
  DayCounts,
  DeskBrand,
  DeskIncident,
  DeskProgress,
  DeskReads,
  MentionFilter,
  MentionPage,
  RollingWindow,
} from "./desk/reads.ts";
