import { startSite, type Site } from "@molva/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brandOf, feed, reviewPage, rigFor, textsOf } from "./rig.ts";

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

const target = (path: string) => ({ url: `${site.url}${path}` });

describe("a round", () => {
  it("fetches a target of several brands once, and gives each what its query finds", async () => {
    site.set("/feed", {
      body: feed([
        { id: "1", title: "Aurora opens" },
        { id: "2", title: "Borealis closes" },
        { id: "3", title: "Aurora and Borealis merge" },
      ]),
    });
    const { crawler, published } = rigFor([site.host]);
    const reports = await crawler.crawlRound({
      brands: [
        brandOf("aurora", [["rss", target("/feed"), "query"]]),
        brandOf("borealis", [["rss", target("/feed"), "query"]]),
      ],
    });
    await crawler.close();
    expect(site.seen("/feed")).toHaveLength(1);
    expect(reports).toHaveLength(1);
    expect(reports[0]?.health).toMatchObject({ brands: ["aurora", "borealis"], new: 4 });
    const of = (brand: string) => textsOf(published.filter((o) => o.type === "seen" && o.mention.brandId === brand));
    expect(of("aurora")).toEqual(["Aurora opens", "Aurora and Borealis merge"]);
    expect(of("borealis")).toEqual(["Borealis closes", "Aurora and Borealis merge"]);
    expect(new Set(published.map((o) => (o.type === "seen" ? o.mention.mentionId : ""))).size).toBe(4);
  });

  it("crawls only what is asked for", async () => {
    site.set("/feed", { body: feed([{ id: "1", title: "News" }]) });
    site.set("/page", { body: reviewPage([{ id: "1", text: "Review" }]) });
    const brands = [
      brandOf("a", [
        ["rss", target("/feed")],
        ["web-reviews", target("/page")],
      ]),
      brandOf("b", [["web-reviews", target("/page")]]),
    ];
    const { crawler } = rigFor([site.host]);
    const bySource = await crawler.crawlRound({ brands, only: { source: "rss" } });
    const byBrand = await crawler.crawlRound({ brands, only: { brand: "b" } });
    await crawler.close();
    expect(bySource.map(({ health }) => health.source)).toEqual(["rss"]);
    expect(byBrand.map(({ health }) => [health.source, health.brands])).toEqual([["web-reviews", ["b"]]]);
  });

  it("tells the changed from the unchanged by content, and keeps the id over an edit", async () => {
    site.set("/page", {
      body: reviewPage([
        { id: "1", text: "Good" },
        { id: "2", text: "Bad" },
      ]),
    });
    const brands = [brandOf("a", [["web-reviews", target("/page")]])];
    const { crawler, published } = rigFor([site.host]);
    await crawler.crawlRound({ brands });
    site.set("/page", {
      body: `${reviewPage([
        { id: "1", text: "Good, but loud" },
        { id: "2", text: "Bad" },
      ])}<!-- ad 42 -->`,
    });
    const [report] = await crawler.crawlRound({ brands });
    await crawler.close();
    expect(report?.health).toMatchObject({ new: 0, changed: 1, unchanged: 1 });
    const ids = published.map((o) => (o.type === "seen" ? o.mention.mentionId : ""));
    expect(ids[2]).toBe(ids[0]);
    expect(published[2]!.observedAt > published[0]!.observedAt).toBe(true);
  });

  it("says that a review is gone only when the site's own count proves that all were seen, and takes it back when it returns", async () => {
    const two = [
      { id: "1", text: "Stays" },
      { id: "2", text: "Goes" },
    ];
    const brands = [brandOf("a", [["web-reviews", target("/page")]])];
    const { crawler, published } = rigFor([site.host]);
    const round = async (reviews: typeof two, count: number) => {
      site.set("/page", { body: reviewPage(reviews, { count }) });
      return (await crawler.crawlRound({ brands }))[0]?.health;
    };
    expect(await round(two, 2)).toMatchObject({ new: 2, removed: 0 });
    expect(await round(two.slice(0, 1), 2)).toMatchObject({ unchanged: 1, removed: 0 });
    expect(await round(two.slice(0, 1), 1)).toMatchObject({ unchanged: 1, removed: 1 });
    expect(published.at(-1)).toMatchObject({ type: "gone", brandId: "a", sourceId: "web-reviews" });
    expect(await round(two, 2)).toMatchObject({ new: 1, unchanged: 1, removed: 0 });
    await crawler.close();
    expect(textsOf(published).map((text) => text.replace(/gone .*/, "gone"))).toEqual([
      "Stays",
      "Goes",
      "gone",
      "Goes",
    ]);
  });

  it("keeps a review that slid to the next page one review", async () => {
    const brands = [brandOf("a", [["web-reviews", target("/r1")]])];
    const { crawler, published } = rigFor([site.host]);
    const bare = (texts: readonly string[], next?: string) =>
      reviewPage(
        texts.map((text) => ({ id: text, text })),
        next === undefined ? {} : { next },
      ).replaceAll(/"identifier":"[^"]*",/g, "");
    site.set("/r1", { body: bare(["Second review, quite old", "First review, the oldest"]) });
    await crawler.crawlRound({ brands });
    site.set("/r1", { body: bare(["Third review, brand new", "Second review, quite old"], "/r2") });
    site.set("/r2", { body: bare(["First review, the oldest"]) });
    const [report] = await crawler.crawlRound({ brands });
    await crawler.close();
    expect(report?.health).toMatchObject({ pages: 2, new: 1, changed: 0, unchanged: 2 });
    expect(published).toHaveLength(3);
  });

  it("stops at the page limit, and follows nobody to another host", async () => {
    for (let n = 1; n <= 5; n++)
      site.set(`/r${n}`, { body: reviewPage([{ id: `${n}`, text: `Review ${n}` }], { next: `/r${n + 1}` }) });
    const { crawler, published } = rigFor([site.host]);
    const [limited] = await crawler.crawlRound({
      brands: [brandOf("a", [["web-reviews", { ...target("/r1"), pages: 3 }]])],
    });
    expect(limited?.health).toMatchObject({ state: "ok", pages: 3 });
    site.set("/away", { body: reviewPage([{ id: "9", text: "Away" }], { next: "http://elsewhere.example/r2" }) });
    const [away] = await crawler.crawlRound({ brands: [brandOf("a", [["web-reviews", target("/away")]])] });
    await crawler.close();
    expect(away?.health).toMatchObject({ state: "ok", pages: 1 });
    expect(published).toHaveLength(4);
  });

  it("keeps the first date of a mention whose source tells only relative ones or none", async () => {
    const page = (printed: string | null, text: string) =>
      `<title>x</title><div itemscope itemtype="https://schema.org/Review"><a itemprop=url href="/review/7"></a><b itemprop=author>Ann</b>${printed === null ? "" : `<time itemprop=datePublished>${printed}</time>`}<p itemprop=reviewBody>${text}</p></div>`;
    const brands = [brandOf("a", [["web-reviews", target("/page")]])];
    const { crawler, published, later } = rigFor([site.host]);
    for (const [printed, text] of [
      ["2 days ago", "One"],
      ["3 days ago", "One"],
      ["3 days ago", "One, edited"],
    ] as const) {
      site.set("/page", { body: page(printed, text) });
      await crawler.crawlRound({ brands });
      later(86_400_000);
    }
    await crawler.close();
    const dates = published.map((o) => (o.type === "seen" ? o.mention.publishedAt : null));
    expect(dates).toHaveLength(2);
    expect(dates[1]).toEqual(dates[0]);
    expect(dates[0]).toMatchObject({ from: "relative" });
  });

  it("ends in order when it is stopped: what was read stays, what was not is no failure", async () => {
    site.set("/fast", { body: reviewPage([{ id: "1", text: "Read in time" }]) });
    site.set("/slow", { hang: "headers" });
    const brands = [brandOf("a", [["web-reviews", target("/slow")]])];
    const { crawler, checkpoints } = rigFor([site.host]);
    const stop = new AbortController();
    const asked = site.asked("/slow");
    const round = crawler.crawlRound({ brands, signal: stop.signal });
    await asked;
    stop.abort();
    const [report] = await round;
    expect(report).toMatchObject({ outcome: "stopped", health: { state: "never" } });
    expect([...checkpoints.saved.keys()].filter((key) => key.startsWith("health/"))).toEqual([]);
    const [next] = await crawler.crawlRound({ brands: [brandOf("a", [["web-reviews", target("/fast")]])] });
    await crawler.close();
    expect(next?.health.state).toBe("ok");
  });

  it("remembers its health over a restart, and tells of progress page by page", async () => {
    site.set("/r1", { body: reviewPage([{ id: "1", text: "One" }], { next: "/r2" }) });
    site.set("/r2", { body: reviewPage([{ id: "2", text: "Two" }]) });
    const brands = [brandOf("a", [["web-reviews", target("/r1")]])];
    const first = rigFor([site.host]);
    const progress: number[] = [];
    await first.crawler.crawlRound({ brands, onProgress: ({ pages }) => progress.push(pages) });
    await first.crawler.close();
    expect(progress).toEqual([1, 2, 2]);
    site.set("/r1", { status: 404 });
    const second = rigFor([site.host], {}, {}, first.checkpoints);
    second.later(60_000);
    const [report] = await second.crawler.crawlRound({ brands });
    await second.crawler.close();
    expect(report?.health).toMatchObject({
      state: "failing",
      consecutiveFailures: 1,
      lastSuccessAt: expect.any(String) as string,
      lastNewMentionAt: expect.any(String) as string,
    });
    expect(report!.health.lastAttemptAt! > report!.health.lastSuccessAt!).toBe(true);
  });
});
