import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { instantOf, millisOf, PipelineError, type Instant, type Mail, type Mailer } from "@molva/contracts";
import { createLog, type Config } from "@molva/platform";
import { startMailServer } from "@molva/testing";
import { afterEach, describe, expect, it } from "vitest";
import { openChannel } from "../src/alerts/open-channel.ts";
import { dueAt } from "../src/report/schedule.ts";
import { localClaims } from "../src/claims.ts";
import { openFailures } from "../src/report/failures.ts";
import { createReportLoop } from "../src/report/report-loop.ts";
import { sinceOf } from "../src/report/start-reports.ts";
import { weekAt, weekBefore, weekNamed } from "../src/report/weeks.ts";
import { channelConfig, channelParts, startReceiver } from "./support/alerting.ts";
import { brandOf, configWith, openNotesLog, sendParts } from "./support/sending-reports.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});
const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "molva-reports-"));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
};
const at = (text: string): Instant => instantOf(Date.parse(text));
const CHILD = fileURLToPath(new URL("support/report-child.ts", import.meta.url));

describe("weeks", () => {
  it("are those of ISO 8601 in the zone, also around New Year and where a day has 23 hours", () => {
    expect(weekAt(at("2026-11-22T22:00:00Z"), "Europe/Moscow").name).toBe("2026-W48");
    expect(weekAt(at("2026-11-22T20:00:00Z"), "Europe/Moscow").name).toBe("2026-W47");
    expect(weekNamed("2026-W53", "UTC")).toEqual({ name: "2026-W53", from: at("2026-12-28"), to: at("2027-01-04") });
    expect(weekBefore(at("2027-01-05T00:00:00Z"), "UTC").name).toBe("2026-W53");
    const short = weekNamed("2026-W13", "Europe/Berlin");
    expect(millisOf(short.to) - millisOf(short.from)).toBe(167 * 3_600_000);
    expect(() => weekNamed("2025-W53", "UTC")).toThrow("2025-W53 is no week");
    expect(() => weekNamed("last", "UTC")).toThrow("2026-W46");
  });
});

describe("the schedule", () => {
  const rules = { day: "monday", hour: 8, catchUp: 3 * 86_400_000 } as const;

  it("is the hour of the brand's own clock, and is caught up for as long as told", () => {
    expect(dueAt(at("2026-11-23T04:59:59Z"), "Europe/Moscow", rules)).toMatchObject({
      week: { name: "2026-W46" },
      late: true,
    });
    expect(dueAt(at("2026-11-23T05:00:00Z"), "Europe/Moscow", rules)).toMatchObject({
      week: { name: "2026-W47" },
      late: false,
    });
    expect(dueAt(at("2026-11-26T05:00:00Z"), "Europe/Moscow", rules)).toMatchObject({
      week: { name: "2026-W47" },
      late: false,
    });
    expect(dueAt(at("2026-11-26T05:00:01Z"), "Europe/Moscow", rules)).toMatchObject({
      week: { name: "2026-W47" },
      late: true,
    });
  });

  it("comes once where the clock shows an hour twice, and an hour later where it skips it", () => {
    const sunday = { day: "sunday", hour: 2, catchUp: 86_400_000 } as const;
    const due = (text: string) => dueAt(at(text), "Europe/Berlin", sunday)?.at;
    expect(due("2026-10-25T00:00:00Z")).toBe("2026-10-25T00:00:00.000Z");
    expect(due("2026-10-25T01:30:00Z")).toBe("2026-10-25T00:00:00.000Z");
    expect(due("2026-03-29T00:59:59Z")).toBe("2026-03-22T01:00:00.000Z");
    expect(due("2026-03-29T01:00:00Z")).toBe("2026-03-29T01:00:00.000Z");
  });
});

/** A mail server that is there, away, or refuses, as a port: what is sent is seen. */
const postOffice = () => {
  const sent: Mail[] = [];
  let away = false;
  const refused = new Set<string>();
  const mailer: Mailer = {
    send: async (mail) => {
      if (refused.has(mail.to))
        throw new PipelineError("550 no such user", { code: "MAIL_REFUSED", recovery: "dead-letter" });
      if (away) throw new PipelineError("the server is away", { code: "MAIL_UNAVAILABLE", recovery: "retry" });
      sent.push(mail);
      return "250 taken";
    },
    verify: async () => {},
    close: async () => {},
  };
  return { sent, mailer, refused, leave: (gone: boolean) => void (away = gone) };
};

const openLoop = async (report: object, alertTo: readonly string[] = []) => {
  const folder = await temporaryFolder();
  let now = at("2026-11-20T12:00:00Z");
  const clock = () => now;
  const bus = await openNotesLog(folder, clock);
  closing.push(() => bus.close());
  const office = postOffice();
  const hook = await startReceiver();
  closing.push(() => hook.stop());
  const config = configWith(["aurora"], report);
  const parts = sendParts(folder, bus, office.mailer, clock);
  const channel = openChannel(
    channelConfig("slack", {}),
    channelParts({ secrets: new Map([["slack", `${hook.url}/in`]]) }),
  );
  const since = sinceOf({ checkpoints: bus.checkpoints, clock });
  const log = createLog("silent", { write: () => {} });
  const brands = [brandOf("aurora")];
  const open = (settings: Config) => {
    const claims = localClaims();
    const mails = openChannel(channelConfig("mail", { to: alertTo }), channelParts({ mailer: office.mailer }));
    const channels = alertTo.length === 0 ? [channel] : [channel, mails];
    const failures = openFailures({ checkpoints: bus.checkpoints, claims, channels, clock, log });
    return createReportLoop({ brands, config: settings, parts, channels, failures, claims, since, clock, log });
  };
  let loop = open(config);
  for (const { address } of config.report.recipients) await since(address);
  return {
    ...office,
    hook,
    parts,
    /** The process ends and another begins; all that it remembered is gone. */
    restart: (more: object = report) => void (loop = open(configWith(["aurora"], more))),
    look: async (text: string) => {
      now = at(text);
      await loop.look();
    },
  };
};

const OLGA = { recipients: [{ address: "olga@example.org" }] };

describe("a week goes by", () => {
  it("each reader gets one report, whatever the clock does and however often the process starts anew", async () => {
    const world = await openLoop(OLGA);
    await world.look("2026-11-23T04:59:00Z");
    expect(world.sent).toEqual([]);
    for (const time of [
      "2026-11-23T05:00:10Z",
      "2026-11-23T05:01:00Z",
      "2026-11-23T04:30:00Z",
      "2026-11-23T06:00:00Z",
    ]) {
      await world.look(time);
      world.restart();
    }
    expect(world.sent.map(({ to, messageId }) => [to, messageId.length > 20])).toEqual([["olga@example.org", true]]);
    await world.look("2026-11-30T05:00:10Z");
    expect(world.sent).toHaveLength(2);
    expect(new Set(world.sent.map(({ messageId }) => messageId)).size).toBe(2);
  });

  it("a mail server that is away for an hour delays it, and no more", async () => {
    const world = await openLoop(OLGA);
    world.leave(true);
    for (let minute = 1; minute <= 60; minute += 1)
      await world.look(instantOf(Date.parse("2026-11-23T05:00:00Z") + minute * 60_000));
    expect(world.sent).toEqual([]);
    expect((await world.parts.notes.list("2026-W47", "aurora")).map(({ outcome, why }) => [outcome, why])).toEqual([
      ["later", "the server is away"],
    ]);
    world.leave(false);
    await world.look("2026-11-23T06:30:00Z");
    expect(world.sent).toHaveLength(1);
    expect((await world.parts.notes.list("2026-W47", "aurora")).map(({ outcome }) => outcome)).toEqual(["sent"]);
    // The team was told once that it takes long.
    expect(world.hook.received).toHaveLength(1);
    expect(world.hook.received[0]?.body).toContain("2026-W47 was not sent");
  });

  it("after three days it is no news: it is noted as missed, shown, and told once", async () => {
    const world = await openLoop(OLGA);
    await world.look("2026-11-26T06:00:00Z");
    world.restart();
    await world.look("2026-11-26T07:00:00Z");
    expect(world.sent).toEqual([]);
    expect((await world.parts.notes.list("2026-W47", "aurora")).map(({ outcome }) => outcome)).toEqual(["missed"]);
    expect(world.hook.received).toHaveLength(1);
  });

  it("what nobody got while nothing ran for weeks is noted as missed, told once each, and the last one is sent", async () => {
    const world = await openLoop(OLGA);
    await world.look("2026-12-09T12:00:00Z");
    world.restart();
    await world.look("2026-12-09T12:01:00Z");
    expect(world.sent.map(({ to }) => to)).toEqual(["olga@example.org"]);
    const became = async (week: string) =>
      (await world.parts.notes.list(week, "aurora")).map(({ outcome }) => outcome).join();
    expect(await Promise.all(["2026-W46", "2026-W47", "2026-W48", "2026-W49"].map(became))).toEqual([
      "",
      "missed",
      "missed",
      "sent",
    ]);
    const told = world.hook.received.map(({ body }) => /of (2026-W\d\d) was not sent in time/.exec(body)?.[1]);
    expect([...new Set(told)]).toHaveLength(told.length);
    expect(new Set(told)).toEqual(new Set(["2026-W47", "2026-W48"]));
  });

  it("who is refused is told to every alert channel, by mail too, as soon as each of them can be reached", async () => {
    const world = await openLoop({ recipients: [...OLGA.recipients, { address: "gone@example.org" }] }, [
      "team@example.org",
    ]);
    world.refused.add("gone@example.org");
    await world.look("2026-11-23T05:00:10Z");
    await world.look("2026-11-23T05:01:00Z");
    world.restart();
    await world.look("2026-11-23T05:02:00Z");
    expect(world.sent.map(({ to }) => to)).toEqual(["olga@example.org", "team@example.org"]);
    expect(world.sent[1]?.subject).toBe("aurora: the report of 2026-W47 was not sent, the mail server refused it");
    expect(world.sent[1]?.text).toContain("gone@example.org");
    expect(world.hook.received).toHaveLength(1);
  });

  it("who is named after it was due gets the next one; chats get the short form", async () => {
    const world = await openLoop({ ...OLGA, channels: ["slack"] });
    await world.look("2026-11-23T05:00:10Z");
    world.restart({ recipients: [...OLGA.recipients, { address: "ivan@example.org" }], channels: ["slack"] });
    await world.look("2026-11-23T09:00:00Z");
    expect(world.sent.map(({ to }) => to)).toEqual(["olga@example.org"]);
    await world.look("2026-11-30T05:00:10Z");
    expect(world.sent.map(({ to }) => to)).toEqual(["olga@example.org", "olga@example.org", "ivan@example.org"]);
    expect(world.hook.received).toHaveLength(1);
    expect(world.hook.received[0]?.body).toContain("aurora: no mentions this week (week 48)");
  });
});

describe("killed at any step", () => {
  it.each(["read", "kept", "copied", "sent", "noted"])(
    "each reader gets the report: %s; twice only between the server's word and the note, and then the very same message",
    async (killAt) => {
      const folder = await temporaryFolder();
      const server = await startMailServer();
      closing.push(() => server.stop());
      const run = async (step: string): Promise<string | null> => {
        const child = spawn(
          process.execPath,
          ["--conditions=source", "--import", "tsx", CHILD, folder, String(server.port), step],
          { stdio: ["ignore", "ignore", "inherit"] },
        );
        const [, signal] = (await once(child, "exit")) as [number | null, string | null];
        return signal;
      };
      expect(await run(killAt)).toBe("SIGKILL");
      expect(await run("")).toBeNull();
      const times = (address: string) => server.received.filter(({ to }) => to[0] === address);
      expect(times("ivan@example.org")).toHaveLength(1);
      const olga = times("olga@example.org");
      expect(olga).toHaveLength(killAt === "sent" ? 2 : 1);
      expect(new Set(olga.map(({ parsed }) => parsed.messageId)).size).toBe(1);
      expect(new Set(olga.map(({ parsed }) => parsed.html)).size).toBe(1);
    },
    90_000,
  );
});
