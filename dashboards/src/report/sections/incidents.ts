import type { Report } from "@molva/contracts";
import { isolated, type Section } from "../document.ts";
import type { Style } from "../style.ts";
import { list, paragraph } from "./blocks.ts";

export const incidentsSection = ({ incidents }: Report, style: Style): Section => {
  const { words, format } = style;
  return {
    title: words.sectionIncidents,
    blocks:
      incidents.length === 0
        ? [paragraph(words.noIncidents)]
        : list(
            incidents.map(({ incident, useful, ...line }) =>
              [
                isolated(line[style.language], 200),
                incident.closedAt === null
                  ? `${format.dateTime(incident.since)}, ${words.incidentOpen}`
                  : words.incidentLasted(format.dateTime(incident.since), format.dateTime(incident.closedAt)),
                useful === null ? words.useful.unknown : useful ? words.useful.yes : words.useful.no,
              ].join("; "),
            ),
          ),
  };
};
