import { startSite, type Site } from "@molva/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brandOf, feed, reviewPage, rigFor, textsOf } from "./rig.ts";

let site: Site;
beforeEach(async () => {
  site = await startSite({ "/feed": { body: feed([{ id: "1", title: "Kettle news" }]), etag: true } });
});
afterEach(() => site.close());

const feedBrand = (path = "/feed") => brandOf("kettle", [["rss", { url: `${site.url}${path}` }]]);

describe("robots.txt", () => {
  it("is read before the first page, and what it forbids is not fetched", async () => {
    site.set("/robots.txt", { body: "User-agent: *\nDisallow: /feed" });
    const { crawler, published } = rigFor([site.host]);
    const [report] = await crawler.crawlRound({ brands: [feedBrand()] });
    await crawler.close();
    expect(report).toMatchObject({
      outcome: "done",
      health: { state: "forbidden", errorCode: "SOURCE_FORBIDDEN", errors: 1, pages: 0 },
    });
    expect(site.requests.map(({ path }) => path)).toEqual(["/robots.txt"]);
    expect(published).toEqual([]);
  });

  it("may speak to us by name", async () => {
    site.set("/robots.txt", { body: "User-agent: *\nDisallow: /\n\nUser-agent: molva\nAllow: /" });
    const { crawler, published } = rigFor([site.host]);
    await crawler.crawlRound({ brands: [feedBrand()] });
    await crawler.close();
    expect(textsOf(published)).toEqual(["Kettle news"]);
  });

  it.each([500, 503, 429])("forbids everything when it answers %i", async (status) => {
    site.set("/robots.txt", { status });
    const { crawler } = rigFor([site.host], {}, { retries: 0 });
    const [report] = await crawler.crawlRound({ brands: [feedBrand()] });
    await crawler.close();
    expect(report?.health).toMatchObject({ state: "failing", errorCode: "SOURCE_UNREACHABLE" });
    expect(site.seen("/feed")).toEqual([]);
  });

  it("is kept for a day, also over a restart", async () => {
    const first = rigFor([site.host]);
    await first.crawler.crawlRound({ brands: [feedBrand()] });
    await first.crawler.close();
    const second = rigFor([site.host], {}, {}, first.checkpoints);
    await second.crawler.crawlRound({ brands: [feedBrand()] });
    expect(site.seen("/robots.txt")).toHaveLength(1);
    second.later(25 * 3_600_000);
    await second.crawler.crawlRound({ brands: [feedBrand()] });
    await second.crawler.close();
    expect(site.seen("/robots.txt")).toHaveLength(2);
  });

  it("is read to 500 KiB and not refused when it is longer", async () => {
    site.set("/robots.txt", { body: `User-agent: *\nDisallow: /feed\n${"#".repeat(600 * 1024)}\nAllow: /feed` });
    const { crawler } = rigFor([site.host]);
    const [report] = await crawler.crawlRound({ brands: [feedBrand()] });
    await crawler.close();
    expect(report?.health.state).toBe("forbidden");
  });
});

describe("pace", () => {
  const chain = (): void => {
    for (const n of [1, 2, 3]) {
      site.set(`/r${n}`, {
        body: reviewPage([{ id: `r${n}`, text: `Review number ${n}` }], n < 3 ? { next: `/r${n + 1}` } : {}),
      });
    }
  };
  /**
   * Milliseconds from `start`, which lies before the first turn, to each arrival. A busy machine may deliver one late, and so shorten
   * the next gap; no request may come before its own turn.
   */
  const arrivals = (start: number): readonly number[] =>
    site.requests.filter(({ path }) => path.startsWith("/r") && path !== "/robots.txt").map(({ at }) => at - start);
  /** A timer may fire a moment early. */
  const EARLY = 2;

  it("leaves between two requests to a host what its rate asks for, whatever number of targets there is", async () => {
    chain();
    const { crawler, published } = rigFor([site.host], {}, { requestsPerMinute: { [site.host]: 600 } });
    const start = performance.now();
    await crawler.crawlRound({
      brands: [
        brandOf("a", [
          ["web-reviews", { url: `${site.url}/r1` }],
          ["web-reviews", { url: `${site.url}/r3` }],
        ]),
      ],
    });
    await crawler.close();
    expect(published).toHaveLength(4);
    expect(arrivals(start).filter((after, i) => after < i * 100 - EARLY)).toEqual([]);
  });

  it("honours Crawl-delay", async () => {
    chain();
    site.set("/robots.txt", { body: "User-agent: *\nCrawl-delay: 0.2" });
    const { crawler } = rigFor([site.host]);
    const start = performance.now();
    await crawler.crawlRound({ brands: [brandOf("a", [["web-reviews", { url: `${site.url}/r1` }]])] });
    await crawler.close();
    expect(arrivals(start)).toHaveLength(3);
    expect(arrivals(start).filter((after, i) => after < i * 200 - EARLY)).toEqual([]);
  });

  it("says who is asking", async () => {
    const { crawler } = rigFor([site.host]);
    await crawler.crawlRound({ brands: [feedBrand()] });
    await crawler.close();
    for (const { headers } of site.requests) expect(headers["user-agent"]).toMatch(/^Molva\//);
  });
});

describe("conditional requests", () => {
  it("ask with the site's own tag, and an unchanged page publishes nothing", async () => {
    const { crawler, published } = rigFor([site.host]);
    await crawler.crawlRound({ brands: [feedBrand()] });
    const [report] = await crawler.crawlRound({ brands: [feedBrand()] });
    await crawler.close();
    expect(site.seen("/feed")[1]?.headers["if-none-match"]).toMatch(/^"[\da-f]{16}"$/);
    expect(report?.health).toMatchObject({ state: "ok", pages: 1, new: 0, changed: 0, unchanged: 1 });
    expect(published).toHaveLength(1);
  });

  it("follow an unchanged first page to a changed second one", async () => {
    site.set("/r1", { body: reviewPage([{ id: "1", text: "First" }], { next: "/r2" }), etag: true });
    site.set("/r2", { body: reviewPage([{ id: "2", text: "Second" }]), etag: true });
    const brands = [brandOf("a", [["web-reviews", { url: `${site.url}/r1` }]])];
    const { crawler, published } = rigFor([site.host]);
    await crawler.crawlRound({ brands });
    site.set("/r2", {
      body: reviewPage([
        { id: "2", text: "Second, edited" },
        { id: "3", text: "Third" },
      ]),
      etag: true,
    });
    const [report] = await crawler.crawlRound({ brands });
    await crawler.close();
    expect(report?.health).toMatchObject({ pages: 2, new: 1, changed: 1, unchanged: 1 });
    expect(textsOf(published)).toEqual(["First", "Second", "Second, edited", "Third"]);
  });

  it("are not made when a brand joins, for it needs the whole page", async () => {
    const { crawler, published } = rigFor([site.host]);
    await crawler.crawlRound({ brands: [feedBrand()] });
    await crawler.crawlRound({
      brands: [feedBrand(), brandOf("news", [["rss", { url: `${site.url}/feed` }, "query"]])],
    });
    await crawler.close();
    expect(site.seen("/feed").map(({ headers }) => headers["if-none-match"])).toEqual([undefined, undefined]);
    expect(published.map((o) => (o.type === "seen" ? o.mention.brandId : ""))).toEqual(["kettle", "news"]);
  });
});
