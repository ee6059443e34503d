import type { Weekly } from "@molva/contracts";
import axe from "axe-core";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  bare,
  LINE_CID,
  reportHtml,
  reportPicture,
  reportRows,
  reportText,
  withLinks,
  withPictures,
  withTextLinks,
  writeReport,
} from "../src/report/index.ts";
import { chromiumPath, openBrowser } from "./support/browser.ts";
import { badWeek, hostileWeek } from "./support/report-fixture.ts";
import { calmWeek, hostileSummary, summaryWeek } from "./support/summary-fixture.ts";

/** Whatever a reader takes for a number: digits with their sign, thousands and decimals. */
const numbersIn = (text: string): readonly string[] =>
  [...bare(text).matchAll(/[−+-]?\d+(?:[\u00A0\u202F ,.]\d+)*/gu)]
    .map(([number]) => number.replaceAll(/\s/gu, " "))
    .toSorted();

const pageFor = async (report: Weekly = badWeek(), language: "en" | "ru" = "en"): Promise<string> => {
  const document = writeReport(report, language);
  return withPictures(await reportHtml(document), new Map([[LINE_CID, await reportPicture(report, language)]]));
};

describe("the verdict", () => {
  const figures = badWeek().figures;
  const without = (keep: readonly string[]) =>
    figures.map((one) => ({
      ...one,
      comparisons: one.comparisons.map((c) => ({ ...c, claimed: c.claimed && keep.includes(one.key) })),
    }));

  it("says what fell, from what to what, in both languages", () => {
    expect(writeReport(badWeek(), "en").subject).toBe("Aurora: NSR fell to −22.2 from +12.3 (week 46)");
    expect(writeReport(badWeek(), "ru").subject).toBe("Aurora: NSR упал до −22,2 с +12,3 (неделя 46)");
  });

  it("calls nothing a change that does not stand among all that is compared", () => {
    const calm = badWeek({ figures: without([]) });
    expect(writeReport(calm, "en").subject).toBe("Aurora: no significant change, NSR −22.2 (week 46)");
    const text = reportText(writeReport(calm, "en"));
    expect(text).not.toMatch(/\b(up|down) by\b/);
    expect(text).toContain("no significant change among all that is compared here");
    expect(text).not.toContain("is behind");
  });

  it("names another number where NSR did not change", () => {
    const other = badWeek({ figures: without(["negative-share"]) });
    expect(writeReport(other, "en").subject).toBe(
      "Aurora: share of negative up to 43.9 from 22.1; NSR −22.2 without significant change (week 46)",
    );
  });

  it("says in words that nothing came, which is no calm", () => {
    const none = { value: null, low: null, high: null, n: 0, state: "empty" as const, comparisons: [] };
    const empty = badWeek({
      counts: { positive: 0, neutral: 0, negative: 0, unscored: 0, originals: 0 },
      figures: figures.map(({ key }) => ({ key, ...none, ...(key === "volume" ? { value: 0 } : {}) })),
      moved: null,
      negative: [],
      positive: [],
    });
    expect(writeReport(empty, "en").subject).toBe("Aurora: no mentions this week (week 46)");
    expect(writeReport(empty, "en").remarks[0]).toContain("not the same as calm");
  });
});

describe("brands side by side", () => {
  it("the subject names who changed, and is held to what all of them together may claim", () => {
    expect(writeReport(summaryWeek(), "en").subject).toBe(
      "Aurora: NSR fell to −22.2 from +12.3; 1 of 4 brands changed (week 46)",
    );
    expect(writeReport(summaryWeek(), "ru").subject).toBe(
      "Aurora: NSR упал до −22,2 с +12,3; изменения у 1 из 4 брендов (неделя 46)",
    );
    expect(writeReport(calmWeek(), "en").subject).toBe("2 brands: no significant change (week 46)");
  });

  it("says what to do first, in its order, and of a calm week that there is nothing to do", () => {
    const told = bare(reportText(writeReport(summaryWeek(), "en")));
    const order = ["see to 2 open incidents", "find out why NSR fell", "look at collection", "get in touch with 12"];
    expect(order.map((words) => told.indexOf(words)).every((at, i, all) => at > (all[i - 1] ?? 0))).toBe(true);
    expect(told).toContain("Not known for Cirrus");
    const calm = {
      ...calmWeek(),
      rows: calmWeek().rows.map((row) => ({ ...row, answers: { negative: 4, answered: 3 } })),
    };
    expect(reportText(writeReport(calm, "en"))).toContain("Nothing needs to be done this week.");
  });
});

describe("the forms", () => {
  it("actions come from the data, and a week that asks for nothing says so", () => {
    const text = bare(reportText(writeReport(badWeek(), "en")));
    expect(text).toContain("delivery is behind 64 % of the fall.");
    expect(text).toContain("Get in touch with 12 survey respondents who gave a low answer.");
    const week = badWeek();
    const quiet = badWeek({
      figures: week.figures.map((one) => ({ ...one, comparisons: [] })),
      negative: [],
      positive: [],
      openDetractors: 0,
      quality: { ...week.quality, unwell: [] },
    });
    expect(reportText(writeReport(quiet, "en"))).toContain("Nothing needs to be done this week.");
  });

  it("a reader's links are put in when it is sent, and only http and https are links", async () => {
    const words = { page: "Open", unsubscribe: "Leave" };
    const links = { page: "https://molva.example/?brand=a", unsubscribe: "https://molva.example/do/t" };
    const html = withLinks(await reportHtml(writeReport(hostileWeek(), "en")), links, words);
    expect(html).toContain('<a href="https://molva.example/do/t">Leave</a>');
    expect(html.match(/do\/t/g)).toHaveLength(1);
    expect(html).not.toMatch(/href="(?!https?:)/);
    expect(withTextLinks("x\n", links, words)).toBe(
      "x\nOpen: https://molva.example/?brand=a\nLeave: https://molva.example/do/t\n",
    );
  });

  it("stays below 100 kB, pictures aside, whatever people write", async () => {
    for (const report of [badWeek(), hostileWeek(), summaryWeek(), hostileSummary()])
      for (const language of ["en", "ru"] as const)
        expect(Buffer.byteLength(await reportHtml(writeReport(report, language)))).toBeLessThan(100_000);
  });

  it("hostile texts are words: no element, no attribute, no address of theirs", async () => {
    const html = await reportHtml(writeReport(hostileWeek(), "en"));
    const found = [/<script/i, /<img[^>]* src="(?!cid:)/i, /onerror="/i, /javascript:/i, /<mj-/i, /root:x/i].filter(
      (sign) => sign.test(html),
    );
    expect(found).toEqual([]);
    expect(html).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/u);
    expect(html.match(/<!--links-->/g)).toHaveLength(1);
    expect(writeReport(hostileWeek(), "en").subject).not.toMatch(/[\u0000-\u001F\u202A-\u202E\u2066-\u2069]/u);
  });

  it("every number of the report is a row, not rounded", () => {
    const row = reportRows(badWeek()).find(({ name, against }) => name === "nsr" && against === "week");
    expect(row).toMatchObject({ value: -22.1739, n: 230, previous: 12.3, verdict: "down", claimed: true });
  });
});

const chromium = chromiumPath();
if (chromium === null && process.env["CI"] !== undefined) throw new Error("no Chromium: set MOLVA_CHROMIUM");

if (chromium === null) console.warn("no Chromium: the report is not looked at in a browser (set MOLVA_CHROMIUM)");
else
  describe("in a browser", () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser(chromium);
    });
    afterAll(() => browser.close());

    const opened = async (
      html: string,
      options: { readonly width?: number; readonly dark?: boolean; readonly pictures?: boolean },
      look: (page: Page, requests: readonly string[]) => Promise<void>,
    ): Promise<void> => {
      const context = await browser.newContext({
        viewport: { width: options.width ?? 600, height: 900 },
        colorScheme: options.dark === true ? "dark" : "light",
      });
      const requests: string[] = [];
      await context.route("**/*", (route) => {
        requests.push(route.request().url());
        return route.abort();
      });
      const page = await context.newPage();
      try {
        await page.setContent(html, { waitUntil: "load" });
        await look(page, requests);
      } finally {
        await context.close();
      }
    };

    it("says the same as the text, number by number, in both languages", async () => {
      for (const [week, language] of [
        [badWeek(), "en"],
        [badWeek(), "ru"],
        [summaryWeek(), "en"],
        [summaryWeek(), "ru"],
      ] as const) {
        const document = writeReport(week, language);
        await opened(await pageFor(week, language), {}, async (page) => {
          const shown = (await page.evaluate(
            "document.body.innerText + ' ' + [...document.images].map((image) => image.alt).join(' ')",
          )) as string;
          expect(numbersIn(shown)).toEqual(numbersIn(reportText(document).replaceAll(/\n {2}https?:\S+/gu, "")));
        });
      }
    });

    it("fits a phone, a mail window and a wide screen, by day and by night, and asks for nothing from elsewhere", async () => {
      for (const html of [await pageFor(), await pageFor(hostileWeek(), "ru"), await pageFor(hostileSummary(), "ru")])
        for (const width of [360, 600, 1200])
          for (const dark of [false, true])
            await opened(html, { width, dark }, async (page, requests) => {
              expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
              expect(await page.evaluate("document.scripts.length")).toBe(0);
              expect(requests).toEqual([]);
            });
    });

    it("the first screen of a phone holds the verdict and the four numbers", async () => {
      await opened(await pageFor(), { width: 360 }, async (page) => {
        const bottoms = (await page.evaluate(
          "[...document.querySelectorAll('.value')].map((value) => value.getBoundingClientRect().bottom)",
        )) as number[];
        expect(bottoms).toHaveLength(4);
        expect(Math.max(...bottoms)).toBeLessThan(640);
      });
    });

    it("axe finds no fault that matters, and with pictures off their words stand there", async () => {
      for (const [week, dark] of [
        [badWeek(), false],
        [badWeek(), true],
        [summaryWeek(), false],
        [summaryWeek(), true],
      ] as const)
        await opened(await pageFor(week), { dark }, async (page) => {
          await page.evaluate(axe.source);
          const found = (await page.evaluate(
            "axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => id + ' ' + nodes[0].html))",
          )) as string[];
          expect(found).toEqual([]);
          expect(await page.evaluate("[...document.images].every((image) => image.alt.length > 20)")).toBe(true);
        });
    });
  });
