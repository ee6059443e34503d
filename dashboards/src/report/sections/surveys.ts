import type { Report } from "@molva/contracts";
import { isolated, type Section } from "../document.ts";
import type { Style } from "../style.ts";
import { list, paragraph, withInterval } from "./blocks.ts";

export const surveysSection = ({ surveys, openDetractors }: Report, style: Style): Section | null => {
  if (surveys.length === 0) return null;
  const { words, format, language } = style;
  const metrics = [...new Set(surveys.map(({ metric }) => metric))];
  const benchmarks = metrics.flatMap((metric) => {
    const found = surveys.find((row) => row.metric === metric)?.benchmarks ?? [];
    if (found.length === 0) return [];
    const listed = found.map(
      (one) =>
        `${isolated(one[language])} ${format.figure(one.low)}${one.high === null ? "" : `–${format.figure(one.high)}`}`,
    );
    return [paragraph(words.benchmarks(words.surveyNames[metric], listed.join(", ")), true)];
  });
  return {
    title: words.sectionSurveys,
    blocks: [
      {
        kind: "table",
        caption: null,
        columns: [words.sectionSurveys, ...words.surveyColumns],
        rows: surveys.map((row) => [
          [
            words.surveyNames[row.metric],
            ...(row.wave === null || row.wave === "" ? [] : [isolated(row.wave, 40)]),
          ].join(", ") + (row.band === null ? "" : ` (${words.surveyBand[row.band]})`),
          withInterval(row.value, row.low, row.high, style),
          format.count(row.n),
          row.previous === null ? "—" : format.rate(row.previous),
        ]),
      },
      ...benchmarks,
      ...list([...new Set(surveys.flatMap((row) => row.warnings.map((warning) => isolated(warning[language], 300))))]),
      ...(openDetractors === 0 ? [] : [paragraph(words.openDetractors(openDetractors))]),
    ],
  };
};
