import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Alert, Incident, IncidentAnswer } from "@molva/contracts";
import { freePort, startMailServer, type MailServer } from "@molva/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startReceiver, type Receiver } from "./support/alerting.ts";
import { jsonHere, molvaHere } from "./support/here.ts";
import { startMolva, temporaryFolder, type Running } from "./support/molva.ts";
import { BAD, GOOD } from "./support/sayings.ts";

const HOUR = 3_600_000;
const NOW = Date.now();
const SECRET = "a secret of the test";

const lineOf = (at: number, text: string, number: number): string =>
  JSON.stringify({
    id: `${at}-${number}`,
    text: `${text} (${number})`,
    publishedAt: new Date(at).toISOString(),
    rating: BAD.some((bad) => text === bad) ? 1 : 5,
  });

/** Three weeks of two mentions an hour, every fifth negative. */
const usual = (): string => {
  const lines: string[] = [];
  for (let i = 0; i < 21 * 24 * 2; i += 1) {
    const at = NOW - 8 * HOUR - i * (HOUR / 2) - ((i * 7) % 11) * 60_000;
    const text = i % 5 === 0 ? BAD[(i / 5) % BAD.length] : GOOD[i % GOOD.length];
    lines.push(lineOf(at, text ?? "", i));
  }
  return `${lines.join("\n")}\n`;
};

const storm = (count: number): string =>
  `${Array.from({ length: count }, (_, i) => lineOf(NOW - HOUR + i * 60_000, BAD[i % BAD.length] ?? "", 10_000 + i)).join("\n")}\n`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let mail: MailServer;
let hook: Receiver;
let running: Running;
beforeAll(async () => {
  [folder, mail, hook] = [await temporaryFolder(), await startMailServer(), await startReceiver()];
  const port = await freePort();
  await writeFile(join(folder.path, "ca.pem"), mail.ca);
  await writeFile(join(folder.path, "usual.jsonl"), usual());
  await writeFile(join(folder.path, "storm.jsonl"), storm(40));
  await writeFile(
    join(folder.path, "molva.yaml"),
    `timezone: Europe/Moscow
brands:
  - id: swift
    title: Swift <b>Delivery</b>
server: {port: ${port}, publicUrl: "http://127.0.0.1:${port}"}
mail: {host: localhost, port: ${mail.port}, ca: ca.pem, from: "Molva <molva@example.org>"}
alerts:
  every: 10s
  channels:
    - {id: olga, kind: mail, to: [olga@example.org], language: ru}
    - {id: crm, kind: webhook, url: "${hook.url}/alerts"}
`,
  );
  running = startMolva(["start"], folder.path, null, { MOLVA_CHANNEL_CRM: SECRET });
  await running.said(/Open http/);
});
afterAll(async () => {
  running.child.kill("SIGTERM");
  await running.ended;
  await Promise.all([mail.stop(), hook.stop()]);
  await folder.remove();
});

const json = <T>(...args: readonly string[]): Promise<T> => jsonHere<T>(args, folder.path);
const importFile = async (file: string): Promise<void> => {
  const ran = await molvaHere(["import", file, "--brand", "swift", "--source", "reviews"], folder.path);
  expect([ran.code, ran.err]).toEqual([0, expect.any(String)]);
};
interface Listed {
  readonly incidents: readonly Incident[];
  readonly messages: readonly Alert[];
  readonly answers: readonly IncidentAnswer[];
  readonly precision: { readonly useful: number; readonly judged: number };
}

describe("a storm of negative mentions", () => {
  it("is told by mail and webhook with its numbers and texts, once; the weeks before tell nothing", async () => {
    await importFile("usual.jsonl");
    await importFile("storm.jsonl");
    const { parsed } = await mail.next();
    await hook.until(1);
    expect(parsed.subject).toMatch(/^(Предупреждение|Критично)\. Swift <b>Delivery<\/b>: \d+ негативн/);
    expect(String(parsed.html)).toContain("Swift &lt;b&gt;Delivery&lt;/b&gt;");
    expect(parsed.text).toMatch(/Доля негатива \d+ % \(95 %: от \d+ % до \d+ %\), обычно \d+ %/);
    expect(parsed.text).toMatch(/“.*(Terrible|Awful|Worst|Very disappointed)/);
    expect(parsed.attachments.map(({ contentType }) => contentType)).toEqual(["image/png"]);
    const body = JSON.parse(Buffer.from(hook.received[0]?.body ?? "", "latin1").toString("utf8")) as {
      readonly alert: Alert;
    };
    expect(body.alert).toMatchObject({ kind: "negative-spike", event: "opened", brandId: "swift" });
    const { numbers, mentions, evidence } = body.alert;
    expect(numbers.observed).toBeGreaterThanOrEqual(10);
    expect(numbers.observed).toBe(mentions.length);
    expect(evidence).toHaveLength(3);
    expect(numbers.observed).toBeGreaterThan((numbers.expected ?? 0) * 2.5);
    expect(body.alert.topics.map(({ topic }) => topic)).toContain("delivery");
    const { incidents } = await json<Listed>("alerts", "list", "--open");
    expect(incidents.map(({ kind, held }) => [kind, held]).filter(([, held]) => held === null)).toEqual([
      ["negative-spike", null],
    ]);
    expect(mail.received).toHaveLength(1);
  }, 180_000);

  it("says why, and what the rules would have told over history", async () => {
    const at = new Date(NOW - 20 * 60_000).toISOString().slice(0, 16);
    const told = await json<{
      readonly rules: readonly { readonly kind: string; readonly why: string; readonly strength: number }[];
    }>("alerts", "why", "--brand", "swift", "--at", `${at}Z`);
    const spike = told.rules.find(({ kind }) => kind === "negative-spike");
    expect(spike?.why).toMatch(/fired|unusual/);
    const calm = await json<typeof told>(
      "alerts",
      "why",
      "--brand",
      "swift",
      "--at",
      new Date(NOW - 3 * 24 * HOUR).toISOString(),
    );
    expect(calm.rules.find(({ kind }) => kind === "negative-spike")?.why).toMatch(
      /fewer than|less than|not rare|within chance/,
    );
    const { summary } = await json<{ readonly summary: { readonly incidentsTold: number; readonly brands: number } }>(
      "alerts",
      "backtest",
      "--brand",
      "swift",
      "--from",
      new Date(NOW - 14 * 24 * HOUR).toISOString(),
    );
    expect(summary).toMatchObject({ brands: 1, incidentsTold: 1 });
  });

  it("is taken by the reader of the mail through its link, and by nobody who only opens it", async () => {
    const [first] = mail.received;
    const link = /Беру в работу: (http\S+)/.exec(first?.parsed.text ?? "")?.[1] ?? "";
    const shown = await fetch(link, { headers: { "accept-language": "ru" } });
    expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining("Взять инцидент в работу?")]);
    expect((await json<Listed>("alerts", "list")).answers).toEqual([]);
    const taken = await fetch(link, { method: "POST" });
    expect(taken.status).toBe(200);
    const [incident] = (await json<Listed>("alerts", "list", "--open")).incidents;
    await molvaHere(["alerts", "useful", incident?.id ?? "", "--by", "olga"], folder.path);
    // What the page's button sends.
    const { origin } = new URL(link);
    const mute = async (id: string): Promise<number> => {
      const headers = { origin, "content-type": "application/json" };
      const body = JSON.stringify({ incident: id, by: "vera" });
      return (await fetch(`${origin}/api/incident/mute`, { method: "POST", headers, body })).status;
    };
    expect([await mute("no-such-incident"), await mute(incident?.id ?? "")]).toEqual([400, 200]);
    const { answers, precision } = await json<Listed>("alerts", "list");
    expect(answers.map(({ answer, by }) => [answer, by])).toEqual([
      ["take", "olga@example.org"],
      ["useful", "olga"],
      ["mute", "vera"],
    ]);
    expect(precision).toEqual({ useful: 1, judged: 1 });
  });

  it("can be planned for, and every channel can be tried", async () => {
    const plan = [
      "alerts",
      "plan",
      "price change",
      "--brand",
      "swift",
      "--from",
      "2030-01-01",
      "--to",
      "2030-01-03",
      "--by",
      "olga",
    ];
    expect((await molvaHere(plan, folder.path)).code).toBe(0);
    const [planned] = await json<readonly { readonly id: string; readonly from: string }[]>("alerts", "plan");
    expect(planned?.from).toBe("2029-12-31T21:00:00.000Z");
    expect((await molvaHere(["alerts", "plan", "--cancel", planned?.id ?? ""], folder.path)).code).toBe(0);
    const before = mail.received.length;
    const tried = await json<readonly { readonly channel: string; readonly outcome: string }[]>("alerts", "test");
    expect(tried).toMatchObject([
      { channel: "olga", outcome: "sent" },
      { channel: "crm", outcome: "sent" },
    ]);
    expect(mail.received.length).toBe(before + 1);
    const wrong = await molvaHere(["alerts", "test", "--channel", "nobody"], folder.path);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("there are olga, crm")]);
  });
});

it("refuses to start without a channel's secret, before anything runs, and names the variable", async () => {
  const ran = await molvaHere(["start", "--data", "elsewhere"], folder.path);
  expect([ran.code, ran.err]).toEqual([2, expect.stringContaining("MOLVA_CHANNEL_CRM")]);
});
