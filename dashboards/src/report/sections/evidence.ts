import type { Report, ReportEvidence } from "@molva/contracts";
import { isolated, type Linked, type Section } from "../document.ts";
import type { Style } from "../style.ts";
import { linked, paragraph } from "./blocks.ts";

const wordsOf = ({ text }: ReportEvidence, { words }: Style): string =>
  text === null ? words.noText : text === "" ? words.noWords : isolated(text, 401);

const fromOf = (one: ReportEvidence, style: Style): Linked => {
  const { words, format } = style;
  return linked(
    [
      style.source(one.source),
      format.precise(one.publishedAt, one.precision),
      ...(one.rating === null || one.ratingMax === null
        ? []
        : [words.rating(format.figure(one.rating), format.figure(one.ratingMax))]),
      ...(one.copies === 0 ? [] : [words.copies(one.copies)]),
      ...(one.answered ? [words.answered] : []),
    ].join(", "),
    one.url,
  );
};

const evidenceSection = (title: string, found: readonly ReportEvidence[], style: Style): Section => ({
  title,
  blocks:
    found.length === 0
      ? [paragraph(style.words.noEvidence)]
      : [{ kind: "quotes", quotes: found.map((one) => ({ text: wordsOf(one, style), from: fromOf(one, style) })) }],
});

export const negativeSection = (report: Report, style: Style): Section =>
  evidenceSection(style.words.sectionNegative, report.negative, style);
export const positiveSection = (report: Report, style: Style): Section =>
  evidenceSection(style.words.sectionPositive, report.positive, style);
