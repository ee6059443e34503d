import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instantOf } from "@molva/contracts";
import { createDesk, type DeskReads } from "@molva/dashboards";
import { createLog } from "@molva/platform";
import { afterEach, expect, it } from "vitest";
import { openArchive } from "../src/report/archive.ts";
import { reportPages, REPORTS_PATH } from "../src/report/pages.ts";
import { sentNotes } from "../src/report/sent-notes.ts";
import { weekNamed } from "../src/report/weeks.ts";
import { brandOf, openNotesLog, plainReport } from "./support/sending-reports.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const PASSWORD = "a password of the test";
const AUTHORIZATION = { authorization: `Basic ${Buffer.from(`vera:${PASSWORD}`).toString("base64")}` };

it("the page shows reports as sent, and what became of each copy, to those who know its password", async () => {
  const folder = await mkdtemp(join(tmpdir(), "molva-report-pages-"));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const clock = () => instantOf(Date.UTC(2026, 10, 16, 6));
  const bus = await openNotesLog(folder, clock);
  closing.push(() => bus.close());
  const brand = { ...brandOf("aurora"), title: "<b>Aurora</b>" };
  await openArchive(folder).keep(plainReport(brand, weekNamed("2026-W46", "UTC"), clock));
  const why = "550 no such <user>";
  await sentNotes(bus.checkpoints).write("2026-W46", "aurora", "olga@example.org", {
    at: clock(),
    outcome: "refused",
    why,
  });
  const notes = sentNotes(bus.checkpoints);
  await notes.write("2026-W45", "aurora", "ivan@example.org", { at: clock(), outcome: "missed", why: "nothing ran" });
  const came = { week: "2026-W46", brand: "aurora", to: "vera@example.org" };
  await notes.bounce(came, { at: clock(), kind: "hard", why: "550 <b>gone</b>" }, "1");
  const reads = { subscribe: () => () => {} } as unknown as DeskReads;
  const desk = await createDesk({
    reads,
    port: 0,
    log: createLog("silent", { write: () => {} }),
    clock,
    password: PASSWORD,
    publicUrl: null,
    pages: new Map([[REPORTS_PATH, reportPages({ dataDir: folder, checkpoints: bus.checkpoints, brands: [brand] })]]),
  });
  closing.push(() => desk.close());
  const ask = (path: string, headers: Record<string, string> = AUTHORIZATION) =>
    fetch(new URL(path, desk.url), { headers });

  expect((await ask("/reports", {})).status).toBe(401);
  const list = await (await ask("/reports", { ...AUTHORIZATION, "accept-language": "ru" })).text();
  expect(list).toContain("&lt;b&gt;Aurora&lt;/b&gt;");
  expect(list).toContain("отклонён");
  expect(list).toContain("550 no such &lt;user&gt;");
  // What went to nobody stands there as well, and who gets no more.
  expect(list).toMatch(/2026-W45.*не составлен.*ivan@example\.org.*не отправлен.*nothing ran/s);
  expect(list).toContain("вернулся, адрес не существует");
  expect(list).toMatch(/class="stopped".*vera@example\.org.*550 &lt;b&gt;gone/s);
  const report = await ask("/reports/2026-W46/aurora/en");
  expect(report.headers.get("content-security-policy")).toMatch(/^default-src 'none'; img-src data:/);
  expect(await report.text()).toContain("no mentions this week");
  expect((await ask("/reports/2026-W46/aurora/numbers.csv")).headers.get("content-disposition")).toContain(
    "2026-W46-aurora.csv",
  );
  for (const path of [
    "/reports/2026-W46/borealis/en",
    "/reports/2026-W46/aurora/mail.json",
    "/reports/../lock",
    "/reportsx",
  ])
    expect((await ask(path)).status, path).toBe(404);
});
