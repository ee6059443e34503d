import { html, isolated } from "./document.ts";

export interface ArchivedReport {
  readonly week: string;
  readonly title: string;
  /** Path of its pages, e.g. `/reports/2026-W46/aurora`; null where nothing was made. */
  readonly path: string | null;
  readonly readers: readonly {
    readonly to: string;
    readonly at: string;
    readonly outcome: string;
    readonly why: string;
  }[];
}

/** A reader whose mail comes back: nothing more is sent there. */
export interface StoppedReader {
  readonly to: string;
  readonly at: string;
  readonly why: string;
}

const WORDS = {
  en: {
    title: "Reports as sent",
    none: "No report was sent yet. molva report weekly --brand BRAND --send sends one; report.recipients in molva.yaml does it every week.",
    week: "Week",
    brand: "Brand",
    open: "Open",
    readers: "Sent to",
    nobody: "nobody yet",
    nothing: "not made",
    elsewhere: "kept by the process that sent it",
    back: "The page",
    stopped:
      "Mail to these addresses came back, so nothing more is sent there. Mend the address, or take it back: molva report subscribe ADDRESS --brand BRAND",
    since: "since",
    outcomes: {
      sent: "sent",
      refused: "refused for good",
      missed: "not sent",
      later: "not sent yet, is tried again",
      bounced: "came back for good",
      returned: "came back, the next one is tried",
    },
  },
  ru: {
    title: "Отчёты, как они ушли",
    none: "Ещё ничего не отправлено. Отправить: molva report weekly --brand БРЕНД --send; каждую неделю — report.recipients в molva.yaml.",
    week: "Неделя",
    brand: "Бренд",
    open: "Открыть",
    readers: "Кому",
    nobody: "пока никому",
    nothing: "не составлен",
    elsewhere: "хранится у процесса, который его отправил",
    back: "Страница",
    stopped:
      "Письма на эти адреса вернулись, поэтому туда больше ничего не уходит. Исправьте адрес или верните подписку: molva report subscribe АДРЕС --brand БРЕНД",
    since: "с",
    outcomes: {
      sent: "отправлен",
      refused: "отклонён",
      missed: "не отправлен",
      later: "пока не отправлен, попытки продолжаются",
      bounced: "вернулся, адрес не существует",
      returned: "вернулся, следующий будет отправлен",
    },
  },
} as const;

const STYLE = `:root{color-scheme:light dark;--ink:#1c2430;--line:#d9dee5;--bad:#a92f18;--link:#1f5fae}
@media (prefers-color-scheme:dark){:root{--ink:#e8ecf1;--line:#333c48;--bad:#ff9d8a;--link:#8ab8f5}}
body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:var(--ink)}a{color:var(--link)}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
ul{margin:0;padding:0;list-style:none}.bad{color:var(--bad);font-weight:bold}
.stopped{border:1px solid var(--bad);border-radius:.5rem;padding:.25rem 1rem 1rem;margin:0 0 1.5rem}.stopped ul{overflow-wrap:anywhere}
@media (max-width:40rem){thead{position:absolute;clip-path:inset(50%)}tr,td,tbody th{display:block;border:0;padding:.1rem 0}tr{border-bottom:1px solid var(--line);padding:.6rem 0}}`;

/** The list of reports as sent, with what became of each reader's copy, and of those that did not go out. */
export const archivePage = (
  reports: readonly ArchivedReport[],
  stopped: readonly StoppedReader[],
  language: "en" | "ru",
): string => {
  const words = WORDS[language];
  const outcome = (name: string): string => (words.outcomes as Readonly<Record<string, string>>)[name] ?? name;
  const reader = (one: ArchivedReport["readers"][number]): string =>
    `<li${one.outcome === "sent" ? "" : ' class="bad"'}>${html(isolated(one.to, 320))}: ${html(outcome(one.outcome))}, ${html(one.at.slice(0, 16).replace("T", " "))} UTC${one.outcome === "sent" ? "" : `: ${html(isolated(one.why, 300))}`}</li>`;
  const links = ({ path, readers }: ArchivedReport): string =>
    path === null
      ? readers.some(({ outcome }) => outcome === "missed" || outcome === "later")
        ? words.nothing
        : words.elsewhere
      : `<a href="${html(path)}/en">English</a> · <a href="${html(path)}/ru">Русский</a> · <a href="${html(path)}/numbers.xlsx">XLSX</a> · <a href="${html(path)}/numbers.csv">CSV</a> · <a href="${html(path)}/report.json">JSON</a>`;
  const row = (report: ArchivedReport): string => {
    const { week, title, readers } = report;
    return `<tr><td>${html(week)}</td><th scope="row">${html(isolated(title, 100))}</th><td>${links(report)}</td><td>${readers.length === 0 ? words.nobody : `<ul>${readers.map(reader).join("")}</ul>`}</td></tr>`;
  };
  const table =
    reports.length === 0
      ? `<p>${words.none}</p>`
      : `<table><thead><tr><th scope="col">${words.week}</th><th scope="col">${words.brand}</th><th scope="col">${words.open}</th><th scope="col">${words.readers}</th></tr></thead><tbody>${reports.map(row).join("")}</tbody></table>`;
  const returned =
    stopped.length === 0
      ? ""
      : `<section class="stopped"><p class="bad">${words.stopped}</p><ul>${stopped.map(({ to, at, why }) => `<li>${html(isolated(to, 320))}, ${words.since} ${html(at.slice(0, 10))}: ${html(isolated(why, 300))}</li>`).join("")}</ul></section>`;
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${words.title} · Molva</title><style>${STYLE}</style></head><body><main><p><a href="/">${words.back}</a></p><h1>${words.title}</h1>${returned}${table}</main></body></html>`;
};
