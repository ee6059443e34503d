import type { Instant } from "./domain.ts";

/** A file inside a mail. With a `cid` it is a picture that the HTML shows as `cid:…`. */
export interface MailFile {
  readonly name: string;
  /** Media type, e.g. `image/png`. */
  readonly type: string;
  readonly cid: string | null;
  readonly bytes: Uint8Array;
}

/** One message to one person: whoever sends to several sends several, so that each can be told apart, tried again and refused. */
export interface Mail {
  /** Without angle brackets, e.g. `2026-w46.aurora.3f1c@molva`. The same message has the same id however often it is tried. */
  readonly messageId: string;
  /** Message id of the first of a thread; null when this is the first. */
  readonly inReplyTo: string | null;
  readonly to: string;
  /** Where it comes back to when it cannot be delivered; left out: to the sender. */
  readonly returnTo?: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly files: readonly MailFile[];
  readonly date: Instant;
  /** Further headers, e.g. `List-Unsubscribe`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Hands mails to a mail server. The sender's address is the mailer's own. */
export interface Mailer {
  /**
   * Resolves with the server's answer once it has taken the responsibility for the message.
   * @throws {PipelineError} `MAIL_REFUSED` (dead-letter): this message or this address never succeeds; `MAIL_UNAVAILABLE` (retry): no
   * answer, TLS or login failed, or the server said "later".
   */
  send(mail: Mail): Promise<string>;
  /** Connects, signs in, and sends nothing. @throws as `send` */
  verify(): Promise<void>;
  close(): Promise<void>;
}
