import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bare } from "@molva/dashboards/report";
import { summarySchema, type NsrRow, type Summary } from "@molva/contracts";
import { readConfig, readEnvironment } from "@molva/platform";
import { startMailServer, type MailServer } from "@molva/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openInProcess, type InProcess } from "./support/in-process.ts";
import { tellWeeks, writeReportConfig, type SaidWeek } from "./support/reporting.ts";
import { openFailures } from "../src/report/failures.ts";
import { createReportLoop } from "../src/report/report-loop.ts";
import { sendPartsOf } from "../src/report/start-reports.ts";
import { subjectsOf } from "../src/report/summaries.ts";
import type { Week } from "../src/report/weeks.ts";

const ZONE = "Europe/Moscow";
const BRANDS = [
  { id: "aurora", title: "Aurora" },
  { id: "borealis", title: "Borealis" },
  { id: "cirrus", title: "Cirrus" },
  { id: "dunes", title: "Dunes" },
] as const;
const LAST: Readonly<Record<string, SaidWeek>> = {
  aurora: { positive: 30, neutral: 40, negative: 90, topic: "delivery" },
  borealis: { positive: 60, neutral: 40, negative: 30 },
  cirrus: { positive: 58, neutral: 42, negative: 30 },
  dunes: { positive: 0, neutral: 0, negative: 0 },
};

let molva: InProcess;
let mail: MailServer;
let config: string;
let week: Week;
beforeAll(async () => {
  molva = await openInProcess("report-summary");
  mail = await startMailServer();
  const weeks = await Promise.all(BRANDS.map(({ id }) => tellWeeks(molva, id, LAST[id] as SaidWeek, ZONE)));
  week = weeks[0] as Week;
  config = await writeReportConfig(molva.folder, {
    port: mail.port,
    brands: BRANDS,
    more: { hour: 0, catchUp: "7d" },
    recipients: [
      { address: "olga@example.org", reports: "summary" },
      { address: "ivan@example.org", reports: "both", language: "ru", brands: ["aurora", "borealis"] },
    ],
  });
});
afterAll(async () => {
  await mail.stop();
  await molva[Symbol.asyncDispose]();
});

/** One look of the scheduler's loop, as `start` has it. */
const look = async (): Promise<void> => {
  const { runtime } = molva;
  const read = readConfig(await readFile(config, "utf8"), config, { sources: [], checkQuery: () => null });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const setting = { config: read.config, configPath: config, environment: readEnvironment({}) };
  const parts = await sendPartsOf(runtime, setting);
  const { clock, log, claims, checkpoints } = runtime;
  const failures = openFailures({ checkpoints, claims, channels: [], clock, log });
  const since = async (): Promise<string> => "1970-01-01T00:00:00.000Z";
  const brands = subjectsOf(read.config);
  const loop = createReportLoop({
    brands,
    config: read.config,
    parts,
    channels: [],
    failures,
    claims,
    since,
    clock,
    log,
  });
  await loop.look();
  await parts.mailer.close();
};

const weekly = (...words: readonly string[]) => molva.run(["report", "weekly", ...words, "--config", config]);
const summary = async (
  ...words: readonly string[]
): Promise<{ readonly read: Summary; readonly text: string; readonly out: string }> => {
  const out = join(molva.folder, "out");
  const said = await weekly("--summary", "--out", out, "--no-pdf", ...words);
  expect(said.code, said.err).toBe(0);
  return {
    read: summarySchema.parse(JSON.parse(await readFile(join(out, "report.json"), "utf8"))),
    text: bare(await readFile(join(out, "report.txt"), "utf8")),
    out: said.out,
  };
};

describe("all brands side by side", () => {
  it("have the numbers of molva nsr, and places only where intervals separate", async () => {
    const { read } = await summary();
    const range = ["--from", week.from, "--to", week.to, "--step", "week", "--tz", ZONE, "--json", "--config", config];
    const told = JSON.parse((await molva.run(["nsr", "--all", ...range])).out) as readonly NsrRow[];
    for (const row of read.rows.slice(0, 3)) {
      const nsr = row.figures.find(({ key }) => key === "nsr");
      const one = told.find(({ brand }) => brand === row.brand);
      expect([nsr?.value, nsr?.low, nsr?.high, nsr?.n]).toEqual([one?.nsr, one?.low, one?.high, one?.n]);
    }
    expect(read.rows.map(({ brand, place }) => [brand, place])).toEqual([
      ["aurora", { best: 3, worst: 3 }],
      ["borealis", { best: 1, worst: 2 }],
      ["cirrus", { best: 1, worst: 2 }],
      ["dunes", null],
    ]);
  });

  it("say what changed and what is to be done first, and that a week without mentions is no calm", async () => {
    const { text, out } = await summary();
    expect(out).toBe(
      `Aurora: NSR fell to −37.5 from +23.1; 1 of 4 brands changed (week ${Number(week.name.slice(-2))})\n`,
    );
    expect(text).toContain("Aurora: find out why NSR fell");
    expect(text).toContain("No mentions, which is not the same as calm: Dunes.");
    expect(text).toMatch(/Aurora: \d+ of 90 negative mentions without an answer \(\d+\.\d %, 95 %: /);
    expect((await summary("--language", "ru")).out).toContain("Aurora: NSR упал до −37,5 с +23,1");
    expect((await weekly("--brand", "all", "--out", join(molva.folder, "all"), "--no-pdf")).out).toBe(out);
  });

  it("go out on their day to who asked for them, once, and with their brands alone", async () => {
    await look();
    expect(mail.received.map(({ to, parsed }) => `${to[0]} ${parsed.subject?.split(":")[0]}`)).toEqual([
      "ivan@example.org Aurora",
      "ivan@example.org Borealis",
      "olga@example.org Aurora",
      "ivan@example.org Aurora",
    ]);
    const said = await weekly("--summary", "--send");
    expect(said.code, said.err).toBe(0);
    expect(said.out.match(/sent before/g)).toHaveLength(2);
    const texts = new Map(mail.received.map(({ to, parsed }) => [to[0], bare(parsed.text ?? "")]));
    expect([...texts.keys()]).toEqual(["ivan@example.org", "olga@example.org"]);
    expect(texts.get("olga@example.org")).toContain("Cirrus");
    expect(texts.get("ivan@example.org")).not.toContain("Cirrus");
    await look();
    expect(mail.received).toHaveLength(4);
  });

  it("are given as they were sent after a correction, and with --now as they are known now, with the differences", async () => {
    const [one] = JSON.parse(
      (await molva.run(["mentions", "--brand", "aurora", "--label", "negative", "--limit", "1", "--json"])).out,
    ) as readonly { id: string }[];
    expect((await molva.run(["relabel", one?.id ?? "", "positive", "--by", "vera"])).code).toBe(0);
    expect((await summary()).text).toContain("−37.5");
    const now = await summary("--now");
    expect(now.text).toContain("−36.3");
    const subscribe = (...words: readonly string[]) =>
      molva.run(["report", "subscribe", "olga@example.org", "--summary", ...words, "--config", config]);
    expect((await subscribe("--off")).code).toBe(0);
    expect((await weekly("--summary", "--week", "2026-W01", "--send")).out).toMatch(/olga@example\.org\s+unsubscribed/);
    expect((await subscribe()).out).toBe("olga@example.org gets the summary over brands\n");
    const tried = await molva.run(["report", "test", "--to", "me@example.org", "--summary", "--config", config]);
    expect(tried.code, tried.err).toBe(0);
    expect(mail.received.at(-1)?.parsed.subject).toMatch(/^\[test\] Aurora: NSR fell/);
    expect(now.out).toMatch(/Aurora\s+nsr\s+value\s+-37\.5\s+-36\.25/);
  });
});
