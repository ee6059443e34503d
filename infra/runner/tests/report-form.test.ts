import { existsSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FACTS, instantOf, type Fact } from "@molva/contracts";
import { bare } from "@molva/dashboards/report";
import { readConfig, readEnvironment } from "@molva/platform";
import { freePort, startMailServer, type MailServer, type ReceivedMail } from "@molva/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Call } from "../src/command.ts";
import { sentNotes } from "../src/report/sent-notes.ts";
import { openPage } from "../src/start/page.ts";
import { demoFacts } from "./support/demo-store.ts";
import { openInProcess, type InProcess } from "./support/in-process.ts";
import { openEyes, type Eyes } from "./support/looking.ts";

/** Beside the repository, where its developers have it: a month of banks' reviews as people wrote them. */
const STREAM = fileURLToPath(new URL("../../../../shared/data/streams/bankiru-2025-01.csv", import.meta.url));
const MAP = "text=reviewBody,brand=bankName,publishedAt=datePublished,url=url,region=location";
/** On a Sunday, so that the demo's bad week, twenty days before, is a week of the calendar. */
const DEMO_NOW = instantOf(Date.UTC(2026, 10, 21, 21));
const DEMO_WEEK = "2026-W45";
const BANK_WEEK = "2025-W04";
const DEMO = { id: "velmora-bank", title: "Velmora Bank" };
const BANKS = [
  { id: "alfa", title: "Альфа-Банк" },
  { id: "vtb", title: "ВТБ" },
  { id: "sber", title: "Сбербанк" },
];
const hasStream = existsSync(STREAM);
/** Where a person who wants to look finds what was looked at. */
const PICTURES = process.env["MOLVA_TEST_PICTURES"];

let molva: InProcess;
let mail: MailServer;
let eyes: Eyes | null;
let config: string;
let url: string;
const closing: (() => Promise<unknown>)[] = [];

const run = (...words: readonly string[]) => molva.run([...words, "--config", config]);
const done = async (...words: readonly string[]): Promise<void> => {
  const said = await run(...words);
  if (said.code !== 0) throw new Error(`molva ${words.join(" ")} ended with ${said.code}: ${said.err}${said.out}`);
};

/** The demo's mentions as the pipeline makes them, with what they are about. */
const factsOfDemo = async (): Promise<readonly Fact[]> => {
  const topicsOf = await molva.runtime.topicsOf();
  return demoFacts(DEMO_NOW).map((fact) => {
    if (fact.type !== "content") return fact;
    const { title, text } = fact.mention;
    const label = fact.sentiment?.label ?? "neutral";
    const whole = { negative: 0, neutral: 0, positive: 0, ...(label === "unscored" ? {} : { [label]: 1 }) };
    return { ...fact, topics: [...topicsOf({ title, text: text ?? "", whole }, () => null)] };
  });
};

beforeAll(async () => {
  eyes = await openEyes();
  mail = await startMailServer();
  molva = await openInProcess("report-form");
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const brands = [DEMO, ...BANKS];
  const text = JSON.stringify({
    timezone: "Europe/Moscow",
    brands,
    server: { port, publicUrl: url },
    mail: { host: "127.0.0.1", port: mail.port, security: "none", from: "Molva <reports@molva.example>" },
    report: {
      pdf: eyes !== null,
      recipients: [
        { address: "olga@example.org", language: "en", brands: [DEMO.id], reports: "brands" },
        { address: "ivan@example.org", language: "ru", reports: "brands" },
      ],
    },
  });
  config = join(molva.folder, "molva.yaml");
  await writeFile(config, text);
  const read = readConfig(text, "molva.yaml", { sources: [], checkQuery: () => null });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const environment = readEnvironment({});
  const io = { err: () => {} };
  const desk = await openPage(molva.runtime, { environment, io } as unknown as Call, {
    config: read.config,
    demo: false,
  });
  closing.push(() => desk.close());
  await molva.runtime.bus.publish(FACTS, "backfill", await factsOfDemo());
  await molva.runtime.settled();
  await done("report", "weekly", "--brand", DEMO.id, "--week", DEMO_WEEK, "--send");
  if (!hasStream) return;
  await copyFile(STREAM, join(molva.folder, "stream.csv"));
  await done("import", "stream.csv", "--source", "banki-ru-2025", "--map", MAP, "--tz", "Europe/Moscow");
  for (const { id } of BANKS) await done("report", "weekly", "--brand", id, "--week", BANK_WEEK, "--send");
}, 300_000);
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
  await molva[Symbol.asyncDispose]();
  await mail.stop();
  await eyes?.[Symbol.asyncDispose]();
});

const mailOf = (to: string, title: string): ReceivedMail => {
  const found = mail.received.find((one) => one.to[0] === to && (one.parsed.subject ?? "").startsWith(title));
  if (found === undefined) throw new Error(`${to} got no report of ${title}`);
  return found;
};

/** The HTML part as a mail program shows it: its own pictures in it. */
const shownBy = ({ parsed }: ReceivedMail): string =>
  parsed.attachments.reduce(
    (html, { cid, contentType, content }) =>
      cid === undefined
        ? html
        : html.replaceAll(`cid:${cid}`, `data:${contentType};base64,${content.toString("base64")}`),
    String(parsed.html),
  );

/** Whatever a reader takes for a number: digits with their sign, thousands and decimals. */
const numbersIn = (text: string): readonly string[] =>
  [...bare(text).matchAll(/[−+-]?\d+(?:[\u00A0\u202F ,.]\d+)*/gu)]
    .map(([number]) => number.replaceAll(/\s/gu, " "))
    .toSorted();
const withoutAddresses = (text: string): string => text.replaceAll(/https?:\S+/gu, "");

const cases = [
  ["the demo's bad week in English", "olga@example.org", DEMO.title],
  ["the demo's bad week in Russian", "ivan@example.org", DEMO.title],
  ...(hasStream ? BANKS.map(({ title }) => [`${title}, real reviews`, "ivan@example.org", title] as const) : []),
] as const;

it("has a Chromium and the real stream to work with (in CI a Chromium that is absent is a failure)", () => {
  if (!hasStream)
    console.warn("no ../shared/data/streams/bankiru-2025-01.csv: the real stream's reports were not tried");
  if (eyes === null) console.warn("no Chromium: reports were not looked at (set MOLVA_CHROMIUM)");
  expect(eyes !== null || process.env["CI"] === undefined).toBe(true);
});

describe.each(cases)("%s", (name, to, title) => {
  it("arrived with both parts, the picture and the PDF inside, below 100 kB, with nothing to fetch and nothing that runs", () => {
    const { parsed } = mailOf(to, title);
    const html = String(parsed.html);
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
    expect(html).not.toMatch(/<script|src="http|@import|url\(\s*['"]?http|<link|<iframe|<form/i);
    const types = parsed.attachments.map(({ contentType }) => contentType);
    expect(types).toEqual(["image/png", ...(eyes === null ? [] : ["application/pdf"])]);
    expect(parsed.text?.length).toBeGreaterThan(1_000);
  });

  it("fits every width by day and by night, has no fault by axe, and says the same as its text, number by number", async () => {
    if (eyes === null) return;
    const received = mailOf(to, title);
    if (PICTURES !== undefined) await mkdir(PICTURES, { recursive: true });
    for (const width of [360, 600, 1_200])
      for (const dark of width === 600 ? [false, true] : [false]) {
        const file = `${title} ${to.slice(0, 4)} ${width} ${dark ? "night" : "day"}.png`.replaceAll(" ", "-");
        const seen = await eyes.look(shownBy(received), {
          width,
          dark,
          faults: width === 600,
          ...(PICTURES === undefined ? {} : { picture: join(PICTURES, file) }),
        });
        expect(seen.width, `${name} at ${width}`).toBeLessThanOrEqual(width);
        expect([seen.scripts, seen.requests, seen.faults, seen.picturesWithoutWords]).toEqual([0, [], [], 0]);
        if (width === 1_200 && !dark)
          expect(numbersIn(seen.text)).toEqual(numbersIn(withoutAddresses(received.parsed.text ?? "")));
      }
  });

  it("has a PDF whose every page is drawn with words on it and whole, the numbers of the subject among them", async () => {
    if (eyes === null) return;
    const received = mailOf(to, title);
    const pdf = received.parsed.attachments.find(({ contentType }) => contentType === "application/pdf");
    const pages = await eyes.drawPdf(pdf?.content ?? new Uint8Array());
    if (PICTURES !== undefined)
      for (const [i, { png }] of pages.entries())
        await writeFile(join(PICTURES, `${title}-${to.slice(0, 4)}-pdf-${i + 1}.png`.replaceAll(" ", "-")), png);
    expect(pages.length).toBeGreaterThan(0);
    expect(pages.length).toBeLessThan(12);
    for (const { text, ink, furthest } of pages) {
      // The last one may hold a few lines; none is empty, and none is cut off at its side.
      expect(text.replace(/\d+\s*\/\s*\d+\s*$/u, "").trim().length).toBeGreaterThan(40);
      expect(ink).toBeGreaterThan(0.1);
      expect(furthest).toBeLessThan(97);
    }
    const told = new Set(numbersIn(pages.map(({ text }) => text).join("\n")));
    const verdict = numbersIn(received.parsed.subject ?? "");
    expect(verdict.filter((number) => !told.has(number))).toEqual([]);
  });

  it("leads to the page and out of the list, for its reader alone: GET shows, POST acts", async () => {
    const received = mailOf(to, title);
    const html = String(received.parsed.html);
    const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, link = ""]) => link.replaceAll("&amp;", "&"));
    expect(links.filter((link) => !/^https?:\/\//.test(link))).toEqual([]);
    const own = links.filter((link) => link.startsWith(url));
    expect(own.map((link) => new URL(link).pathname.slice(0, 4))).toEqual(["/", "/do/"]);
    for (const link of own) {
      expect(received.parsed.text?.includes(link)).toBe(true);
      const answer = await fetch(link);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    }
    const [, leave = ""] = own;
    expect(await (await fetch(leave)).text()).toContain(to);
    const head = received.raw.toString("latin1").replaceAll(/\r\n[ \t]+/g, "");
    expect(/^List-Unsubscribe:(.*)$/m.exec(head)?.[1]?.trim()).toBe(`<${leave}>`);
    const brand = [DEMO, ...BANKS].find((one) => one.title === title)?.id ?? "";
    const notes = sentNotes(molva.runtime.checkpoints);
    expect(await notes.isUnsubscribed(brand, to)).toBe(false);
    const body = new URLSearchParams({ "List-Unsubscribe": "One-Click" });
    expect((await fetch(leave, { method: "POST", body })).status).toBe(200);
    expect(await notes.isUnsubscribed(brand, to)).toBe(true);
  });
});
