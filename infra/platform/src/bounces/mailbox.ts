import { PipelineError } from "@molva/contracts";
import { ImapFlow } from "imapflow";
import { maybeReport, REPORT_HEADERS } from "./delivery-report.ts";

export interface MailboxOptions {
  readonly host: string;
  readonly port: number;
  /** As of `MailerOptions`. */
  readonly security: "starttls" | "tls" | "none";
  readonly ca: string | null;
  readonly login: { readonly user: string; readonly password: string };
  /** The folder that reports come to, e.g. `INBOX`. */
  readonly folder: string;
  /** Marks the reports that were taken as seen. */
  readonly seen: boolean;
  /** Moves the reports that were taken there; null leaves them. */
  readonly moveTo: string | null;
  /** Longest wait for an answer. Default 30 s. */
  readonly timeoutMs?: number;
}

/** How far a folder was read. Another `uidValidity` is another folder of the same name, and is read anew. */
export interface MailboxPoint {
  readonly uidValidity: string;
  readonly uid: number;
}

export interface MailboxVisit {
  readonly options: MailboxOptions;
  /** Null: what came since `since`. */
  readonly point: MailboxPoint | null;
  readonly since: Date;
  /** Called for each message that may be a report, oldest first, with its first 256 KiB. True: it was one of ours, and may be marked or moved. */
  readonly take: (message: { readonly uid: number; readonly bytes: Uint8Array }) => Promise<boolean>;
  readonly signal?: AbortSignal;
}

const FIRST_BYTES = 256 * 1024;
/** Messages of one visit; the next one goes on behind them. */
const AT_ONCE = 2_000;
const HEADS_AT_ONCE = 200;

const failureOf = (error: unknown, { host, port, folder }: MailboxOptions): PipelineError => {
  const told = error as { readonly responseText?: unknown; readonly authenticationFailed?: unknown };
  const words = (typeof told.responseText === "string" ? told.responseText : (error as Error).message)
    .replaceAll(/\s+/gu, " ")
    .slice(0, 300);
  const advice =
    told.authenticationFailed === true
      ? "check MOLVA_IMAP_USER and MOLVA_IMAP_PASSWORD"
      : "check report.bounces (host, port, security, ca, folder); it is asked again";
  return new PipelineError(`The mailbox ${folder} at ${host}:${port} could not be read: ${words}; ${advice}`, {
    code: "MAIL_UNAVAILABLE",
    recovery: "retry",
    cause: error,
  });
};

const clientOf = ({ host, port, security, ca, login, timeoutMs = 30_000 }: MailboxOptions): ImapFlow =>
  new ImapFlow({
    host,
    port,
    secure: security === "tls",
    doSTARTTLS: security === "starttls",
    tls: { minVersion: "TLSv1.2", ...(ca === null ? {} : { ca }) },
    auth: { user: login.user, pass: login.password },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // What a server may make us keep in memory.
    maxLineLength: 4 * 1024 * 1024,
    maxLiteralSize: 1024 * 1024,
    maxResponseSize: 8 * 1024 * 1024,
    maxResponseTokens: 100_000,
  });

const visitOpen = async (client: ImapFlow, visit: MailboxVisit): Promise<MailboxPoint> => {
  const { options, since, take, signal } = visit;
  const changes = options.seen || options.moveTo !== null;
  const folder = await client.mailboxOpen(options.folder, { readOnly: !changes });
  const uidValidity = folder.uidValidity.toString();
  const from = visit.point?.uidValidity === uidValidity ? visit.point.uid : 0;
  const found = (await client.search(from === 0 ? { since } : { uid: `${from + 1}:*` }, { uid: true })) || [];
  // `n:*` always holds the last message, also when it is older.
  const uids = found
    .filter((uid) => uid > from)
    .toSorted((one, other) => one - other)
    .slice(0, AT_ONCE);
  let last = from;
  for (let at = 0; at < uids.length; at += HEADS_AT_ONCE) {
    const some = uids.slice(at, at + HEADS_AT_ONCE);
    const heads = await client.fetchAll(some, { uid: true, headers: [...REPORT_HEADERS] }, { uid: true });
    for (const { uid, headers } of heads.toSorted((one, other) => one.uid - other.uid)) {
      signal?.throwIfAborted();
      if (headers === undefined || !maybeReport(headers.toString("latin1"))) continue;
      const message = await client.fetchOne(uid, { source: { maxLength: FIRST_BYTES } }, { uid: true });
      if (message === false || message.source === undefined) continue;
      if (!(await take({ uid, bytes: message.source }))) continue;
      if (options.seen) await client.messageFlagsAdd(uid, [String.raw`\Seen`], { uid: true });
      if (options.moveTo !== null) await client.messageMove(uid, options.moveTo, { uid: true });
    }
    last = some.at(-1) ?? last;
  }
  return { uidValidity, uid: Math.max(last, from) };
};

/**
 * Reads what came to a mail folder since the last time; the one user of the IMAP library. Nothing is deleted, and what is not taken stays as it was.
 * @returns how far it was read, to be kept once everything that was taken is kept
 * @throws {PipelineError} `MAIL_UNAVAILABLE` (retry): no answer, TLS or login failed, there is no such folder; what `take` throws
 */
export const visitMailbox = async (visit: MailboxVisit): Promise<MailboxPoint> => {
  const client = clientOf(visit.options);
  client.on("error", () => {}); // told by the call that it interrupts
  const close = (): void => client.close();
  visit.signal?.addEventListener("abort", close, { once: true });
  let taking: unknown = null;
  try {
    await client.connect();
    const take: MailboxVisit["take"] = async (message) => {
      try {
        return await visit.take(message);
      } catch (error) {
        taking = error;
        throw error;
      }
    };
    const point = await visitOpen(client, { ...visit, take });
    await client.logout();
    return point;
  } catch (error) {
    client.close();
    throw taking === null ? failureOf(error, visit.options) : taking;
  } finally {
    visit.signal?.removeEventListener("abort", close);
  }
};
