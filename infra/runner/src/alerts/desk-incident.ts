import type { Answer, Brand, Incident, IncidentAnswer } from "@molva/contracts";
import type { DeskIncident } from "@molva/dashboards";
import { wordIncident } from "@molva/dashboards/messages";

const lineOf = (incident: Incident, brands: readonly Brand[], zone: string): DeskIncident["line"] => {
  const brand = brands.find(({ id }) => id === incident.brandId);
  const line = (language: "en" | "ru"): string =>
    wordIncident(incident, brand?.title ?? incident.brandId, language, brand?.timezone ?? zone);
  return { en: line("en"), ru: line("ru") };
};

/** What people finally think of it: of each person the last word counts. */
const judgements = (said: readonly IncidentAnswer[]): { readonly useful: number; readonly notUseful: number } => {
  const last = new Map(
    said.filter(({ answer }) => answer === "useful" || answer === "not-useful").map(({ by, answer }) => [by, answer]),
  );
  const count = (wanted: Answer): number => [...last.values()].filter((answer) => answer === wanted).length;
  return { useful: count("useful"), notUseful: count("not-useful") };
};

/** An incident as the page shows it. @param known where the one that it is part of is looked up */
export const deskIncident = (
  incident: Incident,
  known: readonly Incident[],
  answers: readonly IncidentAnswer[],
  brands: readonly Brand[],
  zone: string,
): DeskIncident => {
  const said = answers.filter(({ incidentId }) => incidentId === incident.id);
  const last = (answer: Answer): DeskIncident["taken"] => {
    const found = said.findLast((one) => one.answer === answer);
    return found === undefined ? null : { by: found.by, at: found.at };
  };
  const host = incident.joins === null ? undefined : known.find(({ id }) => id === incident.joins);
  const { numbers } = incident;
  return {
    id: incident.id,
    brand: incident.brandId,
    kind: incident.kind,
    severity: incident.severity,
    reasons: [...incident.reasons],
    source: incident.source,
    line: lineOf(incident, brands, zone),
    since: incident.since,
    until: incident.lastUnusualAt,
    closedAt: incident.closedAt,
    observed: incident.peak.observed,
    expected: numbers.expected,
    hours: numbers.hours,
    share: numbers.share,
    usualShare: numbers.usualShare,
    toldAt: incident.told?.at ?? null,
    messages: incident.messages,
    held: incident.held,
    joins: host === undefined ? null : lineOf(host, brands, zone),
    muted: said.some(({ answer }) => answer === "mute"),
    taken: last("take"),
    resolved: last("resolve"),
    ...judgements(said),
  };
};
