import { get } from "node:http";
import { connect } from "node:net";
import { instantOf, millisOf, type Instant } from "@molva/contracts";
import { load } from "cheerio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demoTruth, startDemoSite, type DemoSite, type DemoTruth } from "../src/index.ts";
import { nextOf, READ } from "./reading.ts";

const ANCHOR = instantOf(Date.parse("2026-11-22T14:00:00.000Z"));
const later = (millis: number): Instant => instantOf(millisOf(ANCHOR) + millis);
let now: Instant = ANCHOR;
let site: DemoSite;
const truth = demoTruth({ anchor: ANCHOR, now: ANCHOR });

beforeAll(async () => {
  site = await startDemoSite({ anchor: ANCHOR, clock: () => now });
});
afterAll(() => site.close());

const read = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${site.url}${path}`, { headers });

/** Every page of a brand's listing, by following rel=next. */
const crawl = async (brandId: string): Promise<readonly string[]> => {
  const bodies: string[] = [];
  for (let path: string | null = `/reviews/${brandId}`; path !== null; path = nextOf(bodies.at(-1) ?? ""))
    bodies.push(await (await read(path)).text());
  return bodies;
};
const listed = (channel: string, brandId: string): readonly DemoTruth[] =>
  truth.filter((m) => m.channel === channel && m.brandId === brandId);

describe("listings", () => {
  it.each([
    ["velmora-bank", "json-ld"],
    ["zumbrik", "microdata"],
    ["ostrimo", "rdfa"],
  ])(
    "of %s hold in %s every review that stands, once, newest first, and nothing of what its writer meant",
    async (brandId, markup) => {
      const bodies = await crawl(brandId);
      const reviews = bodies.flatMap((body) => READ[markup]?.(body) ?? []);
      const expected = listed("reviews", brandId).toReversed();
      expect(
        reviews.map(({ id, text, rating, language, reply }) => ({
          id,
          text,
          rating,
          language,
          replied: reply !== null,
        })),
      ).toEqual(
        expected.map((m) => ({
          id: m.nativeId,
          text: m.text,
          rating: m.rating,
          language: m.language,
          replied: m.replied,
        })),
      );
      // A date printed as a day is the day of the demo's towns.
      const start = (printed: string): number =>
        Date.parse(printed.length > 10 ? printed : `${printed}T00:00:00+03:00`);
      const late = reviews.map((review, index) => (expected[index]?.publishedAt ?? Number.NaN) - start(review.date));
      expect(late.filter((millis) => millis !== 0).every((millis) => millis > 0 && millis < 86_400_000)).toBe(true);
      expect(late.filter((millis) => millis === 0).length).toBeGreaterThan(reviews.length * 0.9);
      expect(reviews.every((review) => review.author !== "")).toBe(true);
      for (const body of bodies) expect(body).not.toMatch(/sarcastic|unscored|"label"|trouble/);
    },
  );

  it("make the first crawl about sixty pages, up to 49 reviews on the first and 25 on the others", async () => {
    const bodies = (await Promise.all(site.brands.map((brand) => crawl(brand.id)))).flat();
    expect(bodies.length).toBeGreaterThan(45);
    expect(bodies.length).toBeLessThan(90);
    for (const body of bodies) expect(load(body)("article").length).toBeLessThanOrEqual(49);
  });

  it("keep the older pages as they are when something new comes: only what changed is sent again", async () => {
    const front = await read("/reviews/zumbrik");
    const nextPath = nextOf(await front.text()) ?? "";
    const old = await read("/reviews/zumbrik/page/2");
    now = later(3 * 3_600_000);
    try {
      expect((await read("/reviews/zumbrik", { "if-none-match": front.headers.get("etag") ?? "" })).status).toBe(200);
      expect((await read("/reviews/zumbrik/page/2", { "if-none-match": old.headers.get("etag") ?? "" })).status).toBe(
        304,
      );
      expect((await read(nextPath)).status).toBe(200);
    } finally {
      now = ANCHOR;
    }
  });
});

it.each(["velmora-bank", "zumbrik", "ostrimo"])(
  "%s's first page tells how many reviews stand in all",
  async (brandId) => {
    const body = await (await read(`/reviews/${brandId}`)).text();
    const told = /"reviewCount"[:"\s]*(?:content=")?(\d+)/.exec(body)?.[1];
    expect(Number(told)).toBe(listed("reviews", brandId).length);
  },
);

describe("the owners' club", () => {
  it("holds no review in its HTML: they come by a script, from data that tells them all", async () => {
    const body = await (await read("/owners/ostrimo")).text();
    expect(READ["microdata"]?.(body)).toEqual([]);
    expect(load(body)("article")).toHaveLength(0);
    const source = load(body)("#club").attr("data-source") ?? "";
    const data: {
      readonly total: { readonly reviews: number };
      readonly reviews: readonly { readonly id: string; readonly text: string }[];
    } = await (await read(source)).json();
    expect(data.total.reviews).toBe(data.reviews.length);
    expect(data.reviews.map(({ id, text }) => ({ id, text }))).toEqual(
      listed("owners", "ostrimo")
        .toReversed()
        .map((m) => ({ id: m.nativeId, text: m.text })),
    );
  });
});

describe("feeds", () => {
  const ids = (channel: string): readonly string[] =>
    [...new Set(truth.filter((m) => m.channel === channel).map((m) => m.nativeId))].toReversed();

  it("RSS: news of all brands and of none, with identities that hold no port", async () => {
    const response = await read("/feeds/news.rss");
    expect(response.headers.get("content-type")).toBe("application/rss+xml; charset=utf-8");
    const xml = load(await response.text(), { xml: true });
    const guids = xml("item > guid")
      .toArray()
      .map((guid) => xml(guid).text());
    expect(guids.filter((guid) => ids("news").includes(guid))).toEqual(ids("news"));
    expect(guids.length).toBeGreaterThan(ids("news").length);
    for (const guid of guids) expect(guid).toMatch(/^tag:demo\.molva,2026:news\/[0-9a-z]+$/);
    for (const date of xml("item > pubDate").toArray())
      expect(Date.parse(xml(date).text())).toBeLessThanOrEqual(millisOf(ANCHOR));
  });

  it("Atom and JSON Feed tell what was written, word for word", async () => {
    const xml = load(await (await read("/feeds/blog.atom")).text(), { xml: true });
    const posts = xml("entry")
      .toArray()
      .map((entry) => ({
        id: xml(entry).find("id").text(),
        text: load(xml(entry).find("content").text())("p")
          .toArray()
          .map((p) => load(p).text())
          .join("\n\n"),
      }));
    expect(posts).toEqual(
      truth
        .filter((m) => m.channel === "blog")
        .toReversed()
        .map((m) => ({ id: m.nativeId, text: m.text })),
    );
    const json: { readonly items: readonly { readonly id: string; readonly content_text: string }[] } = await (
      await read("/feeds/talk.json")
    ).json();
    expect(json.items.map((item) => ({ id: item.id, text: item.content_text }))).toEqual(
      truth
        .filter((m) => m.channel === "talk")
        .toReversed()
        .map((m) => ({ id: m.nativeId, text: m.text })),
    );
  });
});

describe("a visitor", () => {
  it("finds a page behind every kind of mention, with its text on it", async () => {
    for (const channel of ["reviews", "owners", "news", "blog", "talk"]) {
      const mention = truth.findLast((m) => m.channel === channel && m.text !== "");
      const response = await read(mention?.path ?? "");
      expect(response.status).toBe(200);
      const shown = load(await response.text())("main")
        .text()
        .replace(/\s+/g, "");
      expect(shown).toContain((mention?.text ?? "?").replace(/\s+/g, ""));
    }
  });

  it("is told that a removed review is gone", async () => {
    const before = new Set(truth.map((m) => m.path));
    const after = new Set(demoTruth({ anchor: ANCHOR, now: later(120_000) }).map((m) => m.path));
    const removed = [...before].find((path) => !after.has(path)) ?? "";
    expect((await read(removed)).status).toBe(200);
    now = later(120_000);
    try {
      expect((await read(removed)).status).toBe(410);
    } finally {
      now = ANCHOR;
    }
  });

  it("reaches everything from the first page", async () => {
    const links = load(await (await read("/")).text())("a")
      .toArray()
      .map((a) => a.attribs["href"] ?? "");
    expect(links).toEqual(
      expect.arrayContaining([
        "/reviews/velmora-bank",
        "/reviews/zumbrik",
        "/reviews/ostrimo",
        "/owners/ostrimo",
        "/feeds/news.rss",
        "/feeds/blog.atom",
        "/feeds/talk.json",
      ]),
    );
    for (const link of links) expect((await read(link)).status).toBe(200);
  });
});

describe("the server", () => {
  it("answers 304 to a date too, and sends again what was removed since", async () => {
    const first = await read("/reviews/ostrimo");
    const date = first.headers.get("last-modified") ?? "";
    expect((await read("/reviews/ostrimo", { "if-modified-since": date })).status).toBe(304);
    now = later(81_000);
    try {
      expect((await read("/reviews/ostrimo", { "if-modified-since": date })).status).toBe(200);
    } finally {
      now = ANCHOR;
    }
  });

  it("says in robots.txt what robots may not read", async () => {
    const response = await read("/robots.txt");
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await response.text()).toContain("Disallow: /office/");
  });

  it.each([
    "/reviews/nobody",
    "/reviews/zumbrik/page/0",
    "/reviews/zumbrik/page/999999",
    "/reviews/zumbrik/page/1e3",
    "/reviews/zumbrik/../../etc/passwd",
    "/reviews/%E0%A4%A",
    "/assets/..%2f..%2fpackage.json",
    "/owners/zumbrik",
    "/constructor/read/__proto__",
    "/news/read/x/y",
    `/${"a".repeat(5000)}`,
    "//127.0.0.1/",
    "/reviews/zumbrik/%00",
  ])("knows no %s", async (path) => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      // Not fetch: it would tidy the path up.
      get({ host: "127.0.0.1", port: site.port, path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on("error", reject);
    });
    expect(status).toBe(404);
  });

  it("gives, and takes nothing", async () => {
    const response = await fetch(`${site.url}/reviews/zumbrik`, { method: "POST", body: "x" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
    const head = await fetch(`${site.url}/reviews/zumbrik`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  it("listens on the loopback alone", async () => {
    const { networkInterfaces } = await import("node:os");
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address !== undefined && !address.internal && address.family === "IPv4");
    expect(site.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    if (outside === undefined) return;
    const opened = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: outside.address, port: site.port, timeout: 2000 }, () => resolve(true));
      for (const end of ["error", "timeout"]) socket.on(end, () => resolve(false));
      socket.on("close", () => socket.destroy());
    });
    expect(opened).toBe(false);
  });

  it("says which port is taken, and starts again at the same one with the same identities", async () => {
    await expect(startDemoSite({ anchor: ANCHOR, clock: () => now, port: site.port })).rejects.toMatchObject({
      code: "USAGE",
      message: expect.stringContaining(String(site.port)),
    });
    const other = await startDemoSite({ anchor: ANCHOR, clock: () => now });
    try {
      const [here, there] = await Promise.all([read("/reviews/zumbrik"), fetch(`${other.url}/reviews/zumbrik`)]);
      expect(READ["microdata"]?.(await there.text())).toEqual(READ["microdata"]?.(await here.text()));
    } finally {
      await other.close();
    }
    const again = await startDemoSite({ anchor: ANCHOR, clock: () => now, port: other.port });
    await again.close();
  });
});

it("the brands point the pipeline at this site: a listing each, one page for the browser, three shared feeds", () => {
  expect(site.brands.map((brand) => brand.id)).toEqual(["velmora-bank", "zumbrik", "ostrimo"]);
  const targets = site.brands.flatMap((brand) => brand.targets);
  expect(targets.every((target) => String(target.options["url"]).startsWith(`${site.url}/`))).toBe(true);
  expect(targets.filter((target) => target.options["render"] === "browser")).toHaveLength(1);
  expect(new Set(targets.filter((target) => target.source === "rss").map((target) => target.options["url"])).size).toBe(
    3,
  );
});
