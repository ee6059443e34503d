import type { Report } from "@molva/contracts";
import { isolated, type Block, type Section } from "../document.ts";
import { intervalText, type Style } from "../style.ts";
import { list, paragraph, rateOr } from "./blocks.ts";

/** Name of the picture in a mail. */
export const LINE_CID = "nsr-line";
export const LINE_SIZE = { width: 592, height: 240 } as const;

/** Marks of the line, numbered; those of one week share a place. */
export const marksOf = (report: Report): readonly { readonly step: number; readonly number: number }[] => {
  const starts = report.line.steps.map(({ from }) => from);
  return report.line.marks.slice(-9).map(({ at }, i) => ({
    step: Math.max(
      0,
      starts.findLastIndex((from) => from <= at),
    ),
    number: i + 1,
  }));
};

/** The reported week a year before, in words: the picture alone tells it to nobody who does not see it. */
const sameWeek = ({ line }: Report, style: Style): readonly Block[] => {
  const last = line.steps.at(-1);
  if (last === undefined || last.lastYear === null || last.lastYearN === 0) return [];
  const { words, format } = style;
  const interval = intervalText("nsr", last.lastYearLow, last.lastYearHigh, style);
  return [
    paragraph(words.sameWeekLastYear(format.rate(last.lastYear), interval, words.n(format.count(last.lastYearN)))),
  ];
};

export const lineSection = (report: Report, style: Style): Section => {
  const { words, format } = style;
  const { steps } = report.line;
  const first = steps.find(({ nsr }) => nsr !== null);
  const last = steps.at(-1);
  const alt = words.lineAlt(
    isolated(report.title, 80),
    first === undefined ? words.lineNone : words.lineFirst(format.shortDay(first.from), rateOr(first.nsr, style)),
    words.lineLast(rateOr(last?.nsr ?? null, style)),
  );
  const marks = report.line.marks
    .slice(-9)
    .map((mark, i) =>
      words.markLine(
        String(i + 1),
        format.shortDay(mark.at),
        words.marks[mark.kind],
        isolated(mark[style.language], 200),
      ),
    );
  return {
    title: words.sectionLine,
    blocks: [
      { kind: "picture", cid: LINE_CID, ...LINE_SIZE, alt },
      paragraph(steps.some(({ lastYear }) => lastYear !== null) ? words.lastYear : words.noLastYear, true),
      ...sameWeek(report, style),
      ...list(marks),
      {
        kind: "table",
        caption: words.weekTable,
        columns: words.weekColumns,
        rows: steps.map(({ from, nsr, low, high, n }) => [
          format.shortDay(from),
          nsr === null ? "—" : format.rate(nsr),
          low === null || high === null ? "—" : `${format.rate(low)} … ${format.rate(high)}`,
          format.count(n),
        ]),
      },
    ],
  };
};
