import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bare } from "@molva/dashboards/report";
import { summarySchema, type NsrRow, type Summary } from "@molva/contracts";
import { startMailServer, type MailServer } from "@molva/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openInProcess, type InProcess } from "./support/in-process.ts";
import { tellWeeks, writeReportConfig, type SaidWeek } from "./support/reporting.ts";
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
  for (const { id } of BRANDS) week = await tellWeeks(molva, id, LAST[id] as SaidWeek, ZONE);
  config = await writeReportConfig(molva.folder, {
    port: mail.port,
    brands: BRANDS,
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
    for (const row of read.rows) {
      const [told] = JSON.parse(
        (
          await molva.run([
            "nsr",
            "--brand",
            row.brand,
            "--from",
            row.from,
            "--to",
            row.to,
            "--step",
            "week",
            "--json",
            "--config",
            config,
          ])
        ).out,
      ) as readonly NsrRow[];
      const nsr = row.figures.find(({ key }) => key === "nsr");
      expect([nsr?.value, nsr?.low, nsr?.high, nsr?.n]).toEqual([told?.nsr, told?.low, told?.high, told?.n]);
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

  it("go to each reader once, with their brands alone, and are kept as they were sent", async () => {
    const said = await weekly("--summary", "--send");
    expect(said.code, said.err).toBe(0);
    const texts = new Map(mail.received.map(({ to, parsed }) => [to[0], bare(parsed.text ?? "")]));
    expect([...texts.keys()]).toEqual(["olga@example.org", "ivan@example.org"]);
    expect(texts.get("olga@example.org")).toContain("Cirrus");
    expect(texts.get("ivan@example.org")).not.toContain("Cirrus");
    await weekly("--summary", "--send");
    expect(mail.received).toHaveLength(2);

    const [one] = JSON.parse(
      (await molva.run(["mentions", "--brand", "aurora", "--label", "negative", "--limit", "1", "--json"])).out,
    ) as readonly { id: string }[];
    expect((await molva.run(["relabel", one?.id ?? "", "positive", "--by", "vera"])).code).toBe(0);
    expect((await summary()).text).toContain("−37.5");
    const now = await summary("--now");
    expect(now.text).toContain("−36.3");
    expect(now.out).toMatch(/Aurora\s+nsr\s+value\s+-37\.5\s+-36\.25/);
  });
});
