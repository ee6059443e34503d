import { readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { PipelineError } from "@molva/contracts";
import { startSite, type Site, type SiteRoute } from "@molva/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brandOf, feed, reviewPage, rigFor, textsOf } from "./rig.ts";

const bomb = gzipSync(Buffer.alloc(5_000_000, "a"));

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

const brands = (path = "/page") => [brandOf("kettle", [["web-reviews", { url: `${site.url}${path}` }]])];
const GOOD = reviewPage([{ id: "1", text: "Boils fast" }]);

describe("what a site answers", () => {
  it.each<[string, SiteRoute, string, string, number]>([
    ["404", { status: 404, body: "<title>Not found</title>" }, "SOURCE_GONE", "failing", 1],
    ["410", { status: 410 }, "SOURCE_GONE", "failing", 1],
    ["403", { status: 403, body: "<title>Forbidden</title>" }, "SOURCE_BLOCKED", "blocked", 1],
    ["a robot check with status 200", { body: "<title>Just a moment...</title>" }, "SOURCE_BLOCKED", "blocked", 1],
    [
      "a robot check with status 503",
      { status: 503, body: "<title>Just a moment...</title>" },
      "SOURCE_BLOCKED",
      "blocked",
      1,
    ],
    ["429 without end", { status: 429 }, "SOURCE_THROTTLED", "blocked", 3],
    ["500 without end", { status: 500 }, "SOURCE_UNREACHABLE", "failing", 3],
    ["an empty page", { body: "" }, "SOURCE_LAYOUT_CHANGED", "failing", 1],
    ["a picture", { headers: { "content-type": "image/png" }, body: "png" }, "SOURCE_LAYOUT_CHANGED", "failing", 1],
    ["a page without reviews", { body: "<title>Shop</title>" }, "SOURCE_LAYOUT_CHANGED", "failing", 1],
    ["redirects in a circle", { status: 302, headers: { location: "/page" } }, "SOURCE_UNREACHABLE", "failing", 6],
    ["a page over the size limit", { body: "x".repeat(200_000) }, "SOURCE_UNREACHABLE", "failing", 1],
    [
      "a small page that unpacks to a large one",
      () => ({ headers: { "content-encoding": "gzip" }, body: bomb }),
      "SOURCE_UNREACHABLE",
      "failing",
      1,
    ],
    ["no answer in time", { hang: "headers" }, "SOURCE_UNREACHABLE", "failing", 3],
    ["a page that never ends", { body: "<title>slow", hang: "body" }, "SOURCE_UNREACHABLE", "failing", 3],
  ])("%s", async (_name, route, code, state, requests) => {
    site.set("/page", route);
    const { crawler, published } = rigFor([site.host], {}, { maxBytes: 100_000, timeoutMs: 300 });
    const [report] = await crawler.crawlRound({ brands: brands() });
    await crawler.close();
    expect(report).toMatchObject({
      error: { code },
      health: { state, errorCode: code, pages: 0, errors: 1, consecutiveFailures: 1 },
    });
    expect(site.seen("/page")).toHaveLength(requests);
    expect(published).toEqual([]);
  });

  it("is tried again after an error of the site's, and the round is whole", async () => {
    let asked = 0;
    site.set("/page", () => (asked++ === 0 ? { status: 502 } : { body: GOOD }));
    const { crawler, published } = rigFor([site.host]);
    const [report] = await crawler.crawlRound({ brands: brands() });
    await crawler.close();
    expect(report?.health).toMatchObject({ state: "ok", new: 1, errors: 0 });
    expect(textsOf(published)).toEqual(["Boils fast"]);
  });

  it("is waited for as long as Retry-After says, over rounds too", async () => {
    site.set("/page", { status: 429, headers: { "retry-after": "3600" } });
    const { crawler, later } = rigFor([site.host]);
    const [first] = await crawler.crawlRound({ brands: brands() });
    expect(first?.health).toMatchObject({
      state: "blocked",
      errorCode: "SOURCE_THROTTLED",
      nextAttemptAt: expect.stringMatching(/^2026-11-10T13:00/) as string,
    });
    site.set("/page", { body: GOOD });
    const [second] = await crawler.crawlRound({ brands: brands() });
    expect(second).toMatchObject({ outcome: "waiting", health: { state: "blocked" } });
    expect(site.seen("/page")).toHaveLength(1);
    later(3_600_000);
    const [third] = await crawler.crawlRound({ brands: brands() });
    await crawler.close();
    expect(third?.health).toMatchObject({ state: "ok", new: 1, nextAttemptAt: null, consecutiveFailures: 0 });
  });

  it("leaves what was found before as it was: a page that lost its reviews is an error, and nothing is gone", async () => {
    site.set("/page", { body: GOOD });
    const { crawler, published } = rigFor([site.host]);
    await crawler.crawlRound({ brands: brands() });
    site.set("/page", { body: "<title>Our new look</title><div id=root></div>" });
    const [report] = await crawler.crawlRound({ brands: brands() });
    await crawler.close();
    expect(report?.health).toMatchObject({ state: "failing", errorCode: "SOURCE_LAYOUT_CHANGED", removed: 0 });
    expect(textsOf(published)).toEqual(["Boils fast"]);
  });

  it("a feed that turns empty where entries stood is an error, too", async () => {
    site.set("/feed", { body: feed([{ id: "1", title: "News" }]) });
    const { crawler } = rigFor([site.host]);
    const target = [brandOf("b", [["rss", { url: `${site.url}/feed` }]])];
    await crawler.crawlRound({ brands: target });
    site.set("/feed", { body: feed([]) });
    const [report] = await crawler.crawlRound({ brands: target });
    await crawler.close();
    expect(report?.health.errorCode).toBe("SOURCE_LAYOUT_CHANGED");
  });

  it("of one target does not touch another's, nor another page's of the same target", async () => {
    site.set("/a", { body: reviewPage([{ id: "1", text: "First page" }], { next: "/gone" }) });
    site.set("/b", { body: reviewPage([{ id: "2", text: "Other target" }]) });
    const { crawler, published } = rigFor([site.host]);
    const reports = await crawler.crawlRound({
      brands: [
        brandOf("b", [
          ["web-reviews", { url: `${site.url}/a` }],
          ["web-reviews", { url: `${site.url}/b` }],
        ]),
      ],
    });
    await crawler.close();
    expect(reports.map(({ health }) => health.state)).toEqual(["partial", "ok"]);
    expect(textsOf(published).toSorted()).toEqual(["First page", "Other target"]);
  });
});

describe("private addresses", () => {
  it("are refused unless they are configured", async () => {
    site.set("/page", { body: GOOD });
    const { crawler } = rigFor([]);
    const [report] = await crawler.crawlRound({ brands: brands() });
    await crawler.close();
    expect(report?.health).toMatchObject({ state: "forbidden", errorCode: "SOURCE_FORBIDDEN" });
    expect(site.requests).toEqual([]);
  });

  it("are refused behind a redirect and behind a name", async () => {
    const inner = await startSite({ "/page": { body: GOOD } });
    site.set("/page", { status: 302, headers: { location: `${inner.url}/page` } });
    site.set("/named", { status: 302, headers: { location: `http://inner.example:${new URL(inner.url).port}/page` } });
    const { crawler, published } = rigFor([site.host], { resolve: async () => [{ address: "127.0.0.1", family: 4 }] });
    const reports = [
      ...(await crawler.crawlRound({ brands: brands() })),
      ...(await crawler.crawlRound({ brands: brands("/named") })),
    ];
    await crawler.close();
    await inner.close();
    expect(reports.map(({ health }) => health.errorCode)).toEqual(["SOURCE_FORBIDDEN", "SOURCE_FORBIDDEN"]);
    expect(inner.requests).toEqual([]);
    expect(published).toEqual([]);
  });

  it("may be named: the redirect is then followed, and robots.txt of the other site is honoured", async () => {
    const other = await startSite({
      "/page": { body: GOOD },
      "/secret": { body: GOOD },
      "/robots.txt": { body: "User-agent: *\nDisallow: /secret" },
    });
    site.set("/page", { status: 301, headers: { location: `${other.url}/page` } });
    site.set("/secret", { status: 301, headers: { location: `${other.url}/secret` } });
    const { crawler } = rigFor([site.host, other.host]);
    const [followed] = await crawler.crawlRound({ brands: brands() });
    const [refused] = await crawler.crawlRound({ brands: brands("/secret") });
    await crawler.close();
    await other.close();
    expect(followed?.health).toMatchObject({ state: "ok", new: 1 });
    expect(refused?.health.errorCode).toBe("SOURCE_FORBIDDEN");
  });
});

describe("what is behind us", () => {
  it("stops the round when the log is full, and nothing counts as seen", async () => {
    site.set("/page", { body: GOOD });
    let full = true;
    const published: unknown[] = [];
    const { crawler, checkpoints } = rigFor([site.host], {
      publish: async (observations) => {
        if (full) throw new PipelineError("the disk is full", { code: "BUS_FULL", recovery: "retry" });
        published.push(...observations);
      },
    });
    await expect(crawler.crawlRound({ brands: brands() })).rejects.toMatchObject({ code: "BUS_FULL" });
    expect([...checkpoints.saved.keys()].filter((key) => /^crawl\/(?:known|page|cursor)/.test(key))).toEqual([]);
    full = false;
    const [report] = await crawler.crawlRound({ brands: brands() });
    await crawler.close();
    expect(report?.health).toMatchObject({ state: "ok", new: 1 });
    expect(published).toHaveLength(1);
  });

  it("leaves no file, and names a wrong target before it starts", async () => {
    site.set("/page", { body: GOOD });
    const before = readdirSync(".");
    const { crawler } = rigFor([site.host]);
    await crawler.crawlRound({ brands: brands() });
    await expect(
      crawler.crawlRound({ brands: [brandOf("b", [["web-reviews", { url: "nonsense" }]])] }),
    ).rejects.toMatchObject({ code: "CONFIG_INVALID", recovery: "exit" });
    await expect(crawler.crawlRound({ brands: [brandOf("b", [["nowhere", {}]])] })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
    });
    await crawler.close();
    expect(readdirSync(".")).toEqual(before);
  });
});
