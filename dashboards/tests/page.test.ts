import { instantOf, type ListedMention, type SurveyRow } from "@molva/contracts";
import { createDesk, type Desk } from "@molva/dashboards";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { chromiumPath, openBrowser } from "./support/browser.ts";
import { clock, createFixture, NOW, silentLog, type FixtureReads } from "./support/fixture.ts";

const path = chromiumPath();

/** Everything the browser complains about, and every wish to leave for somewhere else. */
interface Watched {
  readonly page: Page;
  readonly complaints: string[];
  readonly strangers: string[];
}

const suite = (executablePath: string): void => {
  let browser: Browser;
  let reads: FixtureReads;
  let desk: Desk;
  const watched: Watched[] = [];

  const start = async (port = 0): Promise<Desk> =>
    createDesk({ reads, port, log: silentLog, clock, password: null, publicUrl: null, eventsApartMs: 50 });

  const visit = async (options: BrowserContextOptions = {}, hash = "", base = desk): Promise<Page> => {
    const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const seen: Watched = { page, complaints: [], strangers: [] };
    watched.push(seen);
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") seen.complaints.push(message.text());
    });
    page.on("pageerror", (error) => seen.complaints.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(base.url)) seen.strangers.push(request.url());
    });
    await page.addInitScript(
      "addEventListener('securitypolicyviolation', (event) => console.error('CSP ' + event.violatedDirective + ' ' + event.blockedURI))",
    );
    await page.goto(base.url + hash);
    return page;
  };
  const drawn = async (page: Page): Promise<void> => {
    await page.locator("#rate-chart[data-drawn] canvas").first().waitFor();
    await page.locator("#days-chart[data-drawn] canvas").first().waitFor();
  };
  const card = (page: Page, title: string): ReturnType<Page["locator"]> => page.locator(".card", { hasText: title });
  const widths = async (page: Page): Promise<readonly number[]> =>
    page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]");

  beforeAll(async () => {
    browser = await openBrowser(executablePath);
  });
  afterAll(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    reads = createFixture();
    desk = await start();
  });
  afterEach(async () => {
    const told = watched.splice(0);
    await Promise.all(told.map(async ({ page }) => page.context().close()));
    await desk.close();
    // Whatever a test looked at, the page was quiet, kept its own policy and asked nobody else.
    expect(told.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(told.flatMap(({ strangers }) => strangers)).toEqual([]);
  });

  it("shows each brand's rate with its interval, n, counts and verdict", async () => {
    const page = await visit();
    await drawn(page);
    const [row] = await reads.headlines({ window: "7d", now: NOW });
    const sign = (value: number): string => `${value < 0 ? "\u2212" : "+"}${Math.abs(value).toFixed(1)}`;
    const text = await card(page, "Aurora Bank").innerText();
    expect(text).toContain(sign(row?.nsr ?? 0));
    expect(text).toContain(`95 %: ${sign(row?.low ?? 0)} to ${sign(row?.high ?? 0)}`);
    expect(text).toContain(`n = ${String(row?.n)}`);
    expect(text).toContain("Up (before:");
    expect(text).toContain("clearly above zero");
    expect(await page.locator("#formula").innerText()).toContain(
      "NSR = (P − N) / n × 100, 95 % adjusted Wald interval",
    );
    expect(await page.locator("#link").innerText()).toContain("as of 20 Nov 2026, 12:34");
  });

  it("prints counts and no rate below ten mentions, and marks a low base", async () => {
    const page = await visit();
    await drawn(page);
    const few = await card(page, "Kite Mobile").innerText();
    expect(few).toContain("counts only");
    expect(few).not.toMatch(/[+\u2212]\d|95 %/);
    expect(await card(page, "Поляна").innerText()).toContain("Low base");
  });

  it("says of an hour without mentions that it has none, and never zero", async () => {
    const page = await visit({}, "#window=24h&reach=90");
    await drawn(page);
    await page.locator("#rate-table summary").click();
    const silent = page.locator("#rate-table tr", { hasText: "no mentions" });
    expect(await silent.count()).toBeGreaterThan(0);
    expect(await silent.first().locator("td").allInnerTexts()).toEqual(["—", "—", "0", "no mentions"]);
    // 90 days lie between the axis' ends; the silence is some 33 days before the right one.
    const box = await page.locator("#rate-chart").boundingBox();
    if (box === null) throw new Error("the chart has no box");
    const left = 48;
    const plot = box.width - left - 18;
    await page.mouse.move(box.x + left + plot * (1 - 31.9 / 90), box.y + 100);
    await page.locator(".tip").waitFor();
    expect(await page.locator(".tip").innerText()).toContain("No mentions in this window. That is not a rate of zero.");
    await page.mouse.move(box.x + left + plot * (1 - 16 / 90), box.y + 100);
    await page.locator(".tip strong").waitFor();
    expect(await page.locator(".tip").innerText()).toMatch(/NSR\s+\u2212\d+\.\d\s+95 %: \u2212/);
  });

  it("leaves no hole beside the windows at any width, and its legend names all that the chart shows", async () => {
    const page = await visit();
    await drawn(page);
    for (const width of [1400, 960, 700, 400]) {
      await page.setViewportSize({ width, height: 900 });
      const lefts = await page
        .locator(".window")
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().left));
      expect([width, lefts.length % new Set(lefts).size]).toEqual([width, 0]);
    }
    expect(await page.locator("#rate-legend").innerText()).toContain("Incident begins");
  });

  it("changes window, period, formula and brand, and a link brings them back", async () => {
    const page = await visit();
    await drawn(page);
    await page.getByRole("button", { name: "NSR polar" }).click();
    await page.getByRole("button", { name: /^30 days −/ }).click();
    await card(page, "Поляна").click();
    await page.locator("#rate-title", { hasText: "Поляна" }).waitFor();
    expect(await page.locator("#formula").innerText()).toContain("(P − N) / (P + N) × 100, 95 % Wilson interval");
    const again = await visit({}, new URL(page.url()).hash);
    await drawn(again);
    expect(await again.locator("#rate-title").innerText()).toContain("Поляна");
    expect(await again.locator(".window[aria-pressed=true]").innerText()).toContain("30 days");
    expect(await again.getByRole("button", { name: "NSR polar" }).getAttribute("aria-pressed")).toBe("true");
  });

  it("speaks Russian when the browser does, and switches and remembers", async () => {
    const page = await visit({ locale: "ru-RU" });
    await drawn(page);
    expect(await page.locator("html").getAttribute("lang")).toBe("ru");
    expect(await page.locator("#rate-title").innerText()).toContain("Индекс тональности");
    expect(await card(page, "Aurora Bank").innerText()).toMatch(/\+\d+,\d/);
    await page.getByRole("button", { name: "EN", exact: true }).click();
    expect(await page.locator("#rate-title").innerText()).toContain("Net sentiment rate");
    expect(
      await page
        .getByRole("button", { name: "EN", exact: true })
        .evaluate((button) => button === document.activeElement),
    ).toBe(true);
    await page.reload();
    await drawn(page);
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
  });

  it("is dark when the system is, or when the person says so, and remembers", async () => {
    const background = async (page: Page): Promise<string> =>
      page.evaluate("getComputedStyle(document.body).backgroundColor");
    const dark = await visit({ colorScheme: "dark" });
    await drawn(dark);
    expect(await background(dark)).toBe("rgb(13, 17, 23)");
    const page = await visit({ colorScheme: "light" });
    await drawn(page);
    expect(await background(page)).toBe("rgb(244, 246, 248)");
    await page.getByRole("button", { name: "Dark" }).click();
    expect(await background(page)).toBe("rgb(13, 17, 23)");
    await page.reload();
    await drawn(page);
    expect(await background(page)).toBe("rgb(13, 17, 23)");
  });

  it("fits a phone in both languages", async () => {
    for (const locale of ["en-GB", "ru-RU"]) {
      const page = await visit({ locale, viewport: { width: 360, height: 740 }, hasTouch: true });
      await drawn(page);
      const [content, shown] = await widths(page);
      expect([locale, content]).toEqual([locale, shown]);
    }
  });

  it("says when the nightly recount found all numbers equal, and loudly when it did not, in both languages", async () => {
    const page = await visit();
    await drawn(page);
    reads.progressNow = { ...reads.progressNow, verified: { at: NOW, differences: 0 } };
    reads.touch();
    await page.getByText(/recounted .*: all numbers equal/).waitFor();
    reads.progressNow = { ...reads.progressNow, verified: { at: NOW, differences: 7 } };
    reads.touch();
    await page.getByText(/7 numbers differ, run molva verify/).waitFor();
    await page.getByText("RU", { exact: true }).click();
    const told = page.getByText(/не сошлось чисел: 7/);
    await told.waitFor();
    expect(await told.isVisible()).toBe(true);
  });

  it("refreshes by itself while the crawl runs, and says how far it is", async () => {
    const page = await visit();
    await drawn(page);
    reads.progressNow = { crawl: { running: true, pages: 22, mentions: 431 }, lag: 37, horizon: NOW };
    const [newest] = reads.mentionsNow["aurora-bank"] ?? [];
    if (newest === undefined) throw new Error("the fixture has no mention");
    reads.mentionsNow = {
      ...reads.mentionsNow,
      "aurora-bank": [{ ...newest, id: "fresh", title: "Just arrived" }, ...(reads.mentionsNow["aurora-bank"] ?? [])],
    };
    reads.touch();
    await page.getByText("Just arrived").waitFor();
    expect(await page.getByRole("status").innerText()).toBe(
      "Crawling… 22 pages read, 431 mentions found · 37 mentions on the way into the numbers",
    );
    expect(await page.locator("#link").innerText()).toContain("Live");
  });

  it("keeps the last numbers when Molva goes away, marks them as old, and comes back", async () => {
    const page = await visit();
    await drawn(page);
    await page.locator(".dot.live").waitFor();
    const { port } = desk;
    await desk.close();
    await page.locator("#lost", { hasText: "does not answer" }).waitFor({ timeout: 20_000 });
    expect(await page.locator("html").getAttribute("data-stale")).toBe("yes");
    expect(await card(page, "Aurora Bank").innerText()).toMatch(/[+\u2212]\d/);
    desk = await start(port);
    // It asks again by itself too, and takes the button away when it was answered: whichever comes first.
    const clicked = page.getByRole("button", { name: "Try now" }).click();
    clicked.catch(() => undefined);
    await page.locator("html[data-stale=no]").waitFor();
    expect(await page.locator("#lost").innerText()).toBe("");
    // The browser itself reports the connection that was refused: the one complaint this test makes.
    const seen = watched.find((known) => known.page === page);
    seen?.complaints.splice(
      0,
      seen.complaints.length,
      ...seen.complaints.filter((complaint) => !complaint.includes("ERR_")),
    );
  });

  it("makes a dead source loud and says since when and why", async () => {
    const page = await visit();
    await drawn(page);
    expect(await page.locator("#alarm").innerText()).toContain(
      "1 source is not delivering: https://forum.example/banks?sort=new",
    );
    const source = page.locator(".source.failing");
    expect(await source.innerText()).toMatch(
      /Failing[\s\S]*last success 2 days ago[\s\S]*failed 9 times in a row[\s\S]*SOURCE_LAYOUT_CHANGED/,
    );
    reads.healthNow = reads.healthNow.map((health) => ({
      ...health,
      state: "ok",
      errorCode: null,
      errorMessage: null,
    }));
    reads.touch();
    await page.locator("#alarm:empty").waitFor({ state: "attached" });
  });

  it("tells an empty folder from a quiet one", async () => {
    reads = createFixture({ empty: true });
    await desk.close();
    desk = await start();
    const page = await visit();
    await page.getByRole("heading", { name: "Nothing collected yet" }).waitFor();
    expect(await page.locator(".figure").filter({ visible: true }).count()).toBe(0);
    expect(await page.locator("#sources").isVisible()).toBe(true);
  });

  it("fills an empty page as soon as the first mentions are in", async () => {
    reads = createFixture({ empty: true });
    await desk.close();
    desk = await start();
    const page = await visit();
    await page.getByRole("heading", { name: "Nothing collected yet" }).waitFor();
    const { brands, headlines, rolling, days, mentionsNow } = createFixture();
    Object.assign(reads, { brands, headlines, rolling, days, mentionsNow });
    reads.touch();
    await drawn(page);
    expect(await page.locator("#empty").isVisible()).toBe(false);
    expect(
      await page.locator("#rate-chart").evaluate((box) => box.querySelector("canvas")?.clientWidth === box.clientWidth),
    ).toBe(true);
    await page.locator(".mention").nth(19).waitFor();
    expect(await page.locator(".mention").count()).toBe(20);
  });

  it("lists mentions with label, confidence, provenance, source, date and link, and filters them", async () => {
    const page = await visit();
    await drawn(page);
    const items = page.locator(".mention");
    expect(await items.nth(1).innerText()).toMatch(
      /Negative[\s\S]*20 Nov 2026, 08:59[\s\S]*web-reviews[\s\S]*Приложение не открывается[\s\S]*68% sure · model linear@1/,
    );
    expect(await items.nth(3).innerText()).toContain("set by Marina · set on an earlier text");
    expect(await items.nth(4).locator("time").innerText()).toBe("19 Nov 2026");
    expect(await items.nth(10).innerText()).toContain("The text was removed when its retention ended");
    const link = items.nth(1).getByRole("link");
    expect([await link.getAttribute("href"), await link.getAttribute("rel")]).toEqual([
      "https://reviews.example/aurora-bank/1",
      "noopener noreferrer nofollow",
    ]);
    await page.locator("#filters").getByLabel("Label").selectOption("negative");
    await page.locator(".mention.positive").first().waitFor({ state: "detached" });
    await page.locator("#filters").getByLabel("Source").selectOption("rss");
    await page.locator(".mention .tag", { hasText: "web-reviews" }).first().waitFor({ state: "detached" });
    expect(await page.locator(".mention.negative").count()).toBeGreaterThan(0);
    await page.locator("#filters").getByLabel("Label").selectOption("");
    await page.locator("#filters").getByLabel("Source").selectOption("");
    await page.getByRole("button", { name: "Show more mentions" }).click();
    await expect.poll(async () => items.count()).toBe(40);
  });

  it("shows hostile words as words", async () => {
    const hostile: ListedMention = {
      id: "hostile",
      brand: "aurora-bank",
      source: "web-reviews",
      kind: "review",
      publishedAt: instantOf(Date.parse(NOW)),
      precision: "minute",
      label: "negative",
      confidence: 0.9,
      provenance: "<img src=x onerror=alert(1)>",
      onEarlierText: false,
      rating: 999,
      ratingMax: 5,
      language: "en",
      region: null,
      topics: [{ topic: "<img src=x onerror=alert(2)>", label: "negative" }],
      title: "<script>document.title='taken'</script>",
      text:
        "<img src=x onerror=\"document.title='taken'\"> \u202Egnihton ton si siht <a href='javascript:alert(1)'>x</a> {{constructor}} " +
        "W".repeat(5000),
      url: "javascript:document.title='taken'",
    };
    const bad = "<b onclick=alert(1)>\u202Ebrand";
    reads.mentionsNow = {
      ...reads.mentionsNow,
      "aurora-bank": [
        hostile,
        { ...hostile, id: "file", url: "file:///etc/passwd" },
        { ...hostile, id: "user", url: "data:text/html,<script>1</script>" },
      ],
    };
    reads.healthNow = reads.healthNow.map((health) => ({
      ...health,
      title: bad,
      errorMessage: health.errorCode === null ? null : bad,
    }));
    const page = await visit({ viewport: { width: 360, height: 740 } });
    await drawn(page);
    const item = page.locator(".mention").first();
    expect(await item.locator("h3").textContent()).toBe(hostile.title);
    expect(await item.locator(".mention-text").textContent()).toBe(hostile.text);
    expect(await page.locator(".mention :is(a, img, script, b)").count()).toBe(0);
    expect(await page.locator(".source :is(b, img), #alarm b").count()).toBe(0);
    expect(await page.title()).toBe("Aurora Bank · Molva");
    expect(await item.locator(".mention-text").evaluate((text) => getComputedStyle(text).unicodeBidi)).toBe("isolate");
    const [content, shown] = await widths(page);
    expect(content).toBe(shown);
  });

  it("refuses any string as markup, whoever writes it", async () => {
    const page = await visit();
    await drawn(page);
    const outcome = await page.evaluate(
      "(() => { try { document.createElement('div').innerHTML = '<b>x</b>'; return 'written'; } catch (error) { return error.name; } })()",
    );
    expect(outcome).toBe("TypeError");
    const seen = watched.find((known) => known.page === page);
    await expect.poll(() => seen?.complaints.length).toBeGreaterThan(0);
    expect(seen?.complaints.every((complaint) => /TrustedHTML|require-trusted-types/.test(complaint))).toBe(true);
    // The refusal is what was asked for; it may be told more than once, and late.
    await page.context().close();
    seen?.complaints.splice(0);
  });

  it("can be used from the keyboard and read out", async () => {
    const page = await visit({ reducedMotion: "reduce" });
    await drawn(page);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the numbers");
    await card(page, "Kite Mobile").focus();
    await page.keyboard.press("Enter");
    await page.locator("#rate-title", { hasText: "Kite Mobile" }).waitFor();
    expect(await card(page, "Kite Mobile").evaluate((focused) => focused === document.activeElement)).toBe(true);
    await page.locator("#rate-chart[aria-label*='Kite Mobile']").waitFor();
    expect(await page.locator("#progress").evaluate((bar) => getComputedStyle(bar, "::after").animationName)).toBe(
      "none",
    );
  });

  it("shows surveys beside their own benchmarks, with what they suffer from, in both languages", async () => {
    const answered: SurveyRow = {
      brand: "aurora-bank",
      metric: "nps",
      population: "customers",
      wave: "2026-Q3",
      segment: null,
      question: "How likely are you to recommend us?",
      scale: { min: 0, max: 10 },
      from: NOW,
      to: NOW,
      n: 120,
      value: -4.1667,
      low: -17.9,
      high: 9.6,
      state: "ok",
      previous: 21.5,
      verdict: "down",
      formula: "NPS = % of 9–10 − % of 0–6; 95 % adjusted Wald",
      band: "alarm",
      warnings: [
        {
          code: "not-contacted",
          en: "41 of 50 low answers were not followed up",
          ru: "По низким оценкам не связались: 41 из 50",
        },
      ],
      benchmarks: [{ low: 32, high: null, en: "mean of all industries", ru: "среднее по отраслям" }],
      asOf: NOW,
    };
    const page = await visit();
    await drawn(page);
    expect(await page.locator("#surveys").isHidden()).toBe(true);
    reads.surveysNow = [
      answered,
      {
        ...answered,
        wave: "<b>2026-Q4</b>",
        n: 4,
        value: null,
        low: null,
        high: null,
        state: "counts-only",
        band: null,
        verdict: null,
      },
    ];
    const english = await visit();
    await english.locator("#surveys tbody tr").first().waitFor();
    const text = await english.locator("#surveys").innerText();
    for (const part of [
      "NPS, scale 0–10",
      "−4.2",
      "not above zero",
      "Down",
      "−17.9 … +9.6",
      "120",
      "+21.5",
      "<b>2026-Q4</b>",
      "counts only",
      "mean of all industries 32",
      "NPS = % of 9–10",
    ])
      expect(text).toContain(part);
    await english.locator("#surveys summary").click();
    expect(await english.locator("#surveys li").first().innerText()).toContain("41 of 50 low answers");
    await english.evaluate(axe.source);
    expect(
      await english.evaluate("axe.run('#surveys').then(({ violations }) => violations.map(({ id }) => id))"),
    ).toEqual([]);
    const russian = await visit({ locale: "ru-RU", viewport: { width: 360, height: 740 } });
    await russian.locator("#surveys tbody tr").first().waitFor();
    const words = await russian.locator("#surveys").innerText();
    for (const part of ["Опросы", "шкала 0–10", "не выше нуля", "среднее по отраслям 32"])
      expect(words).toContain(part);
    const [content, shown] = await widths(russian);
    expect(content).toBeLessThanOrEqual(shown ?? 0);
  });

  it("lists incidents, open ones on top, with numbers, who was told and who is on it, and leads to their mentions", async () => {
    const page = await visit({}, "?brand=aurora-bank");
    await drawn(page);
    const items = page.locator("#incident-list .incident");
    expect(await items.count()).toBe(2);
    expect(await items.first().innerText()).toMatch(
      /Critical[\s\S]*open, since 20 Nov 2026, 05:34[\s\S]*38 negative mentions[\s\S]*38 in 6 h, usually 6.2 · negative share 62% \(95 %: 50% to 74%\), usually 18%[\s\S]*words of safety[\s\S]*Told 20 Nov 2026, 06:34, 2 messages · Olga is on it[\s\S]*Useful: 2/,
    );
    expect(await items.nth(1).innerText()).toContain("the week's messages were used up");
    await page.locator("#incident-rest summary").click();
    expect(await page.locator("#incident-rest").innerText()).toMatch(
      /Part of: Aurora Bank: 38 negative[\s\S]*over before anybody watched/,
    );
    expect(await card(page, "Aurora Bank").innerText()).toContain("1 open incident");
    await items.first().getByRole("button").click();
    await page.getByRole("button", { name: "Mentions of any time" }).waitFor();
    expect(new URL(page.url()).hash).toContain("from=2026-11-20T05%3A34");
    await page.locator(".mention.positive").first().waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Mentions of any time" }).click();
    await expect.poll(() => new URL(page.url()).hash).not.toContain("from=");
  });

  it("lets a person who named themselves take and mute an open incident, and says what came of it", async () => {
    const done: string[] = [];
    const change = (id: string, to: Partial<(typeof reads.incidentsNow)[number]>): void => {
      reads.incidentsNow = reads.incidentsNow.map((one) => (one.id === id ? { ...one, ...to } : one));
    };
    reads.incidentsNow = reads.incidentsNow.map((one) => ({ ...one, taken: null, muted: false }));
    const acting = await createDesk({
      reads,
      port: 0,
      log: silentLog,
      clock,
      password: null,
      publicUrl: null,
      acts: {
        take: async ({ incident, by }) => {
          done.push(`take by ${by}`);
          change(incident, { taken: { by, at: NOW } });
        },
        mute: async ({ incident, by }) => {
          done.push(`mute by ${by}`);
          change(incident, { muted: true });
        },
      },
    });
    try {
      const page = await visit({}, "?brand=aurora-bank", acting);
      await drawn(page);
      const first = page.locator("#incident-list .incident").first();
      await first.getByRole("button", { name: /^I take it/ }).click();
      expect(await page.locator("#incident-told").innerText()).toContain("Say who you are first");
      expect(done).toEqual([]);
      await page.getByLabel("Your name").fill("Vera <b>");
      await first.getByRole("button", { name: /^I take it/ }).click();
      await first.getByText("Vera <b> is on it").waitFor();
      expect(await first.getByRole("button", { name: /^I take it/ }).count()).toBe(0);
      await first.getByRole("button", { name: /^Mute/ }).click();
      await first.getByText("Muted").waitFor();
      expect(await page.locator("#incident-told").innerText()).toBe("No further message about this incident.");
      expect(done).toEqual(["take by Vera <b>", "mute by Vera <b>"]);
      const again = await page.evaluate("localStorage.getItem('molva-audit-by')");
      expect(again).toBe("Vera <b>");
      await page.evaluate(axe.source);
      expect(await page.evaluate("axe.run().then(({ violations }) => violations.map(({ id }) => id))")).toEqual([]);
      await page.close();
    } finally {
      await acting.close();
    }
  });

  it("opens at the brand that a message links to, and says hostile verdicts as words, on a phone in Russian", async () => {
    const bad = "<img src=x onerror=alert(1)> \u202Ebrand " + "W".repeat(300);
    reads.incidentsNow = reads.incidentsNow.map((one) => ({
      ...one,
      brand: "polyana",
      line: { en: bad, ru: bad },
      taken: { by: bad, at: NOW },
    }));
    const page = await visit({ locale: "ru-RU", viewport: { width: 360, height: 740 } }, "?brand=polyana");
    await drawn(page);
    await page.locator("#rate-title", { hasText: "Поляна" }).waitFor();
    await page.locator("#incident-list .incident").first().waitFor();
    expect(await page.locator("#incidents :is(img, b, a)").count()).toBe(0);
    expect(await page.locator("#incident-list").innerText()).toMatch(/Критично[\s\S]*открыт, с/);
    const [content, shown] = await widths(page);
    expect(content).toBe(shown);
  });

  it("has no fault that axe-core knows, light and dark, wide and narrow", async () => {
    for (const [colorScheme, width] of [
      ["light", 1280],
      ["dark", 390],
    ] as const) {
      const page = await visit({ colorScheme, viewport: { width, height: 900 } });
      await drawn(page);
      await page.evaluate(axe.source);
      const faults: string[] = await page.evaluate(
        "axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ': ' + node.target + ' ' + node.failureSummary)))",
      );
      expect({ colorScheme, width, faults }).toEqual({ colorScheme, width, faults: [] });
    }
  });
};

describe.runIf(path !== null)("the page in a browser", () => suite(path ?? ""));

describe("the page's tests", () => {
  it("had a Chromium, or say that they had none (set MOLVA_CHROMIUM, or `npx playwright install chromium`)", () => {
    if (path === null) console.warn("No Chromium here: the page was not tested in a browser.");
    expect({ chromium: path !== null || !process.env["CI"] }).toEqual({ chromium: true });
  });
});
