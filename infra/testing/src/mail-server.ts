import { once } from "node:events";
import { simpleParser, type ParsedMail } from "mailparser";
import { generate } from "selfsigned";
import { SMTPServer, type SMTPServerSession } from "smtp-server";

/** One message as a person's mail program would see it. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Whether the connection was encrypted when it was told. */
  readonly encrypted: boolean;
  readonly user: string | null;
  readonly raw: Buffer;
  readonly parsed: ParsedMail;
}

export interface MailServerOptions {
  /** Default: whatever comes first, plain or STARTTLS. */
  readonly tls?: boolean;
  readonly login?: { readonly user: string; readonly password: string };
  /** Answer to a recipient; null takes it. E.g. `{ code: 550, message: "no such user" }`. */
  readonly answer?: (address: string) => { readonly code: number; readonly message: string } | null;
  /** Answer to a whole message after its data; null takes it. */
  readonly answerData?: (address: string) => { readonly code: number; readonly message: string } | null;
}

export interface MailServer {
  readonly port: number;
  /** The certificate that signs for `localhost` and 127.0.0.1 (PEM). */
  readonly ca: string;
  readonly received: readonly ReceivedMail[];
  /** The next message that was not yet asked for. */
  next(): Promise<ReceivedMail>;
  stop(): Promise<void>;
}

const refusal = (answer: { readonly code: number; readonly message: string }): Error =>
  Object.assign(new Error(answer.message), { responseCode: answer.code });

const bytesOf = async (stream: AsyncIterable<Buffer>): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
};

/** A certificate for `localhost` and 127.0.0.1 that is its own authority. */
export const certificate = async () =>
  generate([{ name: "commonName", value: "localhost" }], {
    keySize: 2048,
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });

/** A real SMTP server on the loopback: it speaks STARTTLS, asks for a login where told to, and refuses what it is told to refuse. */
export const startMailServer = async (options: MailServerOptions = {}): Promise<MailServer> => {
  const keys = await certificate();
  const received: ReceivedMail[] = [];
  const waiting: ((mail: ReceivedMail) => void)[] = [];
  let asked = 0;
  const server = new SMTPServer({
    secure: options.tls === true,
    key: keys.private,
    cert: keys.cert,
    authOptional: options.login === undefined,
    logger: false,
    size: 50 * 1024 * 1024,
    onAuth: (auth, _session, callback) => {
      const login = options.login;
      if (login !== undefined && auth.username === login.user && auth.password === login.password)
        callback(null, { user: login.user });
      else callback(refusal({ code: 535, message: "wrong user or password" }));
    },
    onRcptTo: (address, _session, callback) => {
      const answer = options.answer?.(address.address) ?? null;
      callback(answer === null ? null : refusal(answer));
    },
    onData: (stream, session: SMTPServerSession, callback) => {
      const take = async (): Promise<void> => {
        const raw = await bytesOf(stream);
        const to = session.envelope.rcptTo.map((one) => one.address);
        const answer = options.answerData?.(to[0] ?? "") ?? null;
        if (answer !== null) throw refusal(answer);
        const sender = session.envelope.mailFrom;
        const mail: ReceivedMail = {
          from: sender === false ? "" : sender.address,
          to,
          encrypted: session.secure,
          user: typeof session.user === "string" ? session.user : null,
          raw,
          // Pictures stay files of the mail: the HTML is what was sent.
          parsed: await simpleParser(raw, { keepCidLinks: true }),
        };
        received.push(mail);
        const waiter = waiting.shift();
        if (waiter !== undefined) {
          asked += 1;
          waiter(mail);
        }
      };
      take().then(
        () => callback(null),
        (error: unknown) => callback(error as Error),
      );
    },
  });
  server.on("error", () => {}); // a client that hangs up in the middle is part of the tests
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("the mail server has no port");
  return {
    port: address.port,
    ca: keys.cert,
    received,
    next: () => {
      const mail = received[asked];
      if (mail === undefined) return new Promise((resolve) => waiting.push(resolve));
      asked += 1;
      return Promise.resolve(mail);
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
