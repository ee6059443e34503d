import type { Instant, Lane, Observation, TargetHealth } from "@molva/contracts";
import { startSite, type Site } from "@molva/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { crawlTargets, type PuzzlingPage } from "../src/index.ts";
import { dueAt } from "../src/round/schedule.ts";
import { usualOf, withRound, type History } from "../src/round/usual.ts";
import { listPages, listSource, type Entry } from "./list-source.ts";
import { brandOf, reviewPage, rigFor, textsOf } from "./rig.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The rig's clock begins on 10 November 2026 at noon. */
const entry = (n: number, daysAgo: number): Entry => ({
  id: `e${n}`,
  text: `Entry ${n}`,
  at: new Date(Date.parse("2026-11-10T11:00:00Z") - daysAgo * DAY).toISOString(),
});

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

const show = (entries: readonly Entry[], size = 2): void => {
  for (const [path, body] of Object.entries(listPages(entries, size)))
    site.set(path, { body, headers: { "content-type": "application/json" } });
};
const pagesAsked = (): readonly string[] => {
  const paths = site.requests.map(({ path }) => path).filter((path) => path.startsWith("/list"));
  (site.requests as unknown[]).length = 0;
  return paths;
};
const target = (options: Record<string, unknown> = {}) => [
  brandOf("a", [["list", { url: `${site.url}/list/1`, ...options }]]),
];
const rig = (differs: Parameters<typeof rigFor>[1] = {}, policy: Parameters<typeof rigFor>[2] = {}) =>
  rigFor([site.host], { sources: [listSource()], ...differs }, policy);

describe("few requests", () => {
  const six = [0.1, 0.5, 3, 5, 20, 40].map((daysAgo, n) => entry(n, daysAgo));

  it("a round ends where it meets what it knows, and goes on behind what is new", async () => {
    show(six);
    const { crawler, published, later } = rig();
    await crawler.crawlRound({ brands: target() });
    expect(pagesAsked()).toEqual(["/list/1", "/list/2", "/list/3"]);
    later(HOUR);
    await crawler.crawlRound({ brands: target() });
    expect(pagesAsked()).toEqual(["/list/1"]);
    show([entry(9, 0), ...six]);
    await crawler.crawlRound({ brands: target() });
    await crawler.close();
    expect(pagesAsked()).toEqual(["/list/1", "/list/2"]);
    expect(textsOf(published)).toHaveLength(7);
  });

  it("what is young is looked at again often, what is old rarely: an edit far down is found", async () => {
    show(six);
    const { crawler, published, later } = rig();
    await crawler.crawlRound({ brands: target() });
    pagesAsked();
    show(six.map((one) => (one.id === "e5" ? { ...one, text: "Entry 5, edited" } : one)));
    later(4 * HOUR);
    await crawler.crawlRound({ brands: target() });
    expect(pagesAsked()).toEqual(["/list/1", "/list/2"]);
    later(2 * DAY);
    await crawler.crawlRound({ brands: target() });
    expect(pagesAsked()).toEqual(["/list/1", "/list/2", "/list/3"]);
    await crawler.close();
    expect(textsOf(published)).toContain("Entry 5, edited");
  });

  it("a page that failed keeps the cursor where it was: the next round goes as deep", async () => {
    show(six);
    const { crawler, later } = rig({}, { retries: 0 });
    const broken = listPages(six, 2)["/list/2"] as string;
    site.set("/list/2", { status: 500 });
    await crawler.crawlRound({ brands: target() });
    pagesAsked();
    site.set("/list/2", { body: broken });
    later(HOUR);
    const [report] = await crawler.crawlRound({ brands: target() });
    await crawler.close();
    expect(pagesAsked()).toEqual(["/list/1", "/list/2", "/list/3"]);
    expect(report?.health).toMatchObject({ state: "ok", new: 4, unchanged: 2 });
  });
});

describe("what a source no longer shows", () => {
  const five = [1, 2, 3, 4, 5].map((n) => entry(n, n));
  const rounds = async (shown: readonly (readonly Entry[])[]) => {
    const { crawler, published, later } = rig();
    const healths: TargetHealth[] = [];
    for (const entries of shown) {
      show(entries, 10);
      const [report] = await crawler.crawlRound({ brands: target() });
      healths.push(report!.health);
      later(HOUR);
    }
    await crawler.close();
    return { healths, texts: textsOf(published).map((text) => text.replace(/gone .*/, "gone")) };
  };

  it("is gone when two rounds in a row miss it, and back when it is seen", async () => {
    const without = five.filter(({ id }) => id !== "e3");
    const { healths, texts } = await rounds([five, without, without, five]);
    expect(healths.map(({ removed }) => removed)).toEqual([0, 0, 1, 0]);
    expect(texts.slice(5)).toEqual(["gone", "Entry 3"]);
  });

  it("is there when only one round missed it", async () => {
    const { texts } = await rounds([five, five.slice(1, 3).concat(five.slice(3)), five, five.slice(1)]);
    expect(texts).toHaveLength(5);
  });

  it("is not judged behind the last page that was read", async () => {
    const { texts } = await rounds([five, five.slice(0, 3), five.slice(0, 3), five.slice(0, 3)]);
    expect(texts).toHaveLength(5);
  });

  it("is unknown when most of it is missing at once, or all of it", async () => {
    const many = Array.from({ length: 12 }, (_, n) => entry(n, n));
    const few = [many[0] as Entry, many[11] as Entry];
    const { healths, texts } = await rounds([many, few, few, []]);
    expect(texts).toHaveLength(12);
    expect(healths.at(-1)).toMatchObject({ state: "failing", errorCode: "SOURCE_LAYOUT_CHANGED", removed: 0 });
  });

  it("is unknown even when the site itself says that there is nothing", async () => {
    site.set("/page", { body: reviewPage([{ id: "1", text: "Stays known" }], { count: 1 }) });
    const { crawler, published } = rigFor([site.host]);
    const brands = [brandOf("a", [["web-reviews", { url: `${site.url}/page` }]])];
    await crawler.crawlRound({ brands });
    site.set("/page", { body: reviewPage([], { count: 0 }) });
    const [report] = await crawler.crawlRound({ brands });
    await crawler.close();
    expect(report?.health).toMatchObject({ state: "failing", errorCode: "SOURCE_LAYOUT_CHANGED" });
    expect(textsOf(published)).toEqual(["Stays known"]);
  });
});

describe("a backfill", () => {
  it("follows pages beyond their usual number back to its date, leaves older ones alone, and tells how far it is", async () => {
    const entries = Array.from({ length: 20 }, (_, n) => entry(n, n * 10));
    show(entries);
    const lanes: Lane[] = [];
    const published: Observation[] = [];
    const { crawler } = rig({
      publish: async (observations, lane) => {
        lanes.push(lane);
        published.push(...observations);
      },
    });
    await crawler.crawlRound({ brands: target({ pages: 1 }) });
    expect(published).toHaveLength(2);
    const reached: (Instant | null)[] = [];
    const since = "2026-07-28T00:00:00.000Z" as Instant;
    const [report] = await crawler.crawlRound({
      brands: target({ pages: 1 }),
      since,
      onProgress: (progress) => reached.push(progress.reached),
    });
    // Ten days apart: the eleventh is of 2 August, the twelfth of 23 July.
    expect(textsOf(published).at(-1)).toBe("Entry 10");
    expect(report?.health).toMatchObject({ state: "ok", pages: 6, new: 9 });
    expect(new Set(lanes)).toEqual(new Set(["live", "backfill"]));
    expect(reached.at(-1)).toBe("2026-07-23T11:00:00.000Z");
    // What was left alone is read when it is wanted.
    await crawler.crawlRound({ brands: target({ pages: 1 }), since: "2026-07-01T00:00:00.000Z" as Instant });
    await crawler.close();
    expect(textsOf(published).slice(-3)).toEqual(["Entry 11", "Entry 12", "Entry 13"]);
  });
});

describe("for the repair of a source", () => {
  it("a page that it cannot read is handed over as it came, and an entry that it cannot read is counted", async () => {
    const pages: PuzzlingPage[] = [];
    site.set("/list/1", { body: '{"entries":"moved"}', headers: { "content-type": "application/json" } });
    const { crawler } = rig({ keepPage: async (page) => void pages.push(page) });
    await crawler.crawlRound({ brands: target() });
    expect(pages).toMatchObject([{ source: "list", status: 200, contentType: "application/json" }]);
    expect(Buffer.from(pages[0]!.body).toString()).toBe('{"entries":"moved"}');
    site.set("/list/1", { body: JSON.stringify({ entries: [null, entry(1, 1)], next: null }) });
    const [report] = await crawler.crawlRound({ brands: target() });
    await crawler.close();
    expect(report?.health).toMatchObject({ state: "ok", unreadable: 1, publicRating: { mean: 4.2, max: 5 } });
    expect(pages).toHaveLength(1);
  });
});

describe("health", () => {
  it("says since when a site refuses us and what failed by its code, and forgets what is crawled no more", async () => {
    show([entry(1, 1)]);
    const { crawler, checkpoints, later } = rig();
    await crawler.crawlRound({ brands: target() });
    site.set("/list/1", { status: 403 });
    const [first] = await crawler.crawlRound({ brands: target() });
    later(DAY);
    const [second] = await crawler.crawlRound({ brands: target() });
    expect(second?.health).toMatchObject({
      state: "blocked",
      errorsByCode: { SOURCE_BLOCKED: 1 },
      blockedSince: first?.health.lastAttemptAt,
      publicRating: { mean: 4.2 },
    });
    show([entry(1, 1)]);
    const [third] = await crawler.crawlRound({ brands: target() });
    expect(third?.health).toMatchObject({ state: "ok", blockedSince: null, errorsByCode: {} });
    await crawler.crawlRound({ brands: target({ pages: 3 }) });
    await crawler.close();
    expect([...checkpoints.saved.keys()].filter((key) => key.startsWith("health/"))).toHaveLength(1);
  });

  /** A history of so many new mentions a day, its last days given one by one. */
  const history = (daily: number, last: readonly number[]): History => {
    let told: History | null = withRound(null, 500, "2026-09-01T12:00:00.000Z" as Instant);
    const days = 40;
    for (let day = 1; day <= days; day++) {
      const fresh = last[day - 1 - days + last.length] ?? daily;
      told = withRound(told, fresh, new Date(Date.parse("2026-09-01T12:00:00Z") + day * DAY).toISOString() as Instant);
    }
    return told;
  };
  const END = "2026-10-11T23:59:59.000Z" as Instant;
  const ago = (days: number): Instant => new Date(Date.parse(END) - days * DAY).toISOString() as Instant;

  it("sets what came against what usually comes", () => {
    expect(usualOf(history(3, []), ago(0.1), END)).toEqual({ got: 21, expected: 21, quiet: false });
    expect(usualOf(history(3, [2, 1, 3, 2, 1, 0, 2]), ago(0.1), END)).toMatchObject({ got: 11, quiet: false });
    expect(usualOf(history(6, [0, 0, 1, 0, 0, 0, 0]), ago(4), END)).toMatchObject({
      got: 1,
      expected: 42,
      quiet: true,
    });
    // A busy source's silence shows within a day, a slow one's is no news.
    expect(usualOf(history(40, [40, 40, 40, 40, 40, 40, 30]), ago(0.5), END)).toMatchObject({ quiet: true });
    expect(usualOf(history(0.2, [0, 0, 0, 0, 0, 0, 0]), ago(9), END)).toMatchObject({ quiet: false });
  });

  it("says nothing of what is usual before two weeks have passed", () => {
    const young = withRound(withRound(null, 500, ago(10)), 4, ago(3));
    expect(usualOf(young, ago(3), END)).toEqual({ got: 4, expected: null, quiet: false });
  });
});

describe("the rhythm", () => {
  it("is a target's own, else its source's, else the common one, give or take a tenth; who fails is asked less often", async () => {
    show([entry(1, 1)]);
    const { crawler } = rig();
    const brands = target();
    const [report] = await crawler.crawlRound({ brands });
    await crawler.close();
    const [plain] = crawlTargets(brands, [listSource()]);
    const own = crawlTargets(
      [{ ...brands[0]!, targets: brands[0]!.targets.map((one) => ({ ...one, every: HOUR })) }],
      [listSource()],
    );
    const rhythm = { every: 2 * HOUR, everyOfSource: {} };
    const pause = (one: typeof plain, more: Partial<typeof rhythm> = {}, failures = 0): number =>
      Date.parse(dueAt(one!, { ...report!.health, consecutiveFailures: failures }, { ...rhythm, ...more }) ?? "") -
      Date.parse(report!.health.lastAttemptAt ?? "");
    for (const [got, wanted] of [
      [pause(plain), 2 * HOUR],
      [pause(plain, { everyOfSource: { list: 4 * HOUR } }), 4 * HOUR],
      [pause(own[0], { everyOfSource: { list: 4 * HOUR } }), HOUR],
      [pause(plain, {}, 3), 8 * HOUR],
      [pause(plain, {}, 50), DAY],
    ] as const) {
      expect(Math.abs(got - wanted)).toBeLessThanOrEqual(wanted / 10);
      expect(got).not.toBe(wanted);
    }
  });

  it("a scheduled round reads those whose turn it is; a person's reads all", async () => {
    show([entry(1, 1)]);
    const { crawler, later } = rig({}, { every: HOUR });
    const [first] = await crawler.crawlRound({ brands: target(), scheduled: true });
    later(HOUR / 2);
    const [early] = await crawler.crawlRound({ brands: target(), scheduled: true });
    const [asked] = await crawler.crawlRound({ brands: target() });
    later(2 * HOUR);
    const [due] = await crawler.crawlRound({ brands: target(), scheduled: true });
    await crawler.close();
    expect([first, early, asked, due].map((report) => report?.outcome)).toEqual(["done", "waiting", "done", "done"]);
    expect(early?.dueAt).toBe(first?.dueAt);
  });
});

it("a page that a browser opens is given no credential", async () => {
  const { crawler } = rigFor([site.host], {
    sources: [listSource({ transport: "browser", credential: "LIST_TOKEN" })],
    credentials: { LIST_TOKEN: "secret" },
  });
  const [report] = await crawler.crawlRound({ brands: target() });
  await crawler.close();
  expect(report?.error).toMatchObject({ code: "CONFIG_INVALID" });
  expect(site.requests).toEqual([]);
});
