import { isSummary, type Report, type Weekly } from "@molva/contracts";
import type { Language } from "../wording/format.ts";
import { isolated, type ReportDocument, type Section } from "./document.ts";
import { actionsSection } from "./sections/actions.ts";
import { answersSection } from "./sections/answers.ts";
import { competitorsSection } from "./sections/competitors.ts";
import { negativeSection, positiveSection } from "./sections/evidence.ts";
import { figuresSection } from "./sections/figures.ts";
import { incidentsSection } from "./sections/incidents.ts";
import { lineSection } from "./sections/line.ts";
import { movedSection } from "./sections/moved.ts";
import { methodSection, qualitySection } from "./sections/quality.ts";
import { surveysSection } from "./sections/surveys.ts";
import { daysOf, styleOf } from "./style.ts";
import { writeSummary } from "./summary/write-summary.ts";
import { subjectOf, verdictOf, weekNumber } from "./verdict.ts";
import { figureOf } from "@molva/contracts";

const isSection = (section: Section | null): section is Section => section !== null;

const writeBrand = (report: Report, language: Language): ReportDocument => {
  const style = styleOf(language, report);
  const { words } = style;
  const nsr = figureOf(report, "nsr");
  const { positive, neutral, negative, unscored } = report.counts;
  const empty = positive + neutral + negative + unscored === 0;
  const open = report.incidents.filter(({ incident }) => incident.closedAt === null).length;
  return {
    language,
    subject: subjectOf(report, style),
    kicker: `${isolated(report.title, 80)} · ${words.week(weekNumber(report.week), ...daysOf(report, style))}`,
    verdict: verdictOf(report, style),
    remarks: [
      ...(empty ? [words.emptyRemark] : []),
      ...(nsr.high !== null && nsr.high < 0 ? [words.belowZero] : []),
      ...(open > 0 ? [words.openIncidents(open)] : []),
    ],
    sections: [
      figuresSection(report, style),
      lineSection(report, style),
      actionsSection(report, style),
      movedSection(report, style),
      negativeSection(report, style),
      positiveSection(report, style),
      incidentsSection(report, style),
      competitorsSection(report, style),
      surveysSection(report, style),
      answersSection(report, style),
      qualitySection(report, style),
      methodSection(report, style),
    ].filter(isSection),
    footer: [
      words.asOf(report.asOf === null ? null : style.format.dateTime(report.asOf), report.zone),
      words.reportId(report.id),
    ],
  };
};

/** Puts a report, or a summary over brands, into words. Every form (HTML, text, PDF) is written from what it returns. */
export const writeReport = (weekly: Weekly, language: Language): ReportDocument =>
  isSummary(weekly) ? writeSummary(weekly, language) : writeBrand(weekly, language);
