import type { Report } from "@molva/contracts";
import type { WordedAlert } from "../messages/content.ts";
import type { Language } from "../wording/format.ts";
import { bare, plain } from "./document.ts";
import { cardOf, changesOf, daysOf, styleOf } from "./style.ts";
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

/** Why a report did not reach its readers. */
export type ReportFailure = "refused" | "missed" | "later" | "bounced";

const FAILED: Readonly<Record<Language, Readonly<Record<ReportFailure, (brand: string, week: string) => string>>>> = {
  en: {
    refused: (brand, week) => `${brand}: the report of ${week} was not sent, the mail server refused it`,
    missed: (brand, week) => `${brand}: the report of ${week} was not sent in time`,
    later: (brand, week) => `${brand}: the report of ${week} was not sent yet, and is tried again`,
    bounced: (brand, week) => `${brand}: the report of ${week} came back, and no more is sent there`,
  },
  ru: {
    refused: (brand, week) => `${brand}: отчёт ${week} не отправлен, почтовый сервер отказал`,
    missed: (brand, week) => `${brand}: отчёт ${week} не отправлен вовремя`,
    later: (brand, week) => `${brand}: отчёт ${week} пока не отправлен, попытки продолжаются`,
    bounced: (brand, week) => `${brand}: отчёт ${week} вернулся, на этот адрес отчёты больше не идут`,
  },
};

const NEXT: Readonly<Record<Language, Readonly<Record<ReportFailure, string>>>> = {
  en: {
    refused: "Check the address in report.recipients; molva report list shows what was sent",
    missed:
      "molva report weekly --brand BRAND --week WEEK --send still sends it; molva report list shows what was sent",
    later: "Check the mail server; molva report list shows what was sent",
    bounced: "Mend the address, then: molva report subscribe ADDRESS --brand BRAND",
  },
  ru: {
    refused: "Проверьте адрес в report.recipients; molva report list покажет, что отправлено",
    missed:
      "molva report weekly --brand БРЕНД --week НЕДЕЛЯ --send всё же отправит его; molva report list покажет, что отправлено",
    later: "Проверьте почтовый сервер; molva report list покажет, что отправлено",
    bounced: "Исправьте адрес, затем: molva report subscribe АДРЕС --brand БРЕНД",
  },
};

/** That a report did not reach somebody, for alert channels. */
export const failedReport = (
  title: string,
  week: string,
  to: readonly string[],
  why: string,
  language: Language,
  failure: ReportFailure,
): WordedAlert => ({
  verdict: FAILED[language][failure](plain(title, 80), week),
  facts: [
    plain(why, 300),
    ...(to.length === 0 ? [] : [`${language === "ru" ? "Кому" : "To"}: ${plain(to.join(", "), 300)}`]),
  ],
  quotes: [],
  quotesTitle: "",
  cautions: [],
  actions: [],
  actionsTitle: "",
  footer: NEXT[language][failure],
  pictureText: "",
  pictureAxis: "",
});
