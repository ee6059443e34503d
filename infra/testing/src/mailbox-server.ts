import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createServer } from "node:tls";
import { freePort } from "../free-port.mjs";
import { ensureJars, javaProblem, MAILBOX } from "../kafka/jars.mjs";
import { certificate } from "./mail-server.ts";

/** A real mail server with mailboxes (GreenMail, in Java): it takes mail over SMTP and gives it out over IMAP. */
export interface MailboxServer {
  /** Puts a message, as it stands, into the mailbox of an address, which is made by it. */
  deliver(to: string, raw: string): Promise<void>;
  /** Without TLS. The user is the address; any password does. */
  readonly imap: number;
  /** The same over TLS, with the certificate that `ca` signed. */
  readonly imaps: number;
  readonly ca: string;
  stop(): Promise<void>;
}

/** Why none can be started here, with what to do about it; null when one can. Fetches its jar (11 MB) when it is not there yet. */
export const mailboxProblem = async (): Promise<string | null> =>
  (await javaProblem()) ?? (await ensureJars(MAILBOX)).problem ?? null;

const answers = async (port: number, hasEnded: () => boolean): Promise<void> => {
  for (;;) {
    const socket = connectPlain({ port, host: "127.0.0.1" });
    const greeted = await Promise.race([
      once(socket, "data").then(
        () => true,
        () => false,
      ),
      once(socket, "close").then(() => false),
    ]);
    socket.destroy();
    if (greeted) return;
    if (hasEnded()) throw new Error("the mail server ended before it answered");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

/** The few words of SMTP that hand over one message. */
const handOver = async (port: number, to: string, raw: string): Promise<void> => {
  const socket = connectPlain({ port, host: "127.0.0.1" });
  const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  const answered = async (good: string): Promise<void> => {
    const { value } = (await lines.next()) as { readonly value?: string };
    if (value?.startsWith(good) !== true) throw new Error(`the mail server said ${value ?? "nothing"}, not ${good}`);
  };
  try {
    await answered("220");
    const commands = ["HELO test", "MAIL FROM:<postmaster@mx.example.org>", `RCPT TO:<${to}>`];
    for (const command of commands) {
      socket.write(`${command}\r\n`);
      await answered("250");
    }
    socket.write("DATA\r\n");
    await answered("354");
    socket.write(`${raw.replaceAll(/^\./gm, "..").replaceAll(/\r?\n/g, "\r\n")}\r\n.\r\n`);
    await answered("250");
  } finally {
    socket.destroy();
  }
};

/** @throws {Error} when there is no Java or the jar cannot be fetched; the message says what to do */
export const startMailboxServer = async (): Promise<MailboxServer> => {
  const { folder, problem } = await ensureJars(MAILBOX);
  if (folder === undefined) throw new Error(problem);
  const [smtp, imap] = [await freePort(), await freePort()];
  const options = [`smtp.port=${smtp}`, `imap.port=${imap}`, "hostname=127.0.0.1", "auth.disabled", "verbose=false"];
  const jar = readdirSync(folder).find((name) => name.startsWith("greenmail")) ?? "";
  const child = spawn(
    "java",
    ["-Xmx128m", "-XX:TieredStopAtLevel=1", ...options.map((one) => `-Dgreenmail.${one}`), "-jar", join(folder, jar)],
    { stdio: "ignore" },
  );
  const killNow = (): void => void child.kill("SIGKILL");
  process.once("exit", killNow);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  await answers(imap, hasEnded);
  await answers(smtp, hasEnded);
  const keys = await certificate();
  const door = createServer({ key: keys.private, cert: keys.cert }, (secure) => {
    const plain = connectPlain({ port: imap, host: "127.0.0.1" });
    secure.on("error", () => plain.destroy()).pipe(plain);
    plain.on("error", () => secure.destroy()).pipe(secure);
  });
  door.on("tlsClientError", () => {}); // a client that trusts no such certificate is part of the tests
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const address = door.address();
  return {
    deliver: (to, raw) => handOver(smtp, to, raw),
    imap,
    imaps: typeof address === "object" && address !== null ? address.port : 0,
    ca: keys.cert,
    stop: async () => {
      door.close();
      process.off("exit", killNow);
      if (hasEnded()) return;
      const ended = once(child, "exit");
      killNow();
      await ended;
    },
  };
};
