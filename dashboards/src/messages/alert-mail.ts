import { createHash } from "node:crypto";
import type { Mail } from "@molva/contracts";
import { escaped } from "../wording/escape.ts";
import type { AlertContent, WordedAlert } from "./content.ts";

const link = (text: string, url: string | null): string =>
  url === null ? escaped(text) : `<a href="${escaped(url)}" style="color:#1f5fae">${escaped(text)}</a>`;

const STYLE = `
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  @media (prefers-color-scheme: dark) {
    .page, .card { background: #14181f !important; color: #e8ecf1 !important; }
    .quiet { color: #a7b1be !important; }
    a { color: #8ab8f5 !important; }
    .quote { border-color: #8ab8f5 !important; }
  }
`;

const COLOURS = { info: "#1f5fae", warning: "#9a5b00", critical: "#b3361e" } as const;

const htmlOf = (content: AlertContent, worded: WordedAlert, hasPicture: boolean): string => {
  const { alert, language } = content;
  const list = (items: readonly string[]): string =>
    items.length === 0
      ? ""
      : `<ul style="margin:12px 0;padding-left:20px">${items.map((item) => `<li style="margin:4px 0">${item}</li>`).join("")}</ul>`;
  const quotes = worded.quotes
    .map(
      (quote) =>
        `<blockquote class="quote" style="margin:10px 0;padding:2px 0 2px 12px;border-left:3px solid #1f5fae"><bdi>${escaped(quote.text)}</bdi><br><span class="quiet" style="color:#5b6675;font-size:13px">${link(`— ${quote.from}`, quote.url)}</span></blockquote>`,
    )
    .join("");
  const title = (text: string): string => `<h2 style="font-size:16px;margin:20px 0 4px">${escaped(text)}</h2>`;
  return `<!doctype html>
<html lang="${language}" dir="ltr">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${escaped(worded.verdict)}</title><style>${STYLE}</style></head>
<body class="page" style="margin:0;padding:0;background:#f3f5f8;color:#1c2430;font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.45">
<table role="presentation" width="100%" cellspacing="0" cellpadding="0"><tr><td align="center" style="padding:16px 8px">
<table role="presentation" class="card" width="600" cellspacing="0" cellpadding="0" style="width:100%;max-width:600px;background:#ffffff;border-top:4px solid ${COLOURS[alert.severity]}"><tr><td style="padding:20px 24px;overflow-wrap:anywhere">
<h1 style="font-size:19px;line-height:1.3;margin:0">${escaped(worded.verdict)}</h1>
${list(worded.facts.map(escaped))}
${hasPicture ? `<img src="cid:${PICTURE}" width="552" alt="${escaped(worded.pictureText)}" style="width:100%;max-width:552px;height:auto;border:0;display:block">` : ""}
${worded.cautions.map((text) => `<p style="margin:12px 0"><strong>⚠ ${escaped(text)}</strong></p>`).join("")}
${quotes === "" ? "" : title(worded.quotesTitle) + quotes}
${worded.actions.length === 0 ? "" : title(worded.actionsTitle) + list(worded.actions.map(({ text, url }) => link(text, url)))}
<p class="quiet" style="margin:20px 0 0;color:#5b6675;font-size:13px">${escaped(worded.footer)}</p>
</td></tr></table>
</td></tr></table>
</body></html>
`;
};

/** The same in plain text. */
const textOf = (worded: WordedAlert): string =>
  [
    worded.verdict,
    worded.facts.map((text) => `- ${text}`).join("\n"),
    worded.cautions.map((text) => `! ${text}`).join("\n"),
    worded.quotes.length === 0
      ? ""
      : [
          worded.quotesTitle,
          ...worded.quotes.map(
            (quote) => `“${quote.text}”\n— ${quote.from}${quote.url === null ? "" : `\n${quote.url}`}`,
          ),
        ].join("\n\n"),
    worded.actions.length === 0
      ? ""
      : [
          worded.actionsTitle,
          ...worded.actions.map(({ text, url }) => `- ${text}${url === null ? "" : `: ${url}`}`),
        ].join("\n"),
    worded.footer,
  ]
    .filter((part) => part !== "")
    .join("\n\n");

const PICTURE = "counts";

const idOf = (parts: readonly string[], domain: string): string =>
  `${createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32)}@${domain}`;

export interface MailAddressing {
  readonly to: string;
  /** Right of the `@` in message ids: the sender's domain. */
  readonly domain: string;
}

/**
 * The alert as a mail to one person. However often it is made, its message id is the same; later messages of an incident
 * answer its first, so that mail programs show one thread.
 */
export const alertMail = (
  content: AlertContent,
  worded: WordedAlert,
  picture: Uint8Array | null,
  { to, domain }: MailAddressing,
): Mail => {
  const { alert } = content;
  const id = (sequence: number): string => idOf(["alert", alert.incidentId, String(sequence), to], domain);
  return {
    messageId:
      alert.event === "test" || alert.event === "digest"
        ? idOf(["alert", alert.alertId, to], domain)
        : id(alert.sequence),
    inReplyTo: alert.sequence === 0 || alert.event === "test" || alert.event === "digest" ? null : id(0),
    to,
    subject: worded.verdict,
    html: htmlOf(content, worded, picture !== null),
    text: textOf(worded),
    files: picture === null ? [] : [{ name: "counts.png", type: "image/png", cid: PICTURE, bytes: picture }],
    date: alert.decidedAt,
    headers: { "Auto-Submitted": "auto-generated" },
  };
};
