import { createHash } from "node:crypto";
import { millisOf, type Checkpoints, type Clock, type Log } from "@molva/contracts";
import {
  readDeliveryReport,
  visitMailbox,
  type DeliveryReport,
  type MailboxOptions,
  type Metrics,
} from "@molva/platform";
import { z } from "zod";
import type { Failures } from "./failures.ts";
import type { SentNotes } from "./sent-notes.ts";

export interface BounceParts {
  readonly checkpoints: Checkpoints;
  readonly notes: SentNotes;
  readonly failures: Failures;
  readonly mailbox: MailboxOptions;
  /** Right of the `@` in message ids. */
  readonly domain: string;
  /** A brand's title and zone, for what is told of it. */
  readonly about: (brand: string) => { readonly title: string; readonly zone: string };
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics | null;
  readonly signal?: AbortSignal;
}

export interface BounceFound {
  readonly week: string;
  readonly brand: string;
  readonly to: string;
  readonly kind: "hard" | "soft";
  readonly why: string;
}

const pointSchema = z.object({ uidValidity: z.string(), uid: z.number() });
const LOOK_BACK_MS = 14 * 86_400_000;

/**
 * Hard: there is no such mailbox, and nothing more is sent there (RFC 3463: 5.1 but for what is wrong with the sender, and 5.0 of servers that say no more).
 * Soft: the mailbox is full, the message too large, a policy, a server that could not be reached: the next report is tried again.
 */
const kindOf = ({ status }: DeliveryReport): "hard" | "soft" =>
  status !== null && /^5\.(?:0\.|1\.(?:[0-6]|10)$)/.test(status) ? "hard" : "soft";

/** Marks of messages that a report may be about: ids that we gave out are 32 hexadecimal digits that nobody can guess. */
const marksOf = ({ messageIds, cameTo }: DeliveryReport, domain: string): readonly string[] => [
  ...new Set([
    ...messageIds.flatMap((id) => (id.endsWith(`@${domain}`) ? [id.slice(0, -domain.length - 1)] : [])),
    ...cameTo.flatMap((address) => address.split("@", 1)[0]?.match(/[0-9a-f]{32}/g) ?? []),
  ]),
];

/**
 * Reads what came back since the last time and notes it with its reader. Only a mark of ours makes it believed: an address alone could be named by
 * anybody. Read twice it counts once.
 * @throws {PipelineError} as `visitMailbox`
 */
export const readBounces = async (parts: BounceParts): Promise<readonly BounceFound[]> => {
  const { checkpoints, notes, mailbox, clock, log, metrics } = parts;
  const key = `reports/mailbox/${mailbox.host}/${mailbox.login.user}/${mailbox.folder}`;
  const point = pointSchema.safeParse(await checkpoints.read(key));
  const found: BounceFound[] = [];

  const noteOne = async (mark: string, report: DeliveryReport, id: string): Promise<boolean> => {
    const mail = await notes.mailOf(mark);
    if (mail === null) return false;
    if (report.action === "delayed") return true;
    const kind = kindOf(report);
    const { status, why: words } = report;
    const why = status === null || words.includes(status) ? words : `${status} ${words}`.trim();
    if (kind === "hard") {
      const failure = {
        ...mail,
        ...parts.about(mail.brand),
        at: clock(),
        kind: "bounced",
        to: [mail.to],
        why,
      } as const;
      if (!(await notes.isBounced(mail, id))) await parts.failures.note(failure);
    }
    if (!(await notes.bounce(mail, { at: clock(), kind, why }, id))) return true;
    metrics?.count("molva_report_bounces_total", { kind });
    log.warn("report.bounced", { brand: mail.brand, week: mail.week, kind, status: report.status });
    found.push({ ...mail, kind, why });
    return true;
  };

  const next = await visitMailbox({
    options: mailbox,
    point: point.success ? point.data : null,
    since: new Date(millisOf(clock()) - LOOK_BACK_MS),
    ...(parts.signal === undefined ? {} : { signal: parts.signal }),
    take: async ({ bytes }) => {
      const report = await readDeliveryReport(bytes);
      if (report === null) return false;
      const id = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
      let ours = false;
      for (const mark of marksOf(report, parts.domain)) ours = (await noteOne(mark, report, id)) || ours;
      return ours;
    },
  });
  await checkpoints.write({ [key]: next });
  return found;
};
