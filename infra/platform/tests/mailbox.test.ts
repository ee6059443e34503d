import { connect } from "node:net";
import { isPipelineError } from "@molva/contracts";
import { mailboxProblem, startMailboxServer, type MailboxServer } from "@molva/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { visitMailbox, type MailboxOptions, type MailboxPoint } from "../src/index.ts";

const problem = await mailboxProblem();

it("has a mail server with mailboxes to work with (in CI its absence is a failure)", () => {
  if (problem !== null) console.warn(`no IMAP server, so no mailbox was read: ${problem}`);
  expect(problem === null || process.env["CI"] === undefined).toBe(true);
});

const inMailbox = (): void => {
  let server: MailboxServer;
  beforeAll(async () => {
    server = await startMailboxServer();
  });
  afterAll(() => server.stop());

  const deliver = (to: string, raw: string): Promise<void> => server.deliver(to, raw);
  const returned = (number: number): string =>
    `From: MAILER-DAEMON@mx.example.org\r\nSubject: failure ${number}\r\n\r\n550 5.1.1 no such user\r\n`;
  const personal = (number: number): string => `From: olga@example.org\r\nSubject: hello ${number}\r\n\r\nhello\r\n`;

  const optionsFor = (user: string, more: Partial<MailboxOptions> = {}): MailboxOptions => ({
    host: "localhost",
    port: server.imaps,
    security: "tls",
    ca: server.ca,
    login: { user, password: "any" },
    folder: "INBOX",
    seen: true,
    moveTo: null,
    ...more,
  });
  const visit = async (options: MailboxOptions, point: MailboxPoint | null, takes = true) => {
    const seen: string[] = [];
    const next = await visitMailbox({
      options,
      point,
      since: new Date(Date.now() - 86_400_000),
      take: async ({ bytes }) => {
        seen.push(/^Subject: (.*?)\r?$/m.exec(Buffer.from(bytes).toString("latin1"))?.[1] ?? "");
        return takes;
      },
    });
    return { seen, next };
  };

  it("gives what may be a report, oldest first, each once, and never a person's mail", async () => {
    const options = optionsFor("bounces@molva.example");
    await deliver("bounces@molva.example", returned(1));
    await deliver("bounces@molva.example", personal(2));
    await deliver("bounces@molva.example", returned(3));
    const first = await visit(options, null);
    expect(first.seen).toEqual(["failure 1", "failure 3"]);
    expect((await visit(options, first.next)).seen).toEqual([]);
    await deliver("bounces@molva.example", returned(4));
    const second = await visit(options, first.next);
    expect(second.seen).toEqual(["failure 4"]);
    // Nothing was deleted: read from the beginning it is all there.
    expect((await visit(options, null)).seen).toEqual(["failure 1", "failure 3", "failure 4"]);
    // Another folder of the same name is read from the beginning.
    expect((await visit(options, { ...second.next, uidValidity: "1" })).seen).toHaveLength(3);
  });

  /** What the server answers to some commands, as any mail program would give them. */
  const ask = async (user: string, ...commands: readonly string[]): Promise<string> => {
    const socket = connect({ port: server.imap, host: "127.0.0.1" });
    const all = [`LOGIN ${user} any`, ...commands, "LOGOUT"];
    socket.write(all.map((command, i) => `a${i} ${command}\r\n`).join(""));
    let said = "";
    for await (const part of socket as AsyncIterable<Buffer>) {
      said += part.toString();
      if (said.includes(`\na${all.length - 1} `)) break;
    }
    return said;
  };

  it("marks what was taken as seen, or moves it where it is told; all else stays as it was", async () => {
    const user = "moved@molva.example";
    await deliver(user, returned(1));
    await deliver(user, personal(2));
    expect((await visit(optionsFor(user), null, false)).seen).toEqual(["failure 1"]);
    expect(await ask(user, "STATUS INBOX (UNSEEN)")).toContain("UNSEEN 2");
    await visit(optionsFor(user), null);
    expect(await ask(user, "STATUS INBOX (MESSAGES UNSEEN)")).toMatch(/MESSAGES 2 UNSEEN 1/);
    await ask(user, "CREATE Handled");
    await visit(optionsFor(user, { moveTo: "Handled" }), null);
    const said = await ask(user, "STATUS INBOX (MESSAGES UNSEEN)", "STATUS Handled (MESSAGES UNSEEN)");
    expect([...said.matchAll(/MESSAGES (\d+) UNSEEN (\d+)/g)].map(([, all, unseen]) => `${all}/${unseen}`)).toEqual([
      "1/1",
      "1/0",
    ]);
  });

  it("is read again where taking failed, and reads of a huge message its beginning only", async () => {
    const options = optionsFor("huge@molva.example");
    await deliver("huge@molva.example", `${returned(1)}${"x".repeat(70)}\r\n${`${"y".repeat(70)}\r\n`.repeat(20_000)}`);
    const broken = visitMailbox({
      options,
      point: null,
      since: new Date(0),
      take: async ({ bytes }) => {
        throw new Error(`read ${bytes.length}`);
      },
    });
    await expect(broken).rejects.toThrow(`read ${256 * 1024}`);
    expect((await visit(options, null)).seen).toEqual(["failure 1"]);
  });

  it("says what to look at when it cannot be read", async () => {
    const failure = async (options: MailboxOptions) => {
      const error: unknown = await visit(options, null).catch((thrown: unknown) => thrown);
      if (!isPipelineError(error)) throw new Error(`no failure of ours: ${String(error)}`);
      return [error.code, error.recovery, error.message] as const;
    };
    const [code, recovery, message] = await failure(optionsFor("a@molva.example", { folder: "Nowhere" }));
    expect([code, recovery]).toEqual(["MAIL_UNAVAILABLE", "retry"]);
    expect(message).toContain("report.bounces");
    expect((await failure(optionsFor("a@molva.example", { ca: null })))[0]).toBe("MAIL_UNAVAILABLE");
    // A server that offers no STARTTLS is told nothing.
    const plain = optionsFor("a@molva.example", { host: "127.0.0.1", port: server.imap, security: "starttls" });
    expect((await failure(plain))[0]).toBe("MAIL_UNAVAILABLE");
  });
};
if (problem === null) describe("a mailbox", inMailbox);
