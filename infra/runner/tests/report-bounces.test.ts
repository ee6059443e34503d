import { instantOf } from "@molva/contracts";
import { createLog } from "@molva/platform";
import {
  mailboxProblem,
  startMailboxServer,
  startMailServer,
  type MailboxServer,
  type MailServer,
} from "@molva/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openChannel } from "../src/alerts/open-channel.ts";
import { openFailures } from "../src/report/failures.ts";
import { channelConfig, channelParts, startReceiver } from "./support/alerting.ts";
import { openInProcess, type InProcess } from "./support/in-process.ts";
import { tellWeeks, writeReportConfig } from "./support/reporting.ts";

const problem = await mailboxProblem();

it("has a mail server with mailboxes to work with (in CI its absence is a failure)", () => {
  if (problem !== null) console.warn(`no IMAP server, so no bounce was read: ${problem}`);
  expect(problem === null || process.env["CI"] === undefined).toBe(true);
});

const BOX = "bounces@molva.example";

const returned = (id: string, status: string, words: string, to = BOX): string =>
  [
    "From: MAILER-DAEMON@mx.example.org",
    `To: ${to}`,
    "Subject: Undelivered Mail Returned to Sender",
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    "",
    "--b",
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; mx.example.org",
    "",
    "Final-Recipient: rfc822; somebody@example.org",
    "Action: failed",
    `Status: ${status}`,
    `Diagnostic-Code: smtp; ${words}`,
    "",
    "--b",
    "Content-Type: text/rfc822-headers",
    "",
    ...(id === "" ? [] : [`Message-ID: ${id}`]),
    "Subject: Aurora",
    "",
    "--b--",
    "",
  ].join("\n");

const sending = (): void => {
  let molva: InProcess;
  let box: MailboxServer;
  let mail: MailServer;
  let config: string;
  const run = (...words: readonly string[]) => molva.run([...words, "--config", config]);
  const outcomes = async (week: string): Promise<Readonly<Record<string, string>>> => {
    const kept = JSON.parse((await run("report", "list", "--json")).out) as readonly {
      readonly week: string;
      readonly readers: readonly { readonly to: string; readonly outcome: string }[];
    }[];
    const readers = kept.find((one) => one.week === week)?.readers ?? [];
    return Object.fromEntries(readers.map(({ to, outcome }) => [to, outcome]));
  };

  beforeAll(async () => {
    box = await startMailboxServer();
    mail = await startMailServer();
    molva = await openInProcess("bounces", {
      variables: { MOLVA_IMAP_USER: BOX, MOLVA_IMAP_PASSWORD: "a password" },
    });
    const bounces = { host: "127.0.0.1", port: box.imap, security: "none", returnTo: "bounces+{id}@molva.example" };
    config = await writeReportConfig(molva.folder, {
      port: mail.port,
      recipients: ["olga", "ivan", "vera"].map((name) => ({ address: `${name}@example.org` })),
      more: { bounces },
    });
  });
  afterAll(async () => {
    await molva[Symbol.asyncDispose]();
    await mail.stop();
    await box.stop();
  });

  it("are noted with their reader; who has no mailbox gets no more until it is taken back, who is full gets the next", async () => {
    const week = await tellWeeks(molva, "aurora", { positive: 3, neutral: 2, negative: 1 }, "Europe/Moscow");
    expect((await run("report", "weekly", "--brand", "aurora", "--send")).code).toBe(0);
    const of = (name: string) => {
      const found = mail.received.find(({ to }) => to[0] === `${name}@example.org`);
      if (found === undefined) throw new Error(`${name} got nothing`);
      return found;
    };
    // The sender of the envelope names the message; that of the letter stays.
    expect(of("olga").from).toMatch(/^bounces\+[0-9a-f]{32}@molva\.example$/);
    expect(of("olga").parsed.from?.text).toContain("reports@molva.example");

    await box.deliver(BOX, returned(of("olga").parsed.messageId ?? "", "5.1.1", "550 5.1.1 no such user"));
    // Nothing was sent back but the address that it came to.
    await box.deliver(BOX, returned("", "5.2.2", "552 mailbox full", of("ivan").from));
    // Whoever makes up an id, or names an address alone, silences nobody.
    await box.deliver(BOX, returned(`<${"0".repeat(32)}@molva.example>`, "5.1.1", "550 vera is gone"));
    await box.deliver(BOX, "From: vera@example.org\nSubject: Thank you\n\nIt came.\n");

    const said = await run("report", "bounces", "--json");
    expect(said.code, said.err).toBe(0);
    expect(JSON.parse(said.out)).toEqual([
      { week: week.name, brand: "aurora", to: "olga@example.org", kind: "hard", why: "550 5.1.1 no such user" },
      { week: week.name, brand: "aurora", to: "ivan@example.org", kind: "soft", why: "5.2.2 552 mailbox full" },
    ]);
    expect((await run("report", "bounces")).out).toBe("Nothing came back since the last time.\n");
    expect(await outcomes(week.name)).toEqual({
      "olga@example.org": "bounced",
      "ivan@example.org": "returned",
      "vera@example.org": "sent",
    });

    const before = mail.received.length;
    const next = await run("report", "weekly", "--brand", "aurora", "--week", "2026-W01", "--send");
    expect(next.out).toMatch(/olga@example\.org\s+stopped\s+550 5\.1\.1/);
    expect(mail.received.slice(before).map(({ to }) => to[0])).toEqual(["ivan@example.org", "vera@example.org"]);
    expect((await run("report", "list")).err).toContain("olga@example.org since");
    await run("report", "subscribe", "olga@example.org", "--brand", "aurora");
    await run("report", "weekly", "--brand", "aurora", "--week", "2026-W01", "--send");
    expect(mail.received.at(-1)?.to).toEqual(["olga@example.org"]);
  });

  it("for good are told to the alert channels, once each, also to one that is down at first", async () => {
    let down = true;
    const hook = await startReceiver(() => ({ status: down ? 503 : 200 }));
    const { checkpoints, claims } = molva.runtime;
    let now = Date.now();
    const failures = openFailures({
      checkpoints,
      claims,
      channels: [
        openChannel(
          channelConfig("webhook", { url: `${hook.url}/in` }),
          channelParts({ secrets: new Map([["webhook", "a key of the test's own"]]) }),
        ),
      ],
      clock: () => instantOf(now),
      log: createLog("silent", { write: () => {} }),
    });
    await failures.tell();
    await failures.tell(); // too early: it was down a moment ago
    expect(hook.received).toHaveLength(1);
    down = false;
    now += 60_000;
    for (let i = 0; i < 3; i += 1) await failures.tell();
    await hook.stop();
    expect(hook.received).toHaveLength(2);
    const [first, second] = hook.received.map(
      ({ body }) =>
        JSON.parse(Buffer.from(body, "latin1").toString()) as {
          readonly alert: { readonly event: string; readonly alertId: string };
          readonly words: { readonly verdict: string; readonly facts: readonly string[] };
        },
    );
    expect(second?.words.verdict).toMatch(/^Aurora: the report of \d{4}-W\d\d came back, and no more is sent there$/);
    expect(second?.words.facts).toContain("To: olga@example.org");
    expect(second?.alert).toMatchObject({ event: "report", alertId: first?.alert.alertId });
  });
};
if (problem === null) describe("reports that come back", sending);
