import { figureOf, type FigureKey, type Report, type ReportComparison } from "@molva/contracts";
import { bare, isolated } from "./document.ts";
import { valueText, type Style } from "./style.ts";

const claimedOf = (report: Report, key: FigureKey, against: "week" | "four-weeks"): ReportComparison | undefined =>
  figureOf(report, key).comparisons.find((one) => one.against === against && one.claimed && one.previous !== null);

const ORDER: readonly FigureKey[] = ["negative-share", "mean-rating", "volume"];

/** The verdict in a line: only what stands among all that the report compares is called a change. */
export const verdictOf = (report: Report, style: Style): string => {
  const words = style.words.verdict;
  const brand = isolated(report.title, 80);
  const nsr = figureOf(report, "nsr");
  const text = (key: FigureKey, value: number | null): string => (value === null ? "—" : valueText(key, value, style));
  const { positive, neutral, negative, unscored } = report.counts;
  if (positive + neutral + negative + unscored === 0) return words.empty(brand);
  if (nsr.value === null) return words.few(brand, nsr.n);
  const now = text("nsr", nsr.value);
  const moved = claimedOf(report, "nsr", "week");
  if (moved !== undefined) return words.moved(brand, moved.verdict === "up", now, text("nsr", moved.previous));
  const key = ORDER.find((one) => claimedOf(report, one, "week") !== undefined);
  const other = key === undefined ? undefined : claimedOf(report, key, "week");
  if (key !== undefined && other !== undefined) {
    const name = style.words.figureShort[key];
    const said = words.figure(
      name,
      other.verdict === "up",
      text(key, figureOf(report, key).value),
      text(key, other.previous),
    );
    return words.other(brand, said, now);
  }
  const four = claimedOf(report, "nsr", "four-weeks");
  if (four !== undefined) return words.movedFour(brand, four.verdict === "up", now, text("nsr", four.previous));
  const week = nsr.comparisons.find(({ against }) => against === "week");
  if (week?.verdict == null) return words.unsure(brand, now, style.format.count(nsr.n));
  return words.same(brand, now);
};

export const weekNumber = (week: string): number => Number(week.slice(-2));

/** The mail's subject: one line, without signs that a mail program would show as boxes. */
export const subjectOf = (report: Report, style: Style): string =>
  bare(`${verdictOf(report, style)} (${style.words.weekShort(weekNumber(report.week))})`);
