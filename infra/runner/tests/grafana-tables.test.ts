import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { openStore } from "@molva/platform";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { molvaHere } from "./support/here.ts";
import { temporaryFolder } from "./support/molva.ts";

/** What a round of crawling leaves in the store for those who read that alone. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const site = createServer((request, response) => {
  if (request.url === "/robots.txt") return response.writeHead(404).end();
  if (request.url !== "/feed.rss") return response.writeHead(500).end();
  return response
    .writeHead(200, { "Content-Type": "application/rss+xml" })
    .end(
      '<rss version="2.0"><channel><title>t</title><item><guid>1</guid><title>Aurora is great</title><description>I love Aurora.</description></item></channel></rss>',
    );
});

beforeEach(async () => {
  folder = await temporaryFolder();
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
});
afterEach(async () => {
  site.close();
  site.closeAllConnections();
  await folder.remove();
});

const configure = async (title: string, feeds: readonly string[]): Promise<void> => {
  const host = `127.0.0.1:${(site.address() as AddressInfo).port}`;
  const targets = feeds.map((feed) => `      - {source: rss, url: "http://${host}/${feed}"}\n`).join("");
  await writeFile(
    join(folder.path, "molva.yaml"),
    `brands:\n  - id: aurora\n    title: ${title}\n    query: Aurora\n    targets:\n${targets}crawl: {allowPrivateHosts: ["${host}"], requestsPerMinute: {"${host}": 6000}}\n`,
  );
};

const read = async (sqls: readonly string[]): Promise<readonly unknown[]> => {
  await using store = await openStore({ path: join(folder.path, "data", "store") });
  const ask = async (sql: string) => store.query({ name: "t", sql, params: z.strictObject({}), row: z.unknown() }, {});
  return await Promise.all(sqls.map(ask)); // before the store closes
};

const crawl = async (): Promise<string> => {
  const ran = await molvaHere(["crawl", "--data", "data", "--config", "molva.yaml"], folder.path);
  return `${ran.out}${ran.err}`;
};

it("tells titles, sources, how each target stands, and how far the stages are; what left the configuration is gone", async () => {
  await configure("Aurora", ["feed.rss", "broken.rss"]);
  await crawl();
  const questions = [
    "SELECT key, title FROM brand_list",
    "SELECT source FROM source_list(keys = ['aurora'])",
    "SELECT extract(title, '[a-z]+\\\\.rss') AS feed, state, error_code != '' AS failed, last_success IS NOT NULL AS delivered FROM collection_health ORDER BY feed",
    "SELECT as_of IS NOT NULL AS known, toUInt32(waiting) AS waiting FROM pipeline_progress",
  ];
  const first = await read(questions);
  expect(first.slice(0, 3)).toEqual([
    [{ key: "aurora", title: "Aurora" }],
    [{ source: "rss" }],
    [
      { feed: "broken.rss", state: expect.stringMatching(/failing|blocked/) as string, failed: 1, delivered: 0 },
      { feed: "feed.rss", state: "ok", failed: 0, delivered: 1 },
    ],
  ]);
  expect(first[3]).toHaveLength(1);

  await configure("Aurora Bank", ["feed.rss"]);
  await crawl();
  const [brands, , targets] = await read(questions);
  expect(brands).toEqual([{ key: "aurora", title: "Aurora Bank" }]);
  expect(targets).toEqual([{ feed: "feed.rss", state: "ok", failed: 0, delivered: 1 }]);
});
