import { createHash } from "node:crypto";
import { instantOf, isSummary, millisOf, type Instant, type Mail, type MailFile, type Weekly } from "@molva/contracts";
import { LINE_CID, styleOf, withLinks, withTextLinks } from "@molva/dashboards/report";
import type { LinkSigner } from "@molva/platform";
import { slugOf, type ReportCopy } from "./archive.ts";

export interface MailSetting {
  /** Where people reach the page; null: a mail holds no links to it. */
  readonly publicUrl: string | null;
  readonly signer: LinkSigner;
  /** Right of the `@` in message ids: the sender's domain. */
  readonly domain: string;
  /** Where undeliverable copies come back to, with `{id}` for the copy's mark; left out: to the sender. */
  readonly returnTo?: string;
}

/** What a link to leave may do, and for how long. */
export const UNSUBSCRIBE = "report/unsubscribe";
const LINK_DAYS = 90;
const DAY_MS = 86_400_000;

/** Address at which this reader, and nobody else, leaves the report of this brand; the same whenever it is asked for. */
const unsubscribeUrl = (report: Weekly, to: string, { publicUrl, signer }: MailSetting): string | null => {
  if (publicUrl === null) return null;
  const until = instantOf(millisOf(report.madeAt) + LINK_DAYS * DAY_MS);
  return `${publicUrl.replace(/\/$/, "")}/do/${signer.sign({ act: UNSUBSCRIBE, on: report.brand, who: to, until })}`;
};

const pageUrl = (report: Weekly, publicUrl: string | null): string | null => {
  if (publicUrl === null) return null;
  const url = new URL(`${publicUrl.replace(/\/$/, "")}/`);
  if (!isSummary(report)) url.searchParams.set("brand", report.brand);
  return url.href;
};

/**
 * What stands before the `@` of a copy's message id: of a brand, week and reader always the same, however often it is tried; of a test another one each
 * time. Made from a signature, so that nobody can tell us of a copy that they have not seen.
 */
export const markOf = (report: Weekly, to: string, signer: LinkSigner, test: Instant | null = null): string => {
  const on = [report.week, slugOf(report.brand), ...(test === null ? [] : [test])].join("/");
  const signed = signer.sign({ act: "report/mail", on, who: to.toLowerCase(), until: report.to });
  return createHash("sha256").update(signed).digest("hex").slice(0, 32);
};

/** The copy of one reader. */
export const reportMail = (
  report: Weekly,
  copy: ReportCopy,
  {
    to,
    date,
    pdf,
    test,
  }: { readonly to: string; readonly date: Instant; readonly pdf: Uint8Array | null; readonly test: boolean },
  setting: MailSetting,
): Mail => {
  const { words } = styleOf(copy.language, report);
  const unsubscribe = test ? null : unsubscribeUrl(report, to, setting);
  const links = { page: pageUrl(report, setting.publicUrl), unsubscribe };
  const files: readonly MailFile[] = [
    { name: "nsr.png", type: "image/png", cid: LINE_CID, bytes: copy.picture },
    ...(pdf === null ? [] : [{ name: `${report.week}.pdf`, type: "application/pdf", cid: null, bytes: pdf }]),
  ];
  const mark = markOf(report, to, setting.signer, test ? date : null);
  return {
    messageId: `${mark}@${setting.domain}`,
    ...(setting.returnTo === undefined ? {} : { returnTo: setting.returnTo.replace("{id}", mark) }),
    inReplyTo: null,
    to,
    subject: test ? `[${copy.language === "ru" ? "проверка" : "test"}] ${copy.subject}` : copy.subject,
    html: withLinks(copy.html, links, words),
    text: withTextLinks(copy.text, links, words),
    files,
    date,
    headers: {
      "Auto-Submitted": "auto-generated",
      ...(unsubscribe === null
        ? {}
        : { "List-Unsubscribe": `<${unsubscribe}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" }),
    },
  };
};
