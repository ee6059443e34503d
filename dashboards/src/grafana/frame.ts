import { DashboardCursorSync, type AnnotationQuery, type Dashboard, type DashboardLink } from "@grafana/schema";
import { GREY, ORANGE } from "./palette.ts";
import * as sql from "./queries.ts";
import { SOURCE, table } from "./query.ts";
import type { Words } from "./words.ts";

export type Kind = "overview" | "brand";

/** Stable: links, alerts and bookmarks name it. */
export const uidOf = (kind: Kind, language: Words["language"]): string => `molva-${kind}-${language}`;

const linkTo = (title: string, uid: string, includeVars: boolean): DashboardLink => ({
  type: "link",
  title,
  url: `/d/${uid}`,
  icon: "external link",
  tooltip: title,
  tags: [],
  asDropdown: false,
  targetBlank: false,
  includeVars,
  keepTime: true,
});

const events = (name: string, kind: "incident" | "note", words: Words, iconColor: string): AnnotationQuery => ({
  name,
  enable: true,
  iconColor,
  datasource: SOURCE,
  target: { ...table(sql.events(kind, words.language)), refId: "annotation" },
});

/** What both dashboards share: classic JSON, as Grafana 10 to 13 load it. */
export const frameOf = (kind: Kind, words: Words): Dashboard => ({
  uid: uidOf(kind, words.language),
  id: null,
  schemaVersion: 42,
  title: (kind === "overview" ? words.overview : words.brandDashboard).title,
  description: (kind === "overview" ? words.overview : words.brandDashboard).description,
  tags: ["molva", words.language],
  editable: true,
  graphTooltip: DashboardCursorSync.Crosshair,
  timezone: "browser",
  time: { from: "now-30d", to: "now" },
  refresh: "1m",
  links: [
    ...(kind === "brand" ? [linkTo(words.backToOverview, uidOf("overview", words.language), false)] : []),
    linkTo(words.other.title, uidOf(kind, words.other.language), true),
  ],
  annotations: {
    list: [events(words.events.incidents, "incident", words, ORANGE), events(words.events.notes, "note", words, GREY)],
  },
});
