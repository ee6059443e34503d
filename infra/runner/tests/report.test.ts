import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { read as readXlsx, utils, type CellObject } from "@e965/xlsx";
import { bare } from "@molva/dashboards/report";
import { linkSigner } from "@molva/platform";
import type { NsrRow, Report } from "@molva/contracts";
import { parse as parseCsv } from "csv-parse/sync";
import { startMailServer, type MailServer, type MailServerOptions } from "@molva/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { reportLinkActs } from "../src/report/link-acts.ts";
import { clearOldReports, eraseFromReports } from "../src/report/forget.ts";
import { openInProcess, type InProcess } from "./support/in-process.ts";
import { tellWeeks, writeReportConfig, type ReportConfig, type SaidWeek } from "./support/reporting.ts";

const ZONE = "Europe/Moscow";
const BAD: SaidWeek = { positive: 30, neutral: 40, negative: 90, topic: "delivery" };
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** One folder for all: each test has a brand of its own, so that none is in another's way. */
let molva: InProcess;
beforeAll(async () => {
  molva = await openInProcess("report");
});
afterAll(() => molva[Symbol.asyncDispose]());

interface World {
  readonly brand: string;
  readonly mail: MailServer;
  /** A command line with the configuration. */
  readonly run: (...words: readonly string[]) => ReturnType<InProcess["run"]>;
  /** `report weekly` of the brand. */
  readonly weekly: (...words: readonly string[]) => ReturnType<InProcess["run"]>;
  readonly list: (...words: readonly string[]) => ReturnType<InProcess["run"]>;
  readonly out: string;
}

let worlds = 0;
const openWorld = async (
  told: Partial<ReportConfig> & { readonly title?: string } = {},
  answers: MailServerOptions = {},
): Promise<World> => {
  worlds += 1;
  const brand = `aurora-${worlds}`;
  const mail = await startMailServer(answers);
  closing.push(() => mail.stop());
  const recipients = [{ address: "olga@example.org" }, { address: "ivan@example.org", language: "ru" as const }];
  const brands = [{ id: brand, title: told.title ?? "Aurora" }];
  const config = await writeReportConfig(molva.folder, { port: mail.port, recipients, brands, ...told });
  const run: World["run"] = (...words) => molva.run([...words, "--config", config]);
  return {
    brand,
    mail,
    run,
    weekly: (...words) => run("report", "weekly", "--brand", brand, ...words),
    list: (...words) => run("report", "list", "--brand", brand, ...words),
    out: join(molva.folder, `out-${worlds}`),
  };
};

describe("a bad week", () => {
  it("reaches every reader once, in their language, and is kept as it was sent", async () => {
    const { brand, mail, weekly, list } = await openWorld();
    const week = await tellWeeks(molva, brand, BAD, ZONE);
    const said = await weekly("--send");
    expect(said.code, said.err).toBe(0);
    expect(mail.received.map(({ to }) => to[0])).toEqual(["olga@example.org", "ivan@example.org"]);
    const [english, russian] = mail.received.map(({ parsed }) => parsed);
    const number = Number(week.name.slice(-2));
    expect(english?.subject).toBe(`Aurora: NSR fell to −37.5 from +23.1 (week ${number})`);
    expect(russian?.subject).toBe(`Aurora: NSR упал до −37,5 с +23,1 (неделя ${number})`);
    expect(english?.messageId).toMatch(/^<[0-9a-f]{32}@molva\.example>$/);
    expect(english?.headers.get("auto-submitted")).toBe("auto-generated");
    // The picture is in the mail; nothing is fetched, nothing runs.
    expect(english?.attachments.map(({ contentType, related }) => [contentType, related])).toEqual([
      ["image/png", true],
    ]);
    expect(String(english?.html)).not.toMatch(/src="http|<script/);
    expect(english?.text).toContain("Answer these 5 first:");
    expect(bare(english?.text ?? "")).toMatch(/delivery is behind \d+ % of the fall/);
    expect(english?.headers.has("list-unsubscribe")).toBe(false);

    expect((await weekly("--send")).out).toContain("sent before");
    expect(mail.received).toHaveLength(2);
    const kept = JSON.parse((await list("--json")).out) as readonly {
      readers: readonly { to: string; outcome: string }[];
    }[];
    expect(kept[0]?.readers.map(({ to, outcome }) => [to, outcome])).toEqual([
      ["ivan@example.org", "sent"],
      ["olga@example.org", "sent"],
    ]);
  });

  it("holds the digits of molva nsr", async () => {
    const { brand, run, weekly, out } = await openWorld();
    const week = await tellWeeks(molva, brand, BAD, ZONE);
    const said = await weekly("--out", out, "--no-pdf", "--json");
    expect(said.code, said.err).toBe(0);
    const report = JSON.parse(await readFile(join(out, "report.json"), "utf8")) as Report;
    const rows = JSON.parse(
      (await run("nsr", "--brand", brand, "--from", week.from, "--to", week.to, "--step", "week", "--json")).out,
    ) as readonly NsrRow[];
    const [row] = rows;
    const nsr = report.figures.find(({ key }) => key === "nsr");
    expect([nsr?.value, nsr?.low, nsr?.high, nsr?.n, nsr?.comparisons[0]?.verdict]).toEqual([
      row?.nsr,
      row?.low,
      row?.high,
      row?.n,
      row?.verdict,
    ]);
    expect(nsr?.comparisons[0]?.previous).toBeCloseTo(row?.previous ?? Number.NaN, 3);
  });

  it("is given as sent after a correction, and with --now as it is known now, with the differences", async () => {
    const { brand, run, weekly, out } = await openWorld();
    await tellWeeks(molva, brand, BAD, ZONE);
    await weekly("--send");
    const [worst] = JSON.parse(
      (await molva.run(["mentions", "--brand", brand, "--label", "negative", "--limit", "1", "--json"])).out,
    ) as readonly { id: string }[];
    expect((await run("relabel", worst?.id ?? "", "positive", "--by", "vera")).code).toBe(0);
    const sent = await weekly("--out", out, "--no-pdf", "--json");
    expect(JSON.parse(sent.out)).toMatchObject({ asSent: true, differences: [] });
    expect(await readFile(join(out, "report.txt"), "utf8")).toContain("−37.5");
    const now = JSON.parse((await weekly("--out", out, "--no-pdf", "--now", "--json")).out) as {
      readonly differences: readonly {
        readonly name: string;
        readonly number: string;
        readonly sent: unknown;
        readonly now: unknown;
      }[];
    };
    expect(now.differences).toContainEqual({
      section: "figures",
      name: "nsr",
      number: "value",
      sent: -37.5,
      now: -36.25,
    });
  });
});

describe("words that must go", () => {
  it("leave the kept report when they are erased; its numbers stay", async () => {
    const { brand, weekly, list } = await openWorld();
    await tellWeeks(molva, brand, BAD, ZONE);
    await weekly("--send");
    const read = async (): Promise<Report> => {
      const [kept] = JSON.parse((await list("--json")).out) as readonly { readonly week: string }[];
      return JSON.parse(
        await readFile(join(molva.runtime.dataDir, "reports", kept?.week ?? "", brand, "report.json"), "utf8"),
      ) as Report;
    };
    const sent = await read();
    const [first, ...rest] = sent.negative;
    expect(await eraseFromReports(molva.runtime.dataDir, [first?.id ?? ""])).toBe(1);
    const kept = await read();
    expect(kept.negative[0]).toMatchObject({ id: first?.id, text: null, url: null });
    expect(kept.negative.slice(1)).toEqual(rest);
    expect(kept.figures).toEqual(sent.figures);
    expect(await clearOldReports(molva.runtime.dataDir, sent.to)).toBe(0);
  });
});

describe("an empty week", () => {
  it("is said in words, and is no calm", async () => {
    const { brand, mail, weekly } = await openWorld();
    await tellWeeks(molva, brand, { positive: 0, neutral: 0, negative: 0 }, ZONE);
    expect((await weekly("--send")).code).toBe(0);
    expect(mail.received[0]?.parsed.subject).toMatch(/^Aurora: no mentions this week/);
    expect(mail.received[0]?.parsed.text).toContain("not the same as calm");
  });
});

describe("readers", () => {
  it("leave by a signed link that acts for them alone: GET shows, POST acts", async () => {
    const { brand, mail, run, weekly } = await openWorld({ publicUrl: "https://molva.example" });
    await tellWeeks(molva, brand, BAD, ZONE);
    await weekly("--send");
    const raw = mail.received[0]?.raw.toString("latin1").replaceAll(/\r\n[ \t]+/g, "") ?? "";
    expect(raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    const token = /\/do\/([\w.-]+)/.exec(mail.received[0]?.parsed.text ?? "")?.[1] ?? "";
    const grant = linkSigner(molva.runtime.linkSecret).read(token, molva.runtime.clock());
    expect(grant).toMatchObject({ act: "report/unsubscribe", on: brand, who: "olga@example.org" });
    const act = reportLinkActs(molva.runtime, []).get("report/unsubscribe");
    if (grant === null || act === undefined) throw new Error("the link acts for nobody");
    expect((await act.describe(grant, "en")).text).toContain("olga@example.org");
    const again = () => weekly("--week", "2026-W01", "--send", "--json");
    await act.run(grant, "en");
    const outcomes = (JSON.parse((await again()).out) as { outcomes: readonly { to: string; outcome: string }[] })
      .outcomes;
    expect(outcomes.map(({ to, outcome }) => [to, outcome])).toEqual([
      ["olga@example.org", "unsubscribed"],
      ["ivan@example.org", "sent"],
    ]);
    await run("report", "subscribe", "olga@example.org", "--brand", brand);
    expect((await again()).out).toContain('"sent"');
  });

  it("one refused address keeps no other from the report, and is shown", async () => {
    const refuse = (address: string) => (address.startsWith("olga") ? { code: 550, message: "no such user" } : null);
    const { brand, mail, weekly, list } = await openWorld({}, { answer: refuse });
    await tellWeeks(molva, brand, BAD, ZONE);
    const said = await weekly("--send");
    expect(said.code).toBe(1);
    expect(said.out).toMatch(/olga@example\.org\s+refused\s+.*no such user/);
    expect(mail.received.map(({ to }) => to[0])).toEqual(["ivan@example.org"]);
    expect((await list()).out).toMatch(/olga@example\.org\s+refused/);
  });

  it("wait for a mail server that is away, and then get the very same message", async () => {
    let away = true;
    const later = () => (away ? { code: 451, message: "come back later" } : null);
    const { brand, mail, weekly, list } = await openWorld(
      { recipients: [{ address: "olga@example.org" }] },
      { answerData: later },
    );
    await tellWeeks(molva, brand, BAD, ZONE);
    expect((await weekly("--send")).out).toMatch(/olga@example\.org\s+later/);
    expect((await list()).out).toContain("come back later");
    away = false;
    expect((await weekly("--send")).code).toBe(0);
    expect(mail.received).toHaveLength(1);
    expect((await list()).out).not.toContain("later");
  });

  it("a try goes to one address, is marked as one, and counts for nobody", async () => {
    const { brand, mail, run, list } = await openWorld();
    await tellWeeks(molva, brand, BAD, ZONE);
    expect((await run("report", "test", "--to", "me@example.org", "--language", "ru")).code).toBe(0);
    expect(mail.received[0]?.parsed.subject).toMatch(/^\[проверка\] Aurora/);
    expect((await list()).out).toBe("No report was sent yet.\n");
  });
});

describe("hostile names and texts", () => {
  const NAME = '=HYPERLINK("https://evil.example","x")<img src=x onerror=alert(1)>\u202Etxt';

  it("stay words in mail, CSV and XLSX", async () => {
    const { brand, mail, weekly, out } = await openWorld({ title: NAME });
    const text = (i: number): string => `${NAME} ${i} ${"W".repeat(90_000)}`;
    await tellWeeks(molva, brand, { positive: 4, neutral: 3, negative: 6, text }, ZONE);
    expect((await weekly("--out", out, "--no-pdf")).code).toBe(0);
    expect((await weekly("--send")).code).toBe(0);
    const html = String(mail.received[0]?.parsed.html);
    expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(html).not.toMatch(/<img src=x|\u202E/);
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
    expect(mail.received[0]?.parsed.subject).not.toMatch(/[\r\n\u202E]/);
    const csv = await readFile(join(out, "numbers.csv"), "utf8");
    expect(csv).not.toMatch(/(^|,|")[=+@]/m);
    const page = await readFile(join(out, "report.html"), "utf8");
    expect(page).not.toMatch(/<img src=x/);
  });

  it("the sheet opens in another program: numbers are numbers, verdicts and names are texts, and nothing is a formula", async () => {
    const { brand, weekly, out } = await openWorld({ title: NAME });
    await tellWeeks(molva, brand, { ...BAD, topic: NAME }, ZONE);
    const said = await weekly("--out", out, "--no-pdf");
    expect(said.code, said.err).toBe(0);
    const sheets = readXlsx(await readFile(join(out, "numbers.xlsx")), { cellFormula: true, cellHTML: true });
    expect(sheets.SheetNames).toEqual(["Report"]);
    const sheet = sheets.Sheets["Report"] ?? {};
    const cells = Object.entries(sheet).filter(([at]) => !at.startsWith("!")) as [string, CellObject][];
    expect(cells.filter(([, { f, l }]) => f !== undefined || l !== undefined)).toEqual([]);
    const rows = utils.sheet_to_json<Readonly<Record<string, unknown>>>(sheet, { raw: true, defval: null });
    const first = rows.find(({ name, against }) => name === "nsr" && against === "week");
    expect(first).toMatchObject({ value: -37.5, n: 160, previousN: 130, verdict: "down", claimed: true });
    for (const column of ["value", "low", "high", "n", "previous", "previousN", "change", "changeLow", "changeHigh"])
      expect(rows.every((row) => row[column] === null || typeof row[column] === "number")).toBe(true);
    // What began like a formula is a text with an apostrophe before it.
    const formula = rows.filter(({ name }) => String(name).includes("HYPERLINK"));
    expect(formula.length).toBeGreaterThan(0);
    for (const { name } of formula) expect(String(name)).toMatch(/^'=HYPERLINK\(/);
    // The table of text holds the same.
    const lines = parseCsv(await readFile(join(out, "numbers.csv"), "utf8"), {
      columns: true,
      bom: true,
    }) as readonly Readonly<Record<string, string>>[];
    const printed = (value: unknown): string => (value === null ? "" : String(value));
    expect(lines.map((line) => Object.values(line))).toEqual(rows.map((row) => Object.values(row).map(printed)));
  });
});
