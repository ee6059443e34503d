import { createDesk, type Desk } from "@molva/dashboards";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask } from "./support/ask.ts";
import { createAudits, type AuditFixture } from "./support/audits.ts";
import { chromiumPath, openBrowser } from "./support/browser.ts";
import { clock, createFixture, silentLog } from "./support/fixture.ts";

let audits: AuditFixture;
let desk: Desk;
beforeEach(async () => {
  audits = createAudits();
  const reads = createFixture();
  desk = await createDesk({ reads, audits, port: 0, log: silentLog, clock, password: null, publicUrl: null });
});
afterEach(async () => desk.close());

describe("what the audit screen may write", () => {
  const body = JSON.stringify({ id: "a".repeat(31) + "0", label: "negative", by: "vera" });
  const own = (): Record<string, string> => ({
    host: `127.0.0.1:${String(desk.port)}`,
    origin: `http://127.0.0.1:${String(desk.port)}`,
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
  });
  const post = async (headers: Record<string, string>, text = body, path = "/api/audit/label"): Promise<number> =>
    (await ask(desk.port, { method: "POST", path, headers, body: text })).status;

  it("takes a label from its own page", async () => {
    expect(await post(own())).toBe(200);
    expect(audits.written).toEqual(["vera negative 0"]);
  });

  it("takes nothing from another site, another name, a form, without Origin, too long, elsewhere or not understood", async () => {
    const { origin, ...nameless } = own();
    expect(origin).toBeDefined();
    expect(await post({ ...own(), origin: "https://evil.example" })).toBe(403);
    expect(await post({ ...own(), origin: "null" })).toBe(403);
    expect(await post({ ...own(), "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await post(nameless)).toBe(403);
    expect(await post({ ...own(), host: "evil.example", origin: "http://evil.example" })).toBe(421);
    expect(await post({ ...own(), "content-type": "text/plain" })).toBe(415);
    expect(await post({ ...own(), "content-length": "5000" }, "x".repeat(5000))).toBe(413);
    expect(await post(own(), body, "/api/overview")).toBe(405);
    expect(await post(own(), body, "/audit")).toBe(405);
    expect(await post(own(), "x".repeat(body.length))).toBe(400);
    const wrong = body.replace("negative", "terrible");
    expect(await post({ ...own(), "content-length": String(wrong.length) }, wrong)).toBe(400);
    expect(audits.written).toEqual([]);
  });

  it("is not there where nobody offers it", async () => {
    const bare = await createDesk({
      reads: createFixture(),
      port: 0,
      log: silentLog,
      clock,
      password: null,
      publicUrl: null,
    });
    try {
      const host = `127.0.0.1:${String(bare.port)}`;
      expect((await ask(bare.port, { path: "/audit", headers: { host } })).status).toBe(404);
      const refused = await ask(bare.port, { method: "POST", path: "/api/audit/label", headers: { host }, body });
      expect(refused.status).toBe(405);
    } finally {
      await bare.close();
    }
  });
});

const suite = (executablePath: string): void => {
  let browser: Browser;
  const complaints: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser(executablePath);
  });
  afterAll(async () => browser.close());
  afterEach(async () => {
    await Promise.all(browser.contexts().map(async (context) => context.close()));
    expect(complaints.splice(0)).toEqual([]);
  });

  const visit = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.on("console", (message) => {
      // A refused writing is told by the browser, too.
      if (["error", "warning"].includes(message.type()) && !message.text().includes("400"))
        complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`${desk.url}audit`);
    await page.locator("#mention .mention-text").waitFor();
    return page;
  };
  const shows = async (page: Page, text: string): Promise<void> =>
    page.locator("#mention .mention-text", { hasText: text }).waitFor();
  const named = async (page: Page): Promise<void> => {
    await page.getByLabel("Your name").fill("vera");
    await page.locator("#question").focus();
  };

  it("labels with keys, one after the other, and takes the last back", async () => {
    const page = await visit();
    await named(page);
    await shows(page, "The clerk was rude");
    await page.keyboard.press("1");
    await shows(page, "Opened a second branch");
    await page.keyboard.press("2");
    await shows(page, "reversed");
    await page.keyboard.press("u");
    await shows(page, "Opened a second branch");
    await page.keyboard.press("3");
    await shows(page, "reversed");
    await expect
      .poll(() => audits.written)
      .toEqual(["vera negative 0", "vera neutral 1", "vera undo 1", "vera positive 1"]);
    expect(await page.locator("#meter").innerText()).toMatch(/2 audits/);
    // Typing a digit into the name labels nothing.
    await page.getByLabel("Your name").press("1");
    expect(await page.getByLabel("Your name").inputValue()).toBe("1vera");
    expect(audits.written.length).toBe(4);
  });

  it("asks for a name first, shows hostile words as words and no address that runs", async () => {
    const page = await visit();
    await page.locator("#question").focus();
    await page.keyboard.press("1");
    expect(await page.locator("#lost").innerText()).toMatch(/Write your name first/);
    expect(await page.evaluate("document.activeElement.id")).toBe("by");
    expect(audits.written).toEqual([]);
    await named(page);
    await page.keyboard.press("1");
    await shows(page, "Opened a second branch");
    expect(await page.locator("#mention a").count()).toBe(0);
    await page.keyboard.press("s");
    await shows(page, "<img src=x onerror=alert(1)><b>bold</b>");
    expect(await page.locator("#mention img, #mention b").count()).toBe(0);
    for (const key of ["2", "3"]) await page.keyboard.press(key);
    await page.locator("#mention h3", { hasText: "<h1>Never again</h1>" }).waitFor();
  });

  it("brings back what could not be saved, and says why", async () => {
    const page = await visit();
    await named(page);
    audits.refuse = "Mention x was not drawn at random.";
    await page.keyboard.press("3");
    await page.locator("#lost", { hasText: "Not saved: Mention x was not drawn at random." }).waitFor();
    await shows(page, "The clerk was rude");
    await page.keyboard.press("1");
    await expect.poll(() => audits.written).toEqual(["vera negative 0"]);
  });

  it("says what more audits would buy, by brand and source", async () => {
    const page = await visit();
    expect(await page.locator("#bought").innerText()).toBe(
      "Now ±14.2 points. 30 more: ±11.4 points. 100 more: ±8.1 points. 300 more: ±4.6 points.",
    );
    expect(await page.locator("#standings tbody tr").count()).toBe(4);
    await page.locator("[data-focus='source']").selectOption("rss");
    await shows(page, "Opened a second branch");
    expect(await page.locator("#bought").innerText()).toMatch(/^Too few audits/);
    await page.locator("[data-focus='brand']").selectOption("polyana");
    expect(await page.locator("#question").innerText()).toBe("What does this text say of Поляна?");
  });

  it("reads the same in Russian on a phone in the dark, and is accessible", async () => {
    const page = await visit({ locale: "ru-RU", colorScheme: "dark", viewport: { width: 390, height: 844 } });
    expect(await page.locator("#question").innerText()).toBe("Что этот текст говорит о «Aurora Bank»?");
    expect(await page.locator("#bought").innerText()).toContain("Ещё 100: ±8,1 п.");
    const [width, room] = await page.evaluate<[number, number]>(
      "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
    );
    expect(width).toBeLessThanOrEqual(room);
    for (const scheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<{ violations: readonly { id: string; nodes: { html: string }[] }[] }>(
        "axe.run()",
      );
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`)).toEqual([]);
    }
  });
};

const path = chromiumPath();
describe("the audit screen", () => {
  if (path !== null) suite(path);
  else
    it("needs a Chromium: set MOLVA_CHROMIUM to one", () => {
      console.log("No Chromium here: the audit screen was not tried in a browser.");
      expect(process.env["CI"]).toBeUndefined();
    });
});
