import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { millisOf, PipelineError, type Brand, type Clock, type Instant } from "@molva/contracts";
import { createArchive, DEFAULT_SEED, type Archive } from "./archive.ts";
import { brandsAt, demoBrandOf } from "./brands.ts";
import { blogFeed, newsFeed, talkFeed } from "./feeds.ts";
import { listingPage, type Rendered } from "./listing.ts";
import { ownersData, ownersPage } from "./owners.ts";
import { shownAt } from "./posting.ts";
import { indexPage, messagePage, officePage, ROBOTS, singlePage } from "./single.ts";

export interface DemoSiteOptions {
  /** On 127.0.0.1; absent or 0: a free one. Links hold it, identities do not. */
  readonly port?: number;
  /** The end of the ninety days of history; what comes later appears as the clock goes. Keep it with the data. */
  readonly anchor: Instant;
  readonly seed?: number;
  readonly clock: Clock;
}

export interface DemoSite {
  readonly url: string;
  readonly port: number;
  /** What to configure the pipeline with: three brands, each with its targets on this site. */
  readonly brands: readonly Brand[];
  close(): Promise<void>;
}

const asset = (name: string, type: string): Rendered => ({
  type,
  changedAt: null,
  body: readFileSync(new URL(`../assets/${name}`, import.meta.url), "utf8"),
});

interface Site {
  readonly archive: Archive;
  readonly assets: ReadonlyMap<string, Rendered>;
  readonly origin: string;
}

type Found = Rendered | "gone" | null;

const single = (site: Site, channel: string, id: string, brandId: string | null, now: number): Found => {
  const posting = site.archive.find(channel, id, now);
  if (posting === null || (brandId !== null && posting.brandIds[0] !== brandId)) return null;
  const shown = shownAt(posting, now);
  return shown === null ? "gone" : singlePage(shown, now);
};

const route = (site: Site, path: string, now: number): Found => {
  const fixed = site.assets.get(path);
  if (fixed !== undefined) return fixed;
  const { archive, origin } = site;
  if (path === "/feeds/news.rss") return newsFeed(archive, now, origin);
  if (path === "/feeds/blog.atom") return blogFeed(archive, now, origin);
  if (path === "/feeds/talk.json") return talkFeed(archive, now, origin);
  const parts = path.split("/").slice(1);
  const [area = "", second = "", third, fourth] = parts;
  if (area === "reviews") {
    const brand = demoBrandOf(second);
    if (brand === null) return null;
    if (parts.length === 2) return listingPage(archive, brand, null, now, origin);
    if (parts.length === 3 && third !== undefined) return single(site, "reviews", third, brand.id, now);
    return parts.length === 4 && third === "page" && /^[1-9]\d{0,5}$/.test(fourth ?? "")
      ? listingPage(archive, brand, Number(fourth), now, origin)
      : null;
  }
  if (area === "owners" && parts.length === 2) {
    const brand = demoBrandOf(second.replace(/\.json$/, ""));
    if (brand === null || brand.channels.owners === undefined) return null;
    return second.endsWith(".json") ? ownersData(archive, brand, now) : ownersPage(brand);
  }
  if (
    ["owners", "news", "blog", "talk"].includes(area) &&
    second === "read" &&
    parts.length === 3 &&
    third !== undefined
  )
    return single(site, area, third, null, now);
  return null;
};

const COMMON = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cache-control": "no-cache",
} as const;

/** HTTP counts in seconds; all changes lie whole seconds apart, so none hides behind another. */
const httpSeconds = (millis: number): number => Math.floor(millis / 1000);

const isUnchanged = (request: IncomingMessage, etag: string, changedAt: number | null): boolean => {
  const tags = request.headers["if-none-match"];
  if (tags !== undefined)
    return tags.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag || tag.trim() === "*");
  const since = Date.parse(request.headers["if-modified-since"] ?? "");
  return changedAt !== null && !Number.isNaN(since) && httpSeconds(changedAt) <= since / 1000;
};

const answer = (request: IncomingMessage, response: ServerResponse, status: number, rendered: Rendered): void => {
  const body = Buffer.from(rendered.body, "utf8");
  if (status !== 200) {
    response.writeHead(status, {
      ...COMMON,
      "content-type": rendered.type,
      "content-length": body.length,
      ...(status === 405 ? { allow: "GET, HEAD" } : {}),
    });
    response.end(request.method === "HEAD" ? undefined : body);
    return;
  }
  const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 24)}"`;
  const validators = {
    etag,
    ...(rendered.changedAt === null
      ? {}
      : { "last-modified": new Date(httpSeconds(rendered.changedAt) * 1000).toUTCString() }),
  };
  if (isUnchanged(request, etag, rendered.changedAt)) {
    response.writeHead(304, { ...COMMON, ...validators });
    response.end();
    return;
  }
  response.writeHead(200, { ...COMMON, ...validators, "content-type": rendered.type, "content-length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
};

const respond = (site: Site, now: number, request: IncomingMessage, response: ServerResponse): void => {
  if (request.method !== "GET" && request.method !== "HEAD") {
    answer(request, response, 405, messagePage("Not here", "This site only gives pages."));
    return;
  }
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  const found = path.length > 512 ? null : route(site, path, now);
  if (found === "gone")
    answer(
      request,
      response,
      410,
      messagePage("Taken down · Удалено", "Its author or the site took this review down."),
    );
  else if (found === null)
    answer(request, response, 404, messagePage("Not found · Не найдено", "There is no such page."));
  else answer(request, response, 200, found);
};

/**
 * The demo's small web on the loopback: real pages and feeds, invented words. What stands on it is a function of
 * (seed, anchor, the clock's time) alone, so it may be closed and started again without anything changing its identity.
 *
 * @throws {PipelineError} `USAGE` (exit) when the port is taken or may not be opened.
 */
export const startDemoSite = async (options: DemoSiteOptions): Promise<DemoSite> => {
  const archive = createArchive({ anchor: options.anchor, seed: options.seed ?? DEFAULT_SEED });
  let site: Site | null = null;
  const server = createServer((request, response) => {
    if (site === null) {
      response.writeHead(503).end();
      return;
    }
    respond(site, millisOf(options.clock()), request, response);
  });
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      reject(
        new PipelineError(
          `The demo's site cannot listen on 127.0.0.1:${options.port ?? 0} (${cause.code ?? cause.message}): name another port, or end the program that holds this one.`,
          {
            code: "USAGE",
            recovery: "exit",
            cause,
            details: { port: options.port ?? 0 },
          },
        ),
      );
    });
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  const assets = new Map([
    ["/", indexPage()],
    ["/robots.txt", ROBOTS],
    ["/office/", officePage()],
    ["/assets/site.css", asset("site.css", "text/css; charset=utf-8")],
    ["/assets/owners.js", asset("owners.js", "text/javascript; charset=utf-8")],
  ]);
  // The first question of the day would otherwise wait for ninety days to be written.
  archive.written("reviews", null, millisOf(options.clock()));
  site = { archive, assets, origin: url };
  return {
    url,
    port,
    brands: brandsAt(url),
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
};
