export { createDesk, type Desk, type DeskOptions, type Door } from "./desk/create-desk.ts";
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
