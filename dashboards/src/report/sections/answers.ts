import type { Report } from "@molva/contracts";
import { shareOf } from "@molva/numbers";
import type { Block, Section } from "../document.ts";
import { intervalText, valueText, type Style } from "../style.ts";
import { paragraph } from "./blocks.ts";

type Answers = NonNullable<Report["answers"]>;

/** Unanswered negative mentions as a share with its interval; null where they are too few for one. */
export const unansweredShare = (
  { negative, answered }: Pick<Answers, "negative" | "answered">,
  style: Style,
): string | null => {
  const { value, low, high } = shareOf(negative - answered, negative);
  if (value === null) return null;
  return `${style.words.percent(valueText("negative-share", value, style))}, ${intervalText("negative-share", low, high, style)}`;
};

const timeOf = ({ timed, medianHours, medianLow, medianHigh }: Answers, style: Style): Block => {
  const { words, format } = style;
  const hours = (value: number | null): string => (value === null ? "—" : format.figure(Math.round(value * 10) / 10));
  const text =
    medianHours !== null
      ? words.answerTime(hours(medianHours), words.interval(hours(medianLow), hours(medianHigh)), timed)
      : timed > 0
        ? words.answerTimeFew(timed)
        : words.answerTimeUnknown;
  return paragraph(text, true);
};

export const answersSection = ({ answers }: Report, style: Style): Section => {
  const { words } = style;
  if (answers === null) return { title: words.sectionAnswers, blocks: [paragraph(words.answersUnknown)] };
  const { negative, answered, sources, unknown } = answers;
  const names = (ids: readonly string[]): string => ids.map(style.source).join(", ");
  return {
    title: words.sectionAnswers,
    blocks: [
      paragraph(words.answers(negative - answered, negative, unansweredShare(answers, style), names(sources))),
      timeOf(answers, style),
      ...(unknown.length === 0 ? [] : [paragraph(words.answersNotKnown(names(unknown)), true)]),
    ],
  };
};
