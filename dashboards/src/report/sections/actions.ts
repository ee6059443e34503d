import { figureOf, type Report, type ReportEvidence } from "@molva/contracts";
import { isolated, plain, safeUrl, type Block, type Section } from "../document.ts";
import type { Style } from "../style.ts";
import { linked, list, paragraph, percentOf } from "./blocks.ts";

const UNSURE = 0.3;

/** Topics behind the change, strongest first, each with its share of it; only of a change that is claimed. */
const behind = (report: Report, style: Style): readonly string[] => {
  const { moved } = report;
  const claimed = figureOf(report, "nsr").comparisons.some(
    ({ against, claimed }) => against === moved?.against && claimed,
  );
  const parts = moved?.by.find(({ dimension }) => dimension === "topic")?.parts ?? [];
  if (!claimed || moved === null || moved.change === 0) return [];
  return parts
    .filter(({ value, total }) => value !== "none" && total / moved.change >= 0.2)
    .slice(0, 2)
    .map(({ value, total }) =>
      style.words.actTopic(style.topic(value), percentOf(total, moved.change, style), moved.change > 0),
    );
};

export const actionsSection = (report: Report, style: Style): Section => {
  const { words } = style;
  const open = report.negative.filter(({ answered, url }) => !answered && safeUrl(url) !== null);
  const thanks = report.positive.filter(({ answered, url }) => !answered && safeUrl(url) !== null);
  const items = (found: readonly ReportEvidence[]): Block => ({
    kind: "list",
    items: found.map((one) =>
      linked(words.actOne(style.source(one.source), isolated(plain(one.text ?? "", 80), 80)), one.url),
    ),
  });
  const incidents = report.incidents.filter(({ incident }) => incident.closedAt === null).length;
  const { unwell, unsure, byModel, audits } = report.quality;
  const told = [
    ...behind(report, style),
    ...(incidents === 0 ? [] : [words.actIncidents(incidents)]),
    ...(unwell.length === 0
      ? []
      : [words.actSources([...new Set(unwell.map(({ source }) => style.source(source)))].join(", "))]),
    ...(report.openDetractors === 0 ? [] : [words.actDetractors(report.openDetractors)]),
    ...(byModel >= 100 && unsure / byModel > UNSURE && (audits?.n ?? 0) < 100 ? [words.actAudit] : []),
  ];
  const blocks: readonly Block[] = [
    ...list(told),
    ...(open.length === 0 ? [] : [paragraph(words.actAnswer(open.length)), items(open)]),
    ...(thanks.length === 0 ? [] : [paragraph(words.actThanks(thanks.length)), items(thanks)]),
  ];
  const nothing = told.length + open.length === 0;
  return {
    title: words.sectionActions,
    blocks: [...(nothing ? [paragraph(words.nothing)] : []), ...blocks],
  };
};
