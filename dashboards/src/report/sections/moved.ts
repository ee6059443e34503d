import { figureOf, type Report } from "@molva/contracts";
import type { Block, Section } from "../document.ts";
import type { Style } from "../style.ts";
import { paragraph } from "./blocks.ts";

const MOST_PARTS = 5;

export const movedSection = (report: Report, style: Style): Section => {
  const { words, format } = style;
  const { moved } = report;
  if (moved === null) return { title: words.sectionMoved, blocks: [paragraph(words.movedNone)] };
  const compared = figureOf(report, "nsr").comparisons.find(({ against }) => against === moved.against);
  const name = (dimension: "source" | "language" | "topic", value: string): string =>
    dimension === "source"
      ? style.source(value)
      : dimension === "topic"
        ? style.topic(value)
        : style.languageName(value);
  const tables = moved.by
    .filter(({ parts }) => parts.length > 1)
    .map(({ dimension, parts }): Block => {
      const rest = parts.slice(MOST_PARTS);
      const sum = (of: (part: (typeof parts)[number]) => number): number =>
        rest.reduce((all, part) => all + of(part), 0);
      const row = (title: string, before: number, n: number, total: number): readonly string[] => [
        title,
        `${format.count(before)} → ${format.count(n)}`,
        format.rate(total),
      ];
      return {
        kind: "table",
        caption: null,
        columns: [words.dimension[dimension], ...words.movedColumns],
        rows: [
          ...parts
            .slice(0, MOST_PARTS)
            .map((part) => row(name(dimension, part.value), part.nBefore, part.n, part.total)),
          ...(rest.length === 0
            ? []
            : [
                row(
                  words.movedMore(rest.length),
                  sum((p) => p.nBefore),
                  sum((p) => p.n),
                  Math.round(sum((p) => p.total) * 10) / 10,
                ),
              ]),
        ],
      };
    });
  return {
    title: words.sectionMoved,
    blocks: [
      paragraph(`${words.movedChange[moved.against]} ${format.rate(moved.change)}`),
      ...(compared?.claimed === true ? [] : [paragraph(compared?.verdict == null ? words.movedFew : words.movedNoise)]),
      ...tables,
    ],
  };
};
