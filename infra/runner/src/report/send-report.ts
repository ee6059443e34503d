import { isPipelineError, type Brand, type Clock, type Log, type Mailer, type Weekly } from "@molva/contracts";
import type { Metrics } from "@molva/platform";
import { messageOf } from "../failure.ts";
import { slugOf, type Archive, type ReportCopy, type ReportLanguage } from "./archive.ts";
import { makeCopy } from "./make-copy.ts";
import { markOf, reportMail, type MailSetting } from "./report-mail.ts";
import type { SentNotes } from "./sent-notes.ts";
import type { Week } from "./weeks.ts";

export interface Recipient {
  readonly address: string;
  readonly language: ReportLanguage;
}

/** Between any two of these a process may die: what was done is found again, and what was not is done. */
type SendStep = "read" | "kept" | "copied" | "sent" | "noted";

export interface SendParts {
  readonly archive: Archive;
  readonly notes: SentNotes;
  readonly mailer: Mailer;
  readonly mail: MailSetting;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics | null;
  /** The report as it is known now. */
  readonly read: (brand: Brand, week: Week) => Promise<Weekly>;
  /** Null: no PDF is attached. */
  readonly pdfOf: ((report: Weekly, copy: ReportCopy) => Promise<Uint8Array>) | null;
  readonly onStep?: (step: SendStep, of: string) => void;
}

/** The name under which one process at a time sends the reports of a brand and week. */
export const sendingClaim = (brand: Brand, week: Week): string => `reports/${week.name}/${slugOf(brand.id)}`;

export interface SendOutcome {
  readonly to: string;
  /**
   * `before`: it had been sent already. `later`: the server took nothing now, and it is tried again. `stopped`: mail to this address came back.
   * `elsewhere`: another process is sending it.
   */
  readonly outcome: "sent" | "before" | "refused" | "later" | "unsubscribed" | "stopped" | "elsewhere";
  readonly why: string | null;
  /** It came out of the notes: nothing was tried now. */
  readonly known: boolean;
}

/** The report of a week as it is sent: the one that is kept, else read now and kept. All readers get the same. */
const reportOf = async (brand: Brand, week: Week, parts: SendParts): Promise<Weekly> => {
  const kept = await parts.archive.find(brand.id, week.name);
  if (kept !== null) return kept;
  const report = await parts.read(brand, week);
  parts.onStep?.("read", brand.id);
  const first = await parts.archive.keep(report);
  parts.onStep?.("kept", brand.id);
  return first;
};

const copyOf = async (report: Weekly, language: ReportLanguage, parts: SendParts): Promise<ReportCopy> => {
  const kept = await parts.archive.findCopy(report.brand, report.week, language);
  if (kept !== null) return kept;
  const made = await makeCopy(report, language);
  const pdf = parts.pdfOf === null ? {} : { pdf: await parts.pdfOf(report, made) };
  const copy = await parts.archive.keepCopy(report.brand, report.week, { ...made, ...pdf });
  parts.onStep?.("copied", report.brand);
  return copy;
};

const sendTo = async (
  brand: Brand,
  week: Week,
  { address, language }: Recipient,
  parts: SendParts,
  keptReport: () => Promise<Weekly>,
): Promise<SendOutcome> => {
  const { notes, clock, log, metrics } = parts;
  const known = await notes.read(week.name, brand.id, address);
  // What was missed, and is asked for now, is sent after all.
  if (known !== null && known.outcome !== "missed")
    return { to: address, outcome: known.outcome === "sent" ? "before" : "refused", why: known.why, known: true };
  if (await notes.isUnsubscribed(brand.id, address))
    return { to: address, outcome: "unsubscribed", why: null, known: true };
  const stopped = await notes.stopped(address);
  if (stopped !== null) return { to: address, outcome: "stopped", why: stopped.why, known: true };
  const count = (outcome: string): void => metrics?.count("molva_report_mails_total", { outcome });
  try {
    const report = await keptReport();
    const copy = await copyOf(report, language, parts);
    const pdf = parts.pdfOf === null ? null : (copy.pdf ?? (await parts.pdfOf(report, copy)));
    const mail = reportMail(report, copy, { to: address, date: clock(), pdf, test: false }, parts.mail);
    const answer = await parts.mailer.send(mail);
    parts.onStep?.("sent", address);
    const note = { at: clock(), outcome: "sent", why: answer.slice(0, 300) } as const;
    await notes.write(week.name, brand.id, address, note, markOf(report, address, parts.mail.signer));
    parts.onStep?.("noted", address);
    log.info("report.sent", { brand: brand.id, week: week.name, report: report.id });
    count("sent");
    return { to: address, outcome: "sent", why: answer, known: false };
  } catch (error) {
    const why = messageOf(error).slice(0, 500);
    if (isPipelineError(error) && error.recovery === "dead-letter" && error.code === "MAIL_REFUSED") {
      await notes.write(week.name, brand.id, address, { at: clock(), outcome: "refused", why });
      log.error("report.refused", { brand: brand.id, week: week.name, code: error.code });
      count("refused");
      return { to: address, outcome: "refused", why, known: false };
    }
    await notes.trouble(week.name, brand.id, address, clock(), why);
    log.warn("report.later", { brand: brand.id, week: week.name, message: why });
    count("later");
    return { to: address, outcome: "later", why, known: false };
  }
};

/**
 * Sends the report of a brand and week to those who have not had it, one after the other. At least once each, and normally once: it is noted after
 * the server has taken it, so that only a death in between sends it again, with the same message id.
 * @param keep whether it is still ours to send, where several processes could (`Claims`)
 */
export const sendReport = async (
  brand: Brand,
  week: Week,
  recipients: readonly Recipient[],
  parts: SendParts,
  keep: () => Promise<boolean> = async () => true,
): Promise<readonly SendOutcome[]> => {
  let opening: Promise<Weekly> | null = null;
  const keptReport = (): Promise<Weekly> => (opening ??= reportOf(brand, week, parts));
  const outcomes: SendOutcome[] = [];
  for (const recipient of recipients)
    outcomes.push(
      (await keep())
        ? await sendTo(brand, week, recipient, parts, keptReport)
        : { to: recipient.address, outcome: "elsewhere", why: null, known: true },
    );
  return outcomes;
};
