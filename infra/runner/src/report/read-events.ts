import { listAnswers, listCorrectedDays, listIncidents, listNotes } from "@molva/aggregator";
import type { Brand, Instant, Report, Store } from "@molva/contracts";
import { wordIncident } from "@molva/dashboards/messages";
import { isWithin } from "./read-weeks.ts";
import type { Week } from "./weeks.ts";

/** What happened to a brand: it stands on the line of weeks, in the list of incidents and under the quality of the data. */
export interface Events {
  readonly incidents: Report["incidents"];
  readonly marks: Report["line"]["marks"];
  readonly corrections: Report["quality"]["corrections"];
}

const MOST_INCIDENTS = 10;
const MOST_CORRECTIONS = 20;

const incidentsOf = async (store: Store, brand: Brand, from: Instant, to: Instant, zone: string) => {
  const all = await listIncidents(store, { brand: brand.id, from, to });
  const answers = all.length === 0 ? [] : await listAnswers(store, brand.id);
  return all
    .filter(({ joins }) => joins === null)
    .map((incident) => {
      const said = answers.findLast(
        ({ incidentId, answer }) => incidentId === incident.id && (answer === "useful" || answer === "not-useful"),
      );
      const line = (language: "en" | "ru"): string => wordIncident(incident, brand.title, language, zone);
      return { incident, useful: said === undefined ? null : said.answer === "useful", en: line("en"), ru: line("ru") };
    });
};

/** `start` is where the line of weeks begins. `asOf`: what was learned later is left out; null leaves out nothing. */
export const readEvents = async (
  store: Store,
  brand: Brand,
  { week, start, zone, asOf }: { week: Week; start: Instant; zone: string; asOf: Instant | null },
): Promise<Events> => {
  const { from, to } = week;
  const isKnown = (at: Instant): boolean => asOf === null || at <= asOf;
  const incidents = (await incidentsOf(store, brand, start, to, zone)).filter(({ incident }) =>
    isKnown(incident.since),
  );
  const corrections = (await listCorrectedDays(store, brand.id)).filter(({ decided }) => isKnown(decided));
  const notes = (await listNotes(store, brand.id)).filter(({ writtenAt }) => isKnown(writtenAt));
  return {
    incidents: incidents
      .filter(({ incident }) => incident.closedAt === null || incident.closedAt >= from)
      .slice(0, MOST_INCIDENTS),
    marks: [
      ...incidents
        .filter(({ incident }) => incident.severity !== "info")
        .map(({ incident, en, ru }) => ({ kind: "incident" as const, at: incident.since, en, ru })),
      ...notes
        .filter((note) => isWithin(note.from, start, to))
        .map((note) => ({ kind: "note" as const, at: note.from, en: note.text, ru: note.text })),
      ...corrections
        .filter((day) => isWithin(day.from, start, to))
        .map((day) => ({ kind: "correction" as const, at: day.from, en: day.en, ru: day.ru })),
    ],
    corrections: corrections
      .filter((day) => isWithin(day.decided, from, to))
      .map(({ en, ru }) => ({ en, ru }))
      .slice(0, MOST_CORRECTIONS),
  };
};
