import { instantOf, isPipelineError, type Mail } from "@molva/contracts";
import { startMailServer, type MailServer, type MailServerOptions } from "@molva/testing";
import { afterEach, describe, expect, it } from "vitest";
import { createMailer, type MailerOptions } from "../src/index.ts";

const open: MailServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.stop();
});

const serve = async (options: MailServerOptions = {}): Promise<MailServer> => {
  const server = await startMailServer(options);
  open.push(server);
  return server;
};

const mailerFor = (server: MailServer, options: Partial<MailerOptions> = {}) =>
  createMailer({
    host: "localhost",
    port: server.port,
    security: "starttls",
    ca: server.ca,
    login: null,
    from: "Molva <molva@example.org>",
    ...options,
  });

const mail = (changes: Partial<Mail> = {}): Mail => ({
  messageId: "2026-w46.aurora@molva.test",
  inReplyTo: null,
  to: "olga@example.org",
  subject: "Аврора: без изменений",
  html: '<p>Без изменений <img src="cid:line" alt="Линия"></p>',
  text: "Без изменений",
  files: [{ name: "line.png", type: "image/png", cid: "line", bytes: new Uint8Array([137, 80, 78, 71]) }],
  date: instantOf(Date.UTC(2026, 10, 16, 6)),
  headers: { "List-Unsubscribe": "<https://molva.example.org/u/1>" },
  ...changes,
});

const failure = async (sending: Promise<unknown>) => {
  const error: unknown = await sending.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!isPipelineError(error)) throw new Error(`no failure of ours: ${String(error)}`);
  return error;
};

describe("a mailer", () => {
  it("sends over STARTTLS, and what was sent is what arrives", async () => {
    const server = await serve({ login: { user: "molva", password: "a long secret" } });
    const mailer = mailerFor(server, { login: { user: "molva", password: "a long secret" } });
    await mailer.send(mail());
    const { encrypted, user, to, parsed } = await server.next();
    expect({ encrypted, user, to }).toEqual({ encrypted: true, user: "molva", to: ["olga@example.org"] });
    expect(parsed.messageId).toBe("<2026-w46.aurora@molva.test>");
    expect(parsed.subject).toBe("Аврора: без изменений");
    expect(parsed.text?.trim()).toBe("Без изменений");
    expect(parsed.date?.toISOString()).toBe("2026-11-16T06:00:00.000Z");
    expect(parsed.attachments.map((file) => [file.cid, file.contentType, [...file.content]])).toEqual([
      ["line", "image/png", [137, 80, 78, 71]],
    ]);
    expect(JSON.stringify(parsed.headers.get("list"))).toContain("https://molva.example.org/u/1");
  });

  it("sends over TLS from the first byte", async () => {
    const server = await serve({ tls: true });
    await mailerFor(server, { security: "tls" }).send(mail({ inReplyTo: "first@molva.test" }));
    const { encrypted, parsed } = await server.next();
    expect([encrypted, parsed.inReplyTo]).toEqual([true, "<first@molva.test>"]);
  });

  it("tells an address that is refused for good from a server that says later", async () => {
    const server = await serve({
      answer: (address) => {
        if (address.startsWith("gone")) return { code: 550, message: "no such user" };
        return address.startsWith("later") ? { code: 451, message: "try later" } : null;
      },
    });
    const mailer = mailerFor(server);
    const gone = await failure(mailer.send(mail({ to: "gone@example.org" })));
    expect([gone.code, gone.recovery]).toEqual(["MAIL_REFUSED", "dead-letter"]);
    expect(gone.message).toContain("no such user");
    const later = await failure(mailer.send(mail({ to: "later@example.org" })));
    expect([later.code, later.recovery]).toEqual(["MAIL_UNAVAILABLE", "retry"]);
    await mailer.send(mail());
    expect(server.received).toHaveLength(1);
  });

  it("lets a message wait when the password is wrong, and says which variables to look at", async () => {
    const server = await serve({ login: { user: "molva", password: "right" } });
    const error = await failure(mailerFor(server, { login: { user: "molva", password: "wrong" } }).verify());
    expect([error.code, error.recovery]).toEqual(["MAIL_UNAVAILABLE", "retry"]);
    expect(error.message).toContain("MOLVA_SMTP_PASSWORD");
  });

  it("trusts no certificate that it was not told of", async () => {
    const server = await serve();
    const error = await failure(mailerFor(server, { ca: null }).send(mail()));
    expect([error.code, error.recovery]).toEqual(["MAIL_UNAVAILABLE", "retry"]);
    expect(server.received).toHaveLength(0);
  });

  it("lets a message wait when nobody answers", async () => {
    const server = await startMailServer();
    await server.stop();
    const error = await failure(mailerFor(server).send(mail()));
    expect([error.code, error.recovery]).toEqual(["MAIL_UNAVAILABLE", "retry"]);
  });

  it("puts no line of a hostile subject or address into the headers", async () => {
    const server = await serve();
    await mailerFor(server).send(mail({ subject: "Bad\r\nBcc: everyone@example.org\r\n\r\nbody" }));
    const { to, parsed } = await server.next();
    expect(to).toEqual(["olga@example.org"]);
    expect(parsed.bcc).toBeUndefined();
    expect(parsed.headers.has("bcc")).toBe(false);
  });
});
