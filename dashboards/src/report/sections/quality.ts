import type { Report } from "@molva/contracts";
import { isolated, type Section } from "../document.ts";
import type { Style } from "../style.ts";
import { list, paragraph, percentOf, rateOr } from "./blocks.ts";

export const qualitySection = (report: Report, style: Style): Section => {
  const { words, format } = style;
  const { quality, counts } = report;
  const volume = counts.positive + counts.neutral + counts.negative + counts.unscored;
  const unwell = quality.unwell.map(({ source, state, since }) =>
    words.unwell(
      style.source(source),
      words.states[state] ?? isolated(state),
      since === null ? null : format.dateTime(since),
    ),
  );
  const earlier = quality.earlier.map(({ week, sent, sentN, now, nowN }) =>
    words.earlier(week, rateOr(sent, style), sentN, rateOr(now, style), nowN),
  );
  return {
    title: words.sectionQuality,
    blocks: [
      ...list([
        ...(unwell.length === 0 ? [words.allWell] : unwell),
        words.originals(counts.originals, volume),
        ...(counts.unscored === 0 ? [] : [words.unscored(counts.unscored)]),
        ...(quality.byModel === 0
          ? []
          : [words.unsure(percentOf(quality.unsure, quality.byModel, style), quality.byModel)]),
        ...(quality.byPerson === 0 ? [] : [words.byPerson(quality.byPerson)]),
        ...(quality.models.length === 0
          ? []
          : [
              words.models(
                quality.models.map(({ model, count }) => `${isolated(model)} (${format.count(count)})`).join(", "),
              ),
            ]),
        quality.audits === null ? words.noAudits : words.audits(quality.audits.agreed, quality.audits.n),
        ...earlier,
      ]),
      ...(quality.corrections.length === 0
        ? []
        : [
            paragraph(words.corrections),
            ...list(quality.corrections.map((one) => isolated(one[style.language], 200))),
          ]),
    ],
  };
};

export const methodSection = (_: Report, { words }: Style): Section => ({
  title: words.sectionMethod,
  blocks: words.method.map((text) => paragraph(text, true)),
});
