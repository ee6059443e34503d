import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ALERTS, DEAD_LETTERS, instantOf } from "@molva/contracts";
import { checkSignature, createMailer, type EmbeddedBus } from "@molva/platform";
import { startMailServer, type MailServer, type MailServerOptions } from "@molva/testing";
import { afterEach, describe, expect, it } from "vitest";
import { releaseFormerChannels, trimSentNotes } from "../src/alerts/former-channels.ts";
import { openChannel } from "../src/alerts/open-channel.ts";
import { readSent } from "../src/alerts/send-alerts.ts";
import {
  alertOf,
  channelConfig,
  channelParts,
  DECIDED,
  openAlertLog,
  sendAll,
  startReceiver,
  type Receiver,
} from "./support/alerting.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const SECRET = "a secret of the test";
const secrets = (id: string, secret: string) => channelParts({ secrets: new Map([[id, secret]]) });

const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "molva-alerts-"));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
};
const openLog = async (): Promise<EmbeddedBus> => {
  const bus = await openAlertLog(await temporaryFolder());
  closing.push(() => bus.close());
  return bus;
};
const receive = async (...args: Parameters<typeof startReceiver>): Promise<Receiver> => {
  const receiver = await startReceiver(...args);
  closing.push(() => receiver.stop());
  return receiver;
};
const serveMail = async (options: MailServerOptions = {}): Promise<MailServer> => {
  const server = await startMailServer(options);
  closing.push(() => server.stop());
  return server;
};
const mailerFor = (server: MailServer) =>
  createMailer({
    host: "localhost",
    port: server.port,
    security: "starttls",
    ca: server.ca,
    login: null,
    from: "Molva <molva@example.org>",
  });

describe("an alert goes out", () => {
  it("by mail to each address, with its picture, and as a signed webhook", async () => {
    const [bus, mail, hook] = [await openLog(), await serveMail(), await receive()];
    await bus.publish(ALERTS, "live", [alertOf("a")]);
    await sendAll(bus, [
      [
        channelConfig("mail", { to: ["olga@example.org", "ivan@example.org"], language: "ru" }),
        channelParts({ mailer: mailerFor(mail) }),
      ],
      [channelConfig("webhook", { url: `${hook.url}/in` }), secrets("webhook", SECRET)],
    ]);
    expect(mail.received.map(({ to }) => to[0]).toSorted()).toEqual(["ivan@example.org", "olga@example.org"]);
    const [first] = mail.received;
    expect(first?.parsed.subject).toBe("Предупреждение. Aurora: 38 негативных упоминаний за 6 часов, обычно около 6");
    expect(first?.parsed.attachments[0]?.contentType).toBe("image/png");
    const [post] = hook.received;
    const now = Math.floor(Date.now() / 1000);
    const body = Buffer.from(post?.body ?? "", "latin1").toString("utf8");
    expect(checkSignature(SECRET, String(post?.headers["molva-signature"]), body, now)).toBe(true);
    expect(checkSignature(SECRET, String(post?.headers["molva-signature"]), `${body} `, now)).toBe(false);
    expect(checkSignature(SECRET, String(post?.headers["molva-signature"]), body, now + 3_600)).toBe(false);
    expect(JSON.parse(body)).toMatchObject({ version: 1, alert: { alertId: "alert-of-a" } });
  });

  it("to Telegram as a picture with a caption, and its next message answers the first", async () => {
    const [bus, api] = [
      await openLog(),
      await receive(() => ({ status: 200, body: '{"ok":true,"result":{"message_id":41}}' })),
    ];
    const config = channelConfig("telegram", { chat: "-100123", api: api.url });
    const parts = secrets("telegram", "123456:abcdefghijklmnopqrstuvwxyz");
    await bus.publish(ALERTS, "live", [
      alertOf("a"),
      alertOf("a2", { incidentId: "incident-a", sequence: 1, event: "escalated" }),
    ]);
    await sendAll(bus, [[config, parts]]);
    const [first, second] = api.received;
    expect(first?.path).toBe("/bot123456:abcdefghijklmnopqrstuvwxyz/sendPhoto");
    expect(first?.body).toContain('name="photo"; filename="counts.png"');
    expect(first?.body).not.toContain("reply_parameters");
    expect(second?.body).toContain('"message_id":41');
  });

  it("once, when two evaluators decided the same", async () => {
    const [bus, hook] = [await openLog(), await receive()];
    await bus.publish(ALERTS, "live", [alertOf("a"), alertOf("a")]);
    await bus.publish(ALERTS, "live", [alertOf("a")]);
    await sendAll(bus, [[channelConfig("webhook", { url: hook.url }), secrets("webhook", SECRET)]]);
    expect(hook.received).toHaveLength(1);
  });

  it("only to whom it concerns: by severity, brand and channel; a channel that is new hears nothing old", async () => {
    const [bus, hook] = [await openLog(), await receive()];
    await bus.publish(ALERTS, "live", [
      alertOf("info", { severity: "info" }),
      alertOf("other", { channels: ["team"] }),
      alertOf("old", { decidedAt: instantOf(DECIDED - 60_000) }),
      alertOf("mine"),
      alertOf("test", { severity: "info", event: "test", channels: ["webhook"] }),
    ]);
    await sendAll(bus, [[channelConfig("webhook", { url: hook.url, brands: ["aurora"] }), secrets("webhook", SECRET)]]);
    expect(hook.received.map(({ headers }) => headers["molva-alert"])).toEqual(["alert-of-mine", "alert-of-test"]);
  });
});

describe("a channel that fails", () => {
  it("is tried again after the time that it asks for, and delays no other", async () => {
    const bus = await openLog();
    let isBusy = true;
    let taken = 0;
    const busy = await receive(() => {
      if (isBusy) return { status: 429, headers: { "retry-after": "1" } };
      taken += 1;
      return { status: 200 };
    });
    const quick = await receive();
    await bus.publish(ALERTS, "live", [alertOf("a"), alertOf("b")]);
    const sending = sendAll(bus, [
      [channelConfig("slack", {}), secrets("slack", `${busy.url}/services/T/B/x`)],
      [channelConfig("mattermost", {}), secrets("mattermost", `${quick.url}/hooks/x`)],
    ]);
    await Promise.all([quick.until(2), busy.until(2)]);
    isBusy = false;
    await sending;
    // Turned away at least twice, then both messages.
    expect([taken, busy.received.length - taken]).toEqual([2, expect.toSatisfy((turned: number) => turned >= 2)]);
  });

  it("with an error of its own waits, and no message is lost", async () => {
    const bus = await openLog();
    const broken = await receive((_, number) => ({
      status: number === 0 ? 502 : 200,
      headers: { "retry-after": "1" },
    }));
    await bus.publish(ALERTS, "live", [alertOf("a")]);
    await sendAll(bus, [[channelConfig("teams", {}), secrets("teams", `${broken.url}/workflow`)]]);
    expect(broken.received).toHaveLength(2);
    expect(JSON.parse(Buffer.from(broken.received[1]?.body ?? "", "latin1").toString("utf8"))).toMatchObject({
      type: "message",
    });
  });

  it("for good leaves a dead letter, a note with the service's words, and goes on with the next", async () => {
    const bus = await openLog();
    const hook = await receive((_, number) => (number === 0 ? { status: 404, body: "no such hook" } : { status: 200 }));
    await bus.publish(ALERTS, "live", [alertOf("a"), alertOf("b")]);
    await sendAll(bus, [[channelConfig("slack", {}), secrets("slack", `${hook.url}/x`)]]);
    expect(hook.received).toHaveLength(2);
    const letters = [];
    for await (const { value } of bus.read(DEAD_LETTERS, "live")) letters.push([value.code, value.stage]);
    expect(letters).toEqual([["CHANNEL_REFUSED", "alerts-slack"]]);
    expect(await readSent(bus.checkpoints, "alerts/sent/slack/alert-of-a/slack")).toMatchObject({
      outcome: "refused",
      why: expect.stringContaining("no such hook") as string,
    });
  });

  it("for one address keeps no other address from its message", async () => {
    const bus = await openLog();
    const mail = await serveMail({
      answer: (to) => (to.startsWith("gone") ? { code: 550, message: "no such user" } : null),
    });
    await bus.publish(ALERTS, "live", [alertOf("a")]);
    await sendAll(bus, [
      [
        channelConfig("mail", { to: ["gone@example.org", "olga@example.org"] }),
        channelParts({ mailer: mailerFor(mail) }),
      ],
    ]);
    expect(mail.received.map(({ to }) => to)).toEqual([["olga@example.org"]]);
    expect(await readSent(bus.checkpoints, "alerts/sent/mail/alert-of-a/gone@example.org")).toMatchObject({
      outcome: "refused",
    });
  });

  it("is named when its secret is missing or cannot be one", () => {
    expect(() => openChannel(channelConfig("slack", { id: "team-chat" }), channelParts())).toThrow(
      /MOLVA_CHANNEL_TEAM_CHAT/,
    );
    expect(() =>
      openChannel(channelConfig("webhook", { url: "http://127.0.0.1/" }), secrets("webhook", "short")),
    ).toThrow(/too short/);
    expect(() => openChannel(channelConfig("telegram", { chat: "1" }), secrets("telegram", "nonsense"))).toThrow(
      /bot token/,
    );
    expect(() => openChannel(channelConfig("mail", { to: ["a@example.org"] }), channelParts())).toThrow(/section mail/);
  });
});

it("a channel that was taken out of the configuration holds nothing in the log, and old notes are forgotten", async () => {
  const bus = await openLog();
  const hook = await receive();
  await sendAll(bus, [[channelConfig("webhook", { url: hook.url }), secrets("webhook", SECRET)]]);
  await bus.publish(ALERTS, "live", [alertOf("a"), alertOf("b")]);
  const later = instantOf(Date.now() + 60_000);
  expect(await bus.retain(ALERTS, later)).toBe(0);
  const parts = { bus, checkpoints: bus.checkpoints };
  expect(await releaseFormerChannels(parts, new Set(["webhook"]))).toEqual([]);
  expect(await bus.retain(ALERTS, later)).toBe(0);
  expect(await releaseFormerChannels(parts, new Set(["other"]))).toEqual(["webhook"]);
  expect(await bus.retain(ALERTS, later)).toBe(2);
  expect(hook.received).toEqual([]);
  const note = (at: string) => ({ at, outcome: "sent", thread: null, why: null });
  await bus.checkpoints.write({
    "alerts/sent/webhook/old/webhook": note(instantOf(DECIDED - 200 * 86_400_000)),
    "alerts/sent/webhook/new/webhook": note(instantOf(DECIDED)),
  });
  expect(await trimSentNotes(bus.checkpoints, instantOf(DECIDED))).toBe(1);
  expect(await readSent(bus.checkpoints, "alerts/sent/webhook/new/webhook")).not.toBeNull();
});

describe("killed between any two steps of sending", () => {
  const child = fileURLToPath(new URL("support/sending-child.ts", import.meta.url));

  const runChild = async (args: readonly string[]): Promise<NodeJS.Signals | number | null> => {
    const started = spawn(process.execPath, ["--conditions=source", "--import", "tsx", child, ...args], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const [code, signal] = (await once(started, "exit")) as [number | null, NodeJS.Signals | null];
    return signal ?? code;
  };

  it.each([
    ["read", { hook: 1, mails: 2 }],
    ["sent", { hook: 2, mails: 3 }],
    ["noted", { hook: 2, mails: 3 }],
  ])(
    "at %s: every recipient gets it, again at most where it was already taken, with one message id",
    async (step, most) => {
      const folder = await temporaryFolder();
      const [mail, hook] = [await serveMail(), await receive()];
      const bus = await openAlertLog(folder);
      await bus.publish(ALERTS, "live", [alertOf("a")]);
      await bus.close();
      const args = [folder, hook.url, String(mail.port), mail.ca];
      expect(await runChild([...args, step])).toBe("SIGKILL");
      expect(await runChild([...args, ""])).toBe(0);
      const ids = new Map(mail.received.map(({ to, parsed }) => [to[0], parsed.messageId]));
      expect([...ids.keys()].toSorted()).toEqual(["ivan@example.org", "olga@example.org"]);
      expect(new Set(mail.received.map(({ parsed }) => parsed.messageId)).size).toBe(2);
      expect(mail.received.length).toBeLessThanOrEqual(most.mails);
      expect(hook.received.length).toBeGreaterThanOrEqual(1);
      expect(hook.received.length).toBeLessThanOrEqual(most.hook);
      expect(new Set(hook.received.map(({ headers }) => headers["molva-alert"]))).toEqual(new Set(["alert-of-a"]));
      // Once more, and nothing more comes.
      const before = mail.received.length + hook.received.length;
      expect(await runChild([...args, ""])).toBe(0);
      expect(mail.received.length + hook.received.length).toBe(before);
    },
    120_000,
  );
});
