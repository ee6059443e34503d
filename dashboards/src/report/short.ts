import type { Report } from "@molva/contracts";
import type { WordedAlert } from "../messages/content.ts";
import type { Language } from "../wording/format.ts";
import { bare, plain } from "./document.ts";
import { cardOf, changesOf, styleOf } from "./style.ts";
import { daysOf } from "./sections.ts";
import { subjectOf, weekNumber } from "./verdict.ts";

/** The report in short, for chats: the verdict, the four numbers, what is claimed, two texts. Each channel escapes it its own way. */
export const shortReport = (report: Report, language: Language, pageUrl: string | null): WordedAlert => {
  const style = styleOf(language, report);
  const { words, format } = style;
  const claimed = changesOf(report.figures, style).filter(({ tone }) => tone !== "none");
  return {
    verdict: subjectOf(report, style),
    facts: [
      words.week(weekNumber(report.week), ...daysOf(report, style)),
      ...report.figures.map((figure) => {
        const { label, value, interval } = cardOf(figure, style);
        return `${label}: ${value} (${interval})`;
      }),
      ...claimed.map(({ text }) => text),
    ],
    quotes: report.negative.slice(0, 2).map((one) => ({
      text: one.text === null ? words.noText : plain(one.text, 200),
      from: bare(`${style.source(one.source)}, ${format.precise(one.publishedAt, one.precision)}`),
      url: one.url,
    })),
    quotesTitle: words.sectionNegative,
    cautions: report.quality.unwell.map(({ source, state, since }) =>
      bare(
        words.unwell(
          style.source(source),
          words.states[state] ?? state,
          since === null ? null : format.dateTime(since),
        ),
      ),
    ),
    actions: pageUrl === null ? [] : [{ text: words.page, url: pageUrl }],
    actionsTitle: words.shortMore,
    footer: `${words.asOf(report.asOf === null ? null : format.dateTime(report.asOf), report.zone)} ${words.reportId(report.id)}`,
    pictureText: words.sectionLine,
    pictureAxis: words.lineAxis,
  };
};

/** That a report could not be sent, for chats. */
export const failedReport = (
  title: string,
  week: string,
  to: readonly string[],
  why: string,
  language: Language,
): WordedAlert => {
  const brand = plain(title, 80);
  const ru = language === "ru";
  return {
    verdict: ru ? `${brand}: отчёт ${week} не отправлен` : `${brand}: the report of ${week} was not sent`,
    facts: [plain(why, 300), ...(to.length === 0 ? [] : [`${ru ? "Кому" : "To"}: ${plain(to.join(", "), 300)}`])],
    quotes: [],
    quotesTitle: "",
    cautions: [],
    actions: [],
    actionsTitle: "",
    footer: ru ? `molva report list покажет, что отправлено` : `molva report list shows what was sent`,
    pictureText: "",
    pictureAxis: "",
  };
};
