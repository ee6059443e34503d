import type { Summary } from "@molva/contracts";
import type { ReportDocument } from "../document.ts";
import { daysOf, styleOf } from "../style.ts";
import { weekNumber } from "../verdict.ts";
import type { Language } from "../../wording/format.ts";
import { figureIn, namesOf } from "./rows.ts";
import {
  summaryActions,
  summaryAnswers,
  summaryChanged,
  summaryMethod,
  summaryNsr,
  summaryQuality,
  summaryRest,
} from "./sections.ts";
import { summarySubject, summaryVerdict } from "./verdict.ts";

const MOST_NAMED = 10;

/** Puts brands side by side into words. Every form is written from what it returns, as of a brand's report. */
export const writeSummary = (summary: Summary, language: Language): ReportDocument => {
  const style = styleOf(language, summary);
  const { words, format } = style;
  const { rows } = summary;
  const below = rows.filter((row) => {
    const { high } = figureIn(row, "nsr");
    return high !== null && high < 0;
  });
  const silent = rows.filter((row) => (figureIn(row, "volume").value ?? 0) === 0);
  const open = rows.reduce((sum, { openIncidents }) => sum + openIncidents, 0);
  const mentions = rows.reduce((sum, row) => sum + figureIn(row, "volume").n, 0);
  return {
    language,
    subject: summarySubject(summary, style),
    kicker: [
      words.summary.title,
      words.week(weekNumber(summary.week), ...daysOf(summary, style)),
      words.summary.brands(rows.length),
      words.summary.mentions(format.count(mentions)),
    ].join(" · "),
    verdict: summaryVerdict(summary, style),
    remarks: [
      ...(below.length === 0 ? [] : [words.summary.belowZero(namesOf(below.slice(0, MOST_NAMED)))]),
      ...(silent.length === 0 ? [] : [words.summary.silent(namesOf(silent.slice(0, MOST_NAMED)))]),
      ...(open === 0 ? [] : [words.openIncidents(open)]),
    ],
    sections: [
      summaryActions(summary, style),
      summaryNsr(summary, style),
      summaryChanged(summary, style),
      summaryRest(summary, style),
      summaryAnswers(summary, style),
      summaryQuality(summary, style),
      summaryMethod(summary, style),
    ],
    footer: [
      words.asOf(summary.asOf === null ? null : format.dateTime(summary.asOf), summary.zone),
      words.reportId(summary.id),
    ],
  };
};
