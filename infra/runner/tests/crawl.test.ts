import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { openStore } from "@molva/platform";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { molvaHere } from "./support/here.ts";
import { temporaryFolder } from "./support/molva.ts";

/** `crawl` as a person types it: looking only, going back, and what it leaves about the sources. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let broken = false;
const PAGES = 4;
const review = (n: number): object => ({
  "@type": "Review",
  identifier: `r${n}`,
  reviewBody: `Aurora review number ${n}`,
  author: "Ann",
  datePublished: `2026-0${9 - n}-01T10:00:00Z`,
  reviewRating: { "@type": "Rating", ratingValue: 4 },
});
const page = (n: number): string =>
  `<!doctype html><title>Reviews</title>${n < PAGES ? `<link rel="next" href="/reviews/${n + 1}">` : ""}<script type="application/ld+json">${JSON.stringify(
    {
      "@type": "Product",
      name: "Kettle",
      aggregateRating: { "@type": "AggregateRating", ratingValue: 4.3, bestRating: 5, reviewCount: 812 },
      review: [review(n)],
    },
  )}</script>`;
const site = createServer((request, response) => {
  const n = Number(/^\/reviews\/(\d)/.exec(request.url ?? "")?.[1] ?? 0);
  if (n === 0) return response.writeHead(404).end();
  return response
    .writeHead(200, { "content-type": "text/html; charset=utf-8" })
    .end(broken ? "<!doctype html><title>Our new look</title><p>Ann wrote here</p>" : page(n));
});

beforeEach(async () => {
  broken = false;
  folder = await temporaryFolder();
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  const host = `127.0.0.1:${(site.address() as AddressInfo).port}`;
  await writeFile(
    join(folder.path, "molva.yaml"),
    `brands:\n  - id: aurora\n    title: Aurora\n    targets:\n      - {source: web-reviews, url: "http://${host}/reviews/1", pages: 1, order: newest, every: 6h}\ncrawl: {allowPrivateHosts: ["${host}"], requestsPerMinute: {"${host}": 6000}, everyOfSource: {rss: 5m}}\n`,
  );
});
afterEach(async () => {
  site.close();
  site.closeAllConnections();
  await folder.remove();
});

const run = async (...words: readonly string[]) => molvaHere([...words, "--data", "data"], folder.path);
const json = async (...words: readonly string[]): Promise<any> => JSON.parse((await run(...words, "--json")).out);

const LONG = 600_000;

it("looks only: shows what would be stored, and leaves nothing", { timeout: LONG }, async () => {
  const shown = await run("crawl", "--dry-run");
  expect(shown.out).toMatch(/web-reviews .* ok +1 +1 +0/);
  expect(shown.out).toContain("Aurora review number 1");
  expect(shown.out).toMatch(/2026-08-01T10:00 +4\/5/);
  expect(shown.err).toContain("Nothing was written");
  expect(existsSync(join(folder.path, "data"))).toBe(false);

  await run("crawl");
  const again = await json("crawl", "--dry-run");
  expect(again.targets).toMatchObject([{ new: 0, unchanged: 1 }]);
  expect(again.mentions).toEqual([]);
  const back = await json("crawl", "--dry-run", "--since", "2026-06-15");
  expect(back.targets).toMatchObject([{ pages: 3, new: 1 }]);
  expect((await json("mentions", "--brand", "aurora")).length).toBe(1);
});

it(
  "goes back to a date, tells how each target stands and what the site says of itself, and keeps what puzzles it",
  { timeout: LONG },
  async () => {
    await run("crawl");
    const back = await json("crawl", "--since", "2026-06");
    expect(back).toMatchObject([{ source: "web-reviews", state: "ok", pages: 4, new: 2 }]);
    expect((await json("mentions", "--brand", "aurora")).length).toBe(3);

    expect(await json("health")).toMatchObject([
      { source: "web-reviews", brands: ["aurora"], state: "ok", publicRating: { mean: 4.3, max: 5, count: 812 } },
    ]);
    expect(await json("health", "--ratings", "--brand", "Aurora")).toMatchObject([
      { brand: "aurora", source: "web-reviews", mean: 4.3, min: 1, max: 5, count: 812 },
    ]);

    broken = true;
    expect((await run("crawl")).code).toBe(1);
    const kept = await readdir(join(folder.path, "data", "pages"));
    expect(kept.map((name) => name.replace(/^web-reviews\.[\da-f]{16}\.[\dTZ-]+/, "")).toSorted()).toEqual([
      ".json",
      ".page",
    ]);
    const body = await readFile(
      join(folder.path, "data", "pages", kept.find((name) => name.endsWith(".page")) ?? ""),
      "utf8",
    );
    expect(body).toContain("Our new look");
    {
      await using store = await openStore({ path: join(folder.path, "data", "store") });
      const sql = "SELECT state, error_codes, error_counts, got, expected, quiet FROM collection_health";
      expect(await store.query({ name: "t", sql, params: z.strictObject({}), row: z.unknown() }, {})).toMatchObject([
        { state: "failing", error_codes: ["SOURCE_LAYOUT_CHANGED"], error_counts: [1], expected: null, quiet: 0 },
      ]);
    }
    await run("erase", "--author", "Ann");
    expect(await readdir(join(folder.path, "data", "pages"))).toEqual([]);
  },
);
