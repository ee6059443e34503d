import type { Weekly } from "@molva/contracts";
import { reportHtml, reportPicture, reportText, writeReport } from "@molva/dashboards/report";
import type { ReportCopy, ReportLanguage } from "./archive.ts";

/** A report in one language, in all that a mail needs. */
export const makeCopy = async (report: Weekly, language: ReportLanguage): Promise<ReportCopy> => {
  const document = writeReport(report, language);
  return {
    language,
    subject: document.subject,
    html: await reportHtml(document),
    text: reportText(document),
    picture: await reportPicture(report, language),
  };
};
