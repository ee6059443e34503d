import { PipelineError, type Mail, type Mailer } from "@molva/contracts";
import { createTransport, type SMTPTransportOptions } from "nodemailer";

export interface MailerOptions {
  readonly host: string;
  readonly port: number;
  /** `starttls`: the connection must become TLS before anything is told; `tls`: TLS from the first byte; `none`: only for a server on this machine. */
  readonly security: "starttls" | "tls" | "none";
  /** Authority that signed the server's certificate (PEM); null: those that Node trusts. */
  readonly ca: string | null;
  readonly login: { readonly user: string; readonly password: string } | null;
  /** Who sends, as `Molva <reports@example.org>`. */
  readonly from: string;
  /** Longest wait for an answer. Default 30 s. */
  readonly timeoutMs?: number;
}

/** What a failed SMTP exchange tells: its code by RFC 5321, or the library's own. */
interface Failure {
  readonly code?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
}

/** The server's words may hold the address; they are cut, and go to the person who mends the configuration. */
const wordsOf = (failure: Failure, error: Error): string =>
  (typeof failure.response === "string" ? failure.response : error.message).replaceAll(/\s+/gu, " ").slice(0, 300);

/** A 5xx to the message or its address is for good; a 5xx to the login is a wrong password, which a person mends: the message waits. */
const isRefusal = (failure: Failure): boolean =>
  typeof failure.responseCode === "number" && failure.responseCode >= 500 && failure.code !== "EAUTH";

const mailError = (error: unknown, options: MailerOptions): PipelineError => {
  const failure = error as Failure;
  const words = wordsOf(failure, error instanceof Error ? error : new Error(String(error)));
  const server = `${options.host}:${options.port}`;
  if (isRefusal(failure)) {
    return new PipelineError(`The mail server ${server} refused the message: ${words}`, {
      code: "MAIL_REFUSED",
      recovery: "dead-letter",
      cause: error,
      details: { responseCode: Number(failure.responseCode) },
    });
  }
  const advice =
    failure.code === "EAUTH"
      ? "check MOLVA_SMTP_USER and MOLVA_SMTP_PASSWORD"
      : failure.code === "ETLS" || failure.code === "ESOCKET"
        ? "check mail.host, mail.port, mail.security and mail.ca"
        : "the message waits and is tried again";
  return new PipelineError(`The mail server ${server} took no message: ${words}; ${advice}`, {
    code: "MAIL_UNAVAILABLE",
    recovery: "retry",
    cause: error,
  });
};

const transportOf = (options: MailerOptions): SMTPTransportOptions => {
  const timeout = options.timeoutMs ?? 30_000;
  return {
    host: options.host,
    port: options.port,
    secure: options.security === "tls",
    requireTLS: options.security === "starttls",
    ignoreTLS: options.security === "none",
    tls: { minVersion: "TLSv1.2", ...(options.ca === null ? {} : { ca: options.ca }) },
    ...(options.login === null ? {} : { auth: { user: options.login.user, pass: options.login.password } }),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    // Bodies and files come from us as bytes: nothing in a message may make the library read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
};

/** The one user of the mail library: one connection a message, so that nothing hangs between two weeks. */
export const createMailer = (options: MailerOptions): Mailer => {
  const transport = createTransport(transportOf(options));
  return {
    send: async (mail: Mail) => {
      try {
        const sent = await transport.sendMail({
          messageId: `<${mail.messageId}>`,
          ...(mail.inReplyTo === null ? {} : { inReplyTo: `<${mail.inReplyTo}>`, references: [`<${mail.inReplyTo}>`] }),
          from: options.from,
          to: mail.to,
          ...(mail.returnTo === undefined ? {} : { envelope: { from: mail.returnTo, to: mail.to } }),
          subject: mail.subject,
          html: mail.html,
          text: mail.text,
          date: mail.date,
          headers: { ...mail.headers },
          attachments: mail.files.map((file) => ({
            filename: file.name,
            contentType: file.type,
            content: Buffer.from(file.bytes),
            ...(file.cid === null ? {} : { cid: file.cid, contentDisposition: "inline" as const }),
          })),
        });
        return sent.response;
      } catch (error) {
        throw mailError(error, options);
      }
    },
    verify: async () => {
      try {
        await transport.verify();
      } catch (error) {
        throw mailError(error, options);
      }
    },
    close: async () => transport.close(),
  };
};
