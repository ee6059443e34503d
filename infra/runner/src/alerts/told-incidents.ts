import { type ToldIncident } from "@molva/aggregator";
import type { Brand, Incident } from "@molva/contracts";
import { wordIncident } from "@molva/dashboards/messages";

/** Incidents with their line in both languages, as dashboards annotate them. */
export const toldIncidents = (incidents: readonly Incident[], brand: Brand, zone: string): readonly ToldIncident[] =>
  incidents.map((incident) => ({
    incident,
    en: wordIncident(incident, brand.title, "en", brand.timezone ?? zone),
    ru: wordIncident(incident, brand.title, "ru", brand.timezone ?? zone),
  }));
