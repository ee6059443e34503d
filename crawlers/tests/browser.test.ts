import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSite, type Site } from "@molva/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brandOf, reviewPage, rigFor, textsOf } from "./rig.ts";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const chromium = process.env["MOLVA_CHROMIUM"] ?? PLACES.find((path) => existsSync(path)) ?? null;

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

/** A shell that draws its review by a script, once another request has come back. */
const shell = (script: string) =>
  `<!doctype html><html lang="en"><head><title>Kettle</title></head><body><div id="root"></div><script>${script}</script></body></html>`;
const review = (text: string) =>
  `<div itemscope itemtype="https://schema.org/Review"><b itemprop="author">Ann</b><p itemprop="reviewBody">${text}</p></div>`;
const drawn = (from: string) =>
  shell(
    `fetch(${JSON.stringify(from)}).then((r) => r.text()).then((html) => { document.querySelector("#root").innerHTML = html; }, () => { document.querySelector("#root").innerHTML = ${JSON.stringify(review("Drawn without the other request"))}; });`,
  );
const brands = (path: string, more: Record<string, unknown> = {}) => [
  brandOf("a", [
    ["web-reviews", { url: `${site.url}${path}`, render: "browser", waitFor: "[itemprop=reviewBody]", ...more }],
  ]),
];

it("a target that needs a browser says so when there is none, and all others go on", async () => {
  site.set("/plain", { body: reviewPage([{ id: "1", text: "Plain" }]) });
  const { crawler, published } = rigFor([site.host]);
  const reports = await crawler.crawlRound({
    brands: [...brands("/page"), brandOf("b", [["web-reviews", { url: `${site.url}/plain` }]])],
  });
  await crawler.close();
  expect(reports.map(({ health }) => [health.state, health.errorCode])).toEqual([
    ["failing", "BROWSER_MISSING"],
    ["ok", null],
  ]);
  expect(textsOf(published)).toEqual(["Plain"]);
});

it("a browser that does not start is told as such", async () => {
  const { crawler } = rigFor([site.host], { browserPath: "/nowhere/chromium" }, { retries: 0 });
  const [report] = await crawler.crawlRound({ brands: brands("/page") });
  await crawler.close();
  expect(report?.health).toMatchObject({ state: "failing", errorCode: "BROWSER_MISSING" });
});

it.runIf(chromium === null)("no Chromium was found: pages that need one are not tested (set MOLVA_CHROMIUM)", () => {
  expect(process.env["CI"]).toBeUndefined();
});

describe.runIf(chromium !== null)("with a real browser", () => {
  it("reads what scripts draw, follows rel=next, and leaves no profile behind", async () => {
    const folder = mkdtempSync(join(tmpdir(), "molva-browser-"));
    const usual = process.env["TMPDIR"];
    process.env["TMPDIR"] = folder;
    site.set("/fragment", { body: `${review("Boils fast, says the script")}<a rel="next" href="/page2">more</a>` });
    site.set("/fragment2", { body: review("Second page, drawn as well") });
    site.set("/page", { body: drawn("/fragment") });
    site.set("/page2", { body: drawn("/fragment2") });
    const { crawler, published } = rigFor([site.host], { browserPath: chromium });
    const [report] = await crawler.crawlRound({ brands: brands("/page") });
    const [again] = await crawler.crawlRound({ brands: brands("/page") });
    await crawler.close();
    if (usual === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = usual;
    const left = readdirSync(folder);
    rmSync(folder, { recursive: true });
    expect(report).toMatchObject({ error: null, health: { state: "ok", pages: 2, new: 2 } });
    expect(textsOf(published)).toEqual(["Boils fast, says the script", "Second page, drawn as well"]);
    expect(again?.health).toMatchObject({ new: 0, changed: 0, unchanged: 2 });
    expect(site.seen("/page")[0]?.headers["user-agent"]).toMatch(/^Molva\//);
    expect(left).toEqual([]);
  });

  it("reaches no private address that is not configured, by no way that a page has", async () => {
    const inner = await startSite({
      "/secret": { body: review("Stolen from inside"), headers: { "access-control-allow-origin": "*" } },
    });
    site.set("/page", { body: drawn(`${inner.url}/secret`) });
    site.set("/away", { status: 302, headers: { location: `${inner.url}/secret` } });
    site.set("/socket", {
      body: shell(
        `try { new WebSocket("ws://${inner.host}/secret"); } catch {} new Image().src = "${inner.url}/secret"; navigator.sendBeacon("${inner.url}/secret"); document.querySelector("#root").innerHTML = ${JSON.stringify(review("Drawn beside the attempts"))};`,
      ),
    });
    site.set("/frame", {
      body: `${review("Framed")}<iframe src="${inner.url}/secret"></iframe><link rel="stylesheet" href="http://127.1:${new URL(inner.url).port}/secret">`,
    });
    const { crawler, published } = rigFor([site.host], { browserPath: chromium }, { retries: 0 });
    const reports = [];
    for (const path of ["/page", "/socket", "/frame", "/away"])
      reports.push(...(await crawler.crawlRound({ brands: brands(path) })));
    await crawler.close();
    await inner.close();
    expect(inner.requests).toEqual([]);
    expect(textsOf(published)).toEqual(["Drawn without the other request", "Drawn beside the attempts", "Framed"]);
    expect(reports.map(({ health }) => health.errorCode)).toEqual([null, null, null, "SOURCE_FORBIDDEN"]);
  });

  it("tells a robot check, a missing page and a page without reviews apart", async () => {
    site.set("/gate", { body: "<title>Just a moment...</title>" });
    site.set("/gone", { status: 404, body: "<title>Not found</title>" });
    site.set("/bare", { body: "<title>Bare</title>" });
    site.set("/robots.txt", { body: "User-agent: *\nDisallow: /private" });
    const { crawler } = rigFor([site.host], { browserPath: chromium }, { retries: 0, timeoutMs: 1500 });
    const reports = await crawler.crawlRound({
      brands: ["/gate", "/gone", "/bare", "/private"].flatMap((path, i) =>
        brands(path).map((brand) => ({ ...brand, id: `${i}` as typeof brand.id })),
      ),
    });
    await crawler.close();
    expect(reports.map(({ health }) => health.errorCode)).toEqual([
      "SOURCE_BLOCKED",
      "SOURCE_GONE",
      "SOURCE_LAYOUT_CHANGED",
      "SOURCE_FORBIDDEN",
    ]);
    expect(site.seen("/private")).toEqual([]);
  });
});
