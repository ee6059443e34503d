import { createHash } from "node:crypto";
import { reportSchema, type Clock, type Figure, type Instant, type Report } from "@molva/contracts";
import { medianOf } from "@molva/numbers";
import { besideOthers } from "./beside.ts";
import { readBoards, type Board, type BoardQuestion, type ReportParts } from "./read-board.ts";
import { gapsOf, stepsOf } from "./read-weeks.ts";

/** Reports of the brand that were made before, of other weeks. */
type Earlier = readonly Pick<Report, "week" | "from" | "figures">[];

const MOST_MARKS = 40;
const MOST_SURVEYS = 12;

/** What became of the NSR of reports that were sent before. */
const earlierOf = ({ weeks }: Board, earlier: Earlier): Report["quality"]["earlier"] =>
  earlier.flatMap(({ week, from, figures }) => {
    const then: Figure | undefined = figures.find(({ key }) => key === "nsr");
    const now = weeks.rows.find((row) => row.from === from);
    if (then === undefined || now === undefined || (then.value === now.nsr && then.n === now.n)) return [];
    return [{ week, sent: then.value, sentN: then.n, now: now.nsr, nowN: now.n }];
  });

/** Where no source shows answers nothing is known of them, which is no 0. */
const answersOf = ({ quality: { answers } }: Board): Report["answers"] => {
  const { hours, sources, unknown, ...counts } = answers;
  const { n, value, low, high } = medianOf(hours);
  return sources.length === 0
    ? null
    : {
        ...counts,
        sources: [...sources],
        unknown: [...unknown],
        timed: n,
        medianHours: value,
        medianLow: low,
        medianHigh: high,
      };
};

const adjustedOf = ({ measured }: Board): Report["adjusted"] => {
  const { nsrAdjusted, adjustedLow, adjustedHigh, adjustedState, audits } = measured;
  return nsrAdjusted === null || adjustedLow === null || adjustedHigh === null
    ? null
    : {
        value: nsrAdjusted,
        low: adjustedLow,
        high: adjustedHigh,
        state: adjustedState ?? "uncorrected",
        audits: audits ?? 0,
      };
};

/** Of a subject, week and point always the same. */
export const reportIdOf = (subject: string, week: string, asOf: Instant | null): string =>
  createHash("sha256")
    .update(JSON.stringify(["report", subject, week, asOf]))
    .digest("hex")
    .slice(0, 12);

export const reportOf = (
  board: Board,
  earlier: Earlier,
  { clock, brands, sourceTitles }: { readonly clock: Clock } & Pick<ReportParts, "brands" | "sourceTitles">,
): Report => {
  const { brand, week, zone, asOf, measured, explained, events, quality } = board;
  const { byModel, unsure, byPerson, models } = quality;
  return reportSchema.parse({
    version: 1,
    id: reportIdOf(brand.id, week.name, asOf),
    brand: brand.id,
    title: brand.title,
    week: week.name,
    from: week.from,
    to: week.to,
    zone,
    asOf,
    madeAt: clock(),
    sourceTitles,
    counts: {
      positive: measured.positive,
      neutral: measured.neutral,
      negative: measured.negative,
      unscored: measured.unscored,
      originals: measured.originals,
    },
    figures: board.figures,
    adjusted: adjustedOf(board),
    publicRatings: board.publicRatings,
    line: {
      steps: stepsOf(board.weeks),
      marks: [
        ...events.marks,
        ...gapsOf(board.weeks).map((at) => ({ kind: "gap" as const, at, en: "no mentions", ru: "нет упоминаний" })),
      ]
        .toSorted((a, b) => (a.at < b.at ? -1 : 1))
        .slice(-MOST_MARKS),
    },
    moved:
      explained === null || explained.change === null
        ? null
        : { against: board.against, change: explained.change, by: explained.by },
    negative: board.negative,
    positive: board.positive,
    incidents: events.incidents,
    competitors: board.others.length === 0 ? [] : besideOthers(board.others, brands),
    surveys: board.surveys.slice(0, MOST_SURVEYS),
    openDetractors: board.openDetractors,
    answers: answersOf(board),
    quality: {
      byModel,
      unsure,
      byPerson,
      models,
      unwell: board.unwell,
      audits: board.audits,
      corrections: events.corrections,
      earlier: earlierOf(board, earlier),
    },
  });
};

/** All that the report of a brand and week says, read as of one point. */
export const readReport = async (
  parts: ReportParts,
  question: Omit<BoardQuestion, "brands" | "zone"> & { readonly brand: Board["brand"]; readonly earlier: Earlier },
): Promise<Report> => {
  const { brand, earlier, ...asked } = question;
  const boards = await readBoards(parts, { ...asked, brands: [brand], zone: brand.timezone ?? parts.zone });
  const board = boards.get(brand.id);
  if (board === undefined) throw new RangeError("a brand that is asked for has a board");
  return reportOf(board, earlier, parts);
};
