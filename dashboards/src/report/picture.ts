import { isSummary, type Report, type Summary, type Weekly } from "@molva/contracts";
import { rateLine, rateRows, renderChart } from "../charts/index.ts";
import type { Language } from "../wording/format.ts";
import { LINE_SIZE, marksOf } from "./sections/line.ts";
import { plain } from "./document.ts";
import { styleOf } from "./style.ts";
import { figureIn } from "./summary/rows.ts";
import { rowsHeight, shownRows, SUMMARY_WIDTH } from "./summary/sections.ts";

/** The twelve weeks, the marks numbered as in the list below the picture. */
const weeksPicture = async (report: Report, language: Language): Promise<Uint8Array> => {
  const { format, words } = styleOf(language, report);
  const { steps } = report.line;
  const marks = new Map<number, string>();
  for (const { step, number } of marksOf(report)) marks.set(step, [marks.get(step), number].filter(Boolean).join(", "));
  return renderChart(
    rateLine({
      steps: steps.map(({ from, nsr, low, high, n }) => ({ name: format.shortDay(from), value: nsr, low, high, n })),
      marks: [...marks].map(([step, name]) => ({ step, name })),
      axis: words.lineAxis,
      before: steps.map(({ lastYear }) => lastYear),
      percent: (value) => format.tick(value),
    }),
    LINE_SIZE,
  );
};

/** The brands' rates with their intervals, in the order of the table. */
const brandsPicture = async (summary: Summary, language: Language): Promise<Uint8Array> => {
  const { format, words } = styleOf(language, summary);
  const rows = shownRows(summary);
  return renderChart(
    rateRows({
      rows: rows.map((row) => {
        const { value, low, high } = figureIn(row, "nsr");
        return { name: plain(row.title, 40), value, low, high };
      }),
      axis: words.lineAxis,
      percent: (value) => format.tick(value),
    }),
    { width: SUMMARY_WIDTH, height: rowsHeight(rows.length) },
  );
};

/** The picture of a report as a PNG: of a brand its twelve weeks, of many their rates side by side. */
export const reportPicture = (weekly: Weekly, language: Language): Promise<Uint8Array> =>
  isSummary(weekly) ? brandsPicture(weekly, language) : weeksPicture(weekly, language);
