import type { Report } from "@molva/contracts";
import type { Section } from "../document.ts";
import { cardOf, changesOf, type Style } from "../style.ts";
import { paragraph } from "./blocks.ts";

export const figuresSection = (report: Report, style: Style): Section => {
  const { words, format } = style;
  const { adjusted } = report;
  return {
    title: words.sectionFigures,
    blocks: [
      { kind: "figures", cards: report.figures.map((figure) => cardOf(figure, style)) },
      ...(report.figures.some(({ value, comparisons }) => value !== null && comparisons.length > 0)
        ? [{ kind: "list" as const, items: changesOf(report.figures, style) }]
        : []),
      ...report.publicRatings.map(({ source, value, max, count, previous }) =>
        paragraph(
          words.publicRating(
            style.source(source),
            format.figure(value),
            format.figure(max),
            count === null ? null : format.count(count),
            previous === null ? null : format.figure(previous),
          ),
        ),
      ),
      ...(adjusted === null
        ? []
        : [
            paragraph(
              words.adjusted(
                format.rate(adjusted.value),
                format.rate(adjusted.low),
                format.rate(adjusted.high),
                adjusted.audits,
              ),
            ),
          ]),
      paragraph(words.formulas, true),
    ],
  };
};
