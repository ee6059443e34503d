import { assert, asyncProperty, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { readDeliveryReport } from "../src/index.ts";

const OURS = "0123456789abcdef0123456789abcdef@molva.example";

/** A message of lines, as they come over the wire. */
const message = (...lines: readonly string[]): Uint8Array => Buffer.from(lines.join("\r\n"));
const read = (...lines: readonly string[]) => readDeliveryReport(message(...lines));

const report = (
  fields: readonly string[],
  returned: readonly string[] = ["message/rfc822", `Message-ID: <${OURS}>`],
) => [
  "Return-Path: <>",
  "From: Mail Delivery System <MAILER-DAEMON@mx.example.org>",
  "To: reports@molva.example",
  "Subject: Undelivered Mail Returned to Sender",
  "MIME-Version: 1.0",
  'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
  "",
  "--b",
  "Content-Type: text/plain",
  "",
  "Sorry. <somebody-elses-id@elsewhere.example>",
  "",
  "--b",
  "Content-Type: message/delivery-status",
  "",
  "Reporting-MTA: dns; mx.example.org",
  "",
  ...fields,
  "",
  "--b",
  `Content-Type: ${returned[0] ?? ""}`,
  "",
  ...returned.slice(1),
  "Subject: Aurora",
  "",
  "--b--",
];

describe("a delivery report", () => {
  it("of RFC 3464 says of which message, what became of it, and why", async () => {
    const read1 = await read(
      ...report([
        "Final-Recipient: rfc822; olga@example.org",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 <olga@example.org>: Recipient address",
        "    rejected: User unknown",
      ]),
    );
    expect(read1).toEqual({
      action: "failed",
      status: "5.1.1",
      why: "550 5.1.1 <olga@example.org>: Recipient address rejected: User unknown",
      messageIds: [OURS],
      cameTo: ["reports@molva.example"],
    });
  });

  it("may send back the head alone, and of several recipients the worst counts", async () => {
    const fields = [
      "Final-Recipient: rfc822; list@example.org",
      "Action: expanded",
      "Status: 2.1.5",
      "",
      "Final-Recipient: rfc822; olga@example.org",
      "Action: failed (bad destination)",
      "Status: 5.2.2 (mailbox full)",
    ];
    const found = await read(...report(fields, ["text/rfc822-headers", `Message-Id: <${OURS.toUpperCase()}>`]));
    expect(found).toMatchObject({ action: "failed", status: "5.2.2", messageIds: [OURS] });
  });

  it("that is base64 or answers a marked sender is known, too", async () => {
    const returned = Buffer.from(`Message-ID: <${OURS}>\r\nSubject: x\r\n\r\nx`).toString("base64");
    const lines = report(
      ["Action: failed", "Status: 5.0.0"],
      ["message/rfc822\r\nContent-Transfer-Encoding: base64", returned],
    ).map((line) => (line.startsWith("To:") ? "To: Bounces <bounces+0123@Molva.example>" : line));
    expect(await read(...lines.filter((line) => line !== "Subject: Aurora"))).toMatchObject({
      messageIds: [OURS],
      cameTo: ["bounces+0123@molva.example"],
    });
  });

  it("of a message that only waits is no failure, and of one that arrived is none at all", async () => {
    expect(await read(...report(["Action: delayed", "Status: 4.4.1"]))).toMatchObject({ action: "delayed" });
    expect(await read(...report(["Action: delivered", "Status: 2.1.5"]))).toBeNull();
    expect(await read(...report(["Action: relayed", "Status: 2.1.5"]))).toBeNull();
  });

  it.each([
    [
      "qmail",
      ["From: MAILER-DAEMON@mx.example.org", "To: reports@molva.example", "Subject: failure notice", ""],
      [
        "Hi. This is the qmail-send program at mx.example.org.",
        "",
        "<olga@example.org>:",
        "192.0.2.7 does not like recipient.",
        "Remote host said: 550 no mailbox here by that name",
        "",
        "--- Below this line is a copy of the message.",
        "",
        `Message-ID: <${OURS}>`,
      ],
      "5.0.0",
    ],
    [
      "Exim",
      [
        "From: Mail Delivery System <Mailer-Daemon@mx.example.org>",
        "To: reports@molva.example",
        "X-Failed-Recipients: olga@example.org",
        "Auto-Submitted: auto-replied",
        "Subject: Mail delivery failed: returning message to sender",
        "",
      ],
      [
        "  olga@example.org",
        "    host mx2.example.org [192.0.2.8]",
        "    SMTP error from remote mail server after RCPT TO:<olga@example.org>:",
        "    550 5.1.1 unknown user",
        "",
        "------ This is a copy of the message, including all the headers. ------",
        "",
        `Message-ID: <${OURS}>`,
      ],
      "5.1.1",
    ],
  ])("in plain words (%s) is one as well", async (_, head, body, status) => {
    expect(await read(...head, ...body)).toMatchObject({ action: "failed", status, messageIds: [OURS] });
  });

  it("is not what a person or a holiday sends, though it answers our message", async () => {
    const holiday = ["From: Olga <olga@example.org>", "Auto-Submitted: auto-replied", `In-Reply-To: <${OURS}>`, ""];
    expect(await read("Return-Path: <>", ...holiday, `I am away, call 550 123. <${OURS}>`)).toBeNull();
    expect(await read("From: Ivan <ivan@example.org>", "Subject: 550 5.1.1", "", `5.1.1 <${OURS}>`)).toBeNull();
  });

  it("is nothing that hostile bytes break: parts in parts, heads without end, noise", async () => {
    const nested = Array.from({ length: 3_000 }, (_, i) => [
      `Content-Type: multipart/mixed; boundary="${i}"`,
      "",
      `--${i}`,
    ]).flat();
    expect(await read("From: MAILER-DAEMON@x.example", ...nested, "550 5.1.1 no")).toBeNull();
    expect(await read("From: MAILER-DAEMON@x.example", `X: ${"x".repeat(250_000)}`, "", "550 5.1.1 no")).toSatisfy(
      (found: Awaited<ReturnType<typeof read>>) => found === null || found.messageIds.length === 0,
    );
    const long = await read(
      ...report(["Action: failed", "Status: 5.1.1", `Diagnostic-Code: smtp; \u202E${"no ".repeat(50_000)}`]),
    );
    expect(long?.why.length).toBeLessThanOrEqual(300);
    await assert(
      asyncProperty(uint8Array({ maxLength: 2_000 }), async (bytes) => {
        await readDeliveryReport(Buffer.concat([message(...report([]).slice(0, 16), ""), bytes]));
      }),
      { numRuns: 100 },
    );
  });
});
