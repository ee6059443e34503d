import type { IncomingMessage, ServerResponse } from "node:http";
import type { Brand, Checkpoints, Weekly } from "@molva/contracts";
import { archivePage } from "@molva/dashboards/report";
import { openArchive, slugOf, type ReportLanguage } from "./archive.ts";
import { listSent } from "./list-sent.ts";
import { makeCopy } from "./make-copy.ts";
import { sentNotes } from "./sent-notes.ts";
import { pageOf, reportCsv, reportXlsx } from "./write-files.ts";

export const REPORTS_PATH = "/reports";

/** Pages of people's words: nothing runs and nothing is fetched, the picture is in them. */
const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly file?: string;
}

const page = (body: string): Answer => ({ status: 200, type: "text/html; charset=utf-8", body });
const NOTHING: Answer = { status: 404, type: "text/plain; charset=utf-8", body: "Nothing is here." };

const languageOf = (request: IncomingMessage): ReportLanguage =>
  /(?:^|;\s*)molva-language=ru\b/.test(request.headers.cookie ?? "") ||
  (!/molva-language=/.test(request.headers.cookie ?? "") && /^\s*ru\b/i.test(request.headers["accept-language"] ?? ""))
    ? "ru"
    : "en";

/** The reports as sent, as pages: the list, and each of them in both languages with its numbers. Stands behind the page's own login. */
export const reportPages = ({
  dataDir,
  checkpoints,
  brands = [],
}: {
  readonly dataDir: string;
  readonly checkpoints: Checkpoints;
  /** Those of the configuration, for the names of brands whose report went nowhere. */
  readonly brands?: readonly Pick<Brand, "id" | "title">[];
}) => {
  const archive = openArchive(dataDir);
  const notes = sentNotes(checkpoints);

  const list = async (language: ReportLanguage): Promise<Answer> => {
    const titleOf = (slug: string): string => brands.find(({ id }) => slugOf(id) === slug)?.title ?? slug;
    const reports = (await listSent(archive, notes)).map(({ week, slug, report, readers }) => ({
      week,
      title: report?.title ?? titleOf(slug),
      path: report === null ? null : `${REPORTS_PATH}/${week}/${slug}`,
      readers,
    }));
    return page(archivePage(reports, await notes.allStopped(), language));
  };

  const one = async (report: Weekly, form: string): Promise<Answer> => {
    const file = `${report.week}-${slugOf(report.brand)}`;
    switch (form) {
      case "en":
      case "ru":
        return page(
          pageOf((await archive.findCopy(report.brand, report.week, form)) ?? (await makeCopy(report, form))),
        );
      case "numbers.csv":
        return { status: 200, type: "text/csv; charset=utf-8", body: await reportCsv(report), file: `${file}.csv` };
      case "numbers.xlsx":
        return {
          status: 200,
          type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
          body: await reportXlsx(report),
          file: `${file}.xlsx`,
        };
      case "report.json":
        return {
          status: 200,
          type: "application/json; charset=utf-8",
          body: JSON.stringify(report),
          file: `${file}.json`,
        };
      default:
        return NOTHING;
    }
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const path = (request.url ?? "").split("?", 1)[0]?.slice(REPORTS_PATH.length) ?? "";
    if (path === "" || path === "/") return list(languageOf(request));
    const [, week, slug, form] = /^\/(\d{4}-W\d\d)\/([a-z0-9-]{1,80})\/([a-z.]{2,20})$/.exec(path) ?? [];
    if (week === undefined || slug === undefined || form === undefined) return NOTHING;
    const report = await archive.findBySlug(week, slug);
    return report === null ? NOTHING : one(report, form);
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, type, body, file } = await answer(request);
    response.writeHead(status, {
      "content-security-policy": POLICY,
      "content-type": type,
      "content-length": Buffer.byteLength(body),
      ...(file === undefined ? {} : { "content-disposition": `attachment; filename="${file}"` }),
    });
    response.end(request.method === "HEAD" ? undefined : body);
  };
};
