import type { Report } from "@molva/contracts";
import { isolated, type Section } from "../document.ts";
import { valueText, type Style } from "../style.ts";
import { paragraph, withInterval } from "./blocks.ts";

export const competitorsSection = ({ competitors, brand }: Report, style: Style): Section | null => {
  if (competitors.length < 2) return null;
  const { words, format } = style;
  const own = competitors.find((one) => one.brand === brand);
  const names = competitors.map(({ title }) => isolated(title, 60)).join(", ");
  return {
    title: words.sectionCompetitors,
    blocks: [
      {
        kind: "table",
        caption: null,
        columns: [words.brandColumn, ...words.competitorColumns],
        rows: competitors.map(({ title, nsr, low, high, n, place }) => [
          isolated(title, 60),
          withInterval(nsr, low, high, style),
          format.count(n),
          place === null ? "—" : words.place(place.best, place.worst),
        ]),
      },
      paragraph(words.placeNote, true),
      ...(own?.voice == null
        ? []
        : [
            paragraph(
              words.voice(
                valueText("negative-share", own.voice.value, style),
                valueText("negative-share", own.voice.low, style),
                valueText("negative-share", own.voice.high, style),
                names,
              ),
            ),
          ]),
    ],
  };
};
