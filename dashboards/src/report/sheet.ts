import { isSummary, type Figure, type Report, type Weekly } from "@molva/contracts";

/** One number of a report as a line of a table: nothing is rounded for the eye. Texts are what others wrote: who writes the file makes them safe. */
export interface SheetRow {
  readonly section: string;
  readonly name: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number | null;
  readonly against: string | null;
  readonly previous: number | null;
  readonly previousN: number | null;
  readonly change: number | null;
  readonly changeLow: number | null;
  readonly changeHigh: number | null;
  readonly verdict: string | null;
  readonly claimed: boolean | null;
}

const EMPTY: Omit<SheetRow, "section" | "name"> = {
  value: null,
  low: null,
  high: null,
  n: null,
  against: null,
  previous: null,
  previousN: null,
  change: null,
  changeLow: null,
  changeHigh: null,
  verdict: null,
  claimed: null,
};

/** In the order of a table's columns. */
export const SHEET_COLUMNS = ["section", "name", ...(Object.keys(EMPTY) as (keyof typeof EMPTY)[])] as const;

const figureRows = (
  section: string,
  figures: readonly Figure[],
  nameOf: (figure: Figure) => string,
): readonly SheetRow[] =>
  figures.flatMap((figure): readonly SheetRow[] => {
    const { value, low, high, n, comparisons } = figure;
    const own = { ...EMPTY, section, name: nameOf(figure), value, low, high, n };
    if (comparisons.length === 0) return [own];
    return comparisons.map((one) => ({
      ...own,
      against: one.against,
      previous: one.previous,
      previousN: one.previousN,
      change: one.change,
      changeLow: one.low,
      changeHigh: one.high,
      verdict: one.verdict,
      claimed: one.claimed,
    }));
  });

const answerRows = (name: string, answers: { negative: number; answered: number } | null): readonly SheetRow[] =>
  answers === null
    ? []
    : [{ ...EMPTY, section: "unanswered", name, value: answers.negative - answers.answered, n: answers.negative }];

/** Every number of the report, or of the summary. */
export const reportRows = (weekly: Weekly): readonly SheetRow[] =>
  isSummary(weekly)
    ? weekly.rows.flatMap((row) => [
        ...figureRows(row.title, row.figures, ({ key }) => key),
        ...answerRows(row.title, row.answers),
      ])
    : brandRows(weekly);

const brandRows = (report: Report): readonly SheetRow[] => [
  ...figureRows("figures", report.figures, ({ key }) => key),
  ...report.publicRatings.map(({ title, value, count, previous }) => ({
    ...EMPTY,
    section: "public-rating",
    name: title,
    value,
    n: count,
    previous,
  })),
  ...report.line.steps.map(({ from, nsr, low, high, n }) => ({
    ...EMPTY,
    section: "nsr-by-week",
    name: from.slice(0, 10),
    value: nsr,
    low,
    high,
    n,
  })),
  ...(report.moved?.by ?? []).flatMap(({ dimension, parts }) =>
    parts.map((part) => ({
      ...EMPTY,
      section: `moved-by-${dimension}`,
      name: part.value,
      n: part.n,
      previousN: part.nBefore,
      change: part.total,
    })),
  ),
  ...report.competitors.map(({ title, nsr, low, high, n }) => ({
    ...EMPTY,
    section: "competitors",
    name: title,
    value: nsr,
    low,
    high,
    n,
  })),
  ...report.surveys.map((row) => ({
    ...EMPTY,
    section: "surveys",
    name: [row.metric, row.wave].filter((part) => part !== null && part !== "").join(" "),
    value: row.value,
    low: row.low,
    high: row.high,
    n: row.n,
    previous: row.previous,
    verdict: row.verdict,
  })),
  ...answerRows("negative mentions", report.answers),
  ...(report.answers === null || report.answers.timed === 0
    ? []
    : [
        {
          ...EMPTY,
          section: "hours-to-answer",
          name: "median",
          value: report.answers.medianHours,
          low: report.answers.medianLow,
          high: report.answers.medianHigh,
          n: report.answers.timed,
        },
      ]),
];
