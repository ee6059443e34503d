import type { Report } from "@molva/contracts";
import { rateLine, renderChart } from "../charts/index.ts";
import type { Language } from "../wording/format.ts";
import { LINE_SIZE, marksOf } from "./sections/line.ts";
import { styleOf } from "./style.ts";

/** The twelve weeks as a PNG, its marks numbered as in the list below it. */
export const reportPicture = async (report: Report, language: Language): Promise<Uint8Array> => {
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
