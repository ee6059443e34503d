import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { reviewPage, type WrittenReview } from "./rig.ts";

/** A web that goes wrong by plan: the same page goes wrong in the same way in every run. */
export const PAGES = 2000;
/** From this page on it shows a robot check. */
export const CAPTCHA_FROM = 1500;
/** Chains of pages, each on a host of its own; one more host holds what leads nowhere. */
const CHAINS = 6;
const LENGTH = Math.ceil(PAGES / CHAINS);
export const RETRY_AFTER_MS = 1000;

export interface Asked {
  readonly host: number;
  readonly path: string;
  readonly status: number;
  /** Milliseconds of a clock that never goes back: when it came, and when its answer went. */
  readonly at: number;
  readonly answeredAt: number;
}

const firstOf = (chain: number): number => chain * LENGTH;
const endOf = (chain: number): number => Math.min(PAGES, firstOf(chain) + LENGTH);

/** In 0…99, the same for the same page. */
const fate = (page: number, salt: string): number =>
  createHash("sha256").update(`${salt} ${page}`).digest().readUInt16BE(0) % 100;

/** Three reviews of its own, and the last of the page before: lists slide while they are read. */
const reviewsOf = (page: number): readonly WrittenReview[] => [
  ...[0, 1, 2].map((n) => ({
    id: `${page}-${n}`,
    text: `Отзыв ${page}-${n}: чайник кипит быстро, kettle number ${page}`,
  })),
  ...(page % LENGTH === 0
    ? []
    : [{ id: `${page - 1}-2`, text: `Отзыв ${page - 1}-2: чайник кипит быстро, kettle number ${page - 1}` }]),
];

/** What a crawler that keeps the rules can find: everything before the robot check, and one page that is reached by a detour. */
export const reachable = (): readonly string[] => [
  ...Array.from({ length: CHAINS }, (_, chain) => chain)
    .filter((chain) => firstOf(chain) < CAPTCHA_FROM)
    .flatMap((chain) =>
      Array.from({ length: Math.min(endOf(chain), CAPTCHA_FROM) - firstOf(chain) }, (_, n) => firstOf(chain) + n),
    )
    .flatMap((page) => reviewsOf(page).map(({ id }) => id)),
  "circle-1",
  "circle-2",
];

const CYRILLIC = new Map(
  Array.from({ length: 128 }, (_, i) => [new TextDecoder("windows-1251").decode(Uint8Array.of(i + 128)), i + 128]),
);
const windows1251 = (text: string): Buffer =>
  Buffer.from([...text].map((sign) => CYRILLIC.get(sign) ?? sign.charCodeAt(0) & 127));

const ROBOTS = "User-agent: *\nDisallow: /private\nDisallow: /*/hidden\n";
const BOMB = gzipSync(Buffer.alloc(50_000_000, "a"));
const HUGE = 200_000_000;

interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly afterMs?: number;
  readonly never?: true;
}

const pageReply = (page: number, path: string, tries: number): Reply => {
  if (page >= CAPTCHA_FROM)
    return { body: "<!doctype html><title>Just a moment...</title><p>Checking your browser</p>" };
  const first = tries === 1;
  if (first && fate(page, "error") < 5) return { status: 500, body: "<title>Internal error</title>" };
  if (first && fate(page, "slow down") < 2)
    return { status: 429, headers: { "retry-after": String(RETRY_AFTER_MS / 1000) } };
  if (first && page % 700 === 350) return { never: true };
  if (!path.includes("?") && fate(page, "moved") < 3) return { status: 302, headers: { location: `${path}?moved=1` } };
  const next = page + 1 < endOf(Math.floor(page / LENGTH)) ? { next: `/page/${page + 1}` } : {};
  const html = reviewPage(reviewsOf(page), next);
  const slow = fate(page, "slow") < 1 ? { afterMs: 300 } : {};
  const wrong = fate(page, "letters");
  if (wrong < 2)
    return {
      ...slow,
      headers: { "content-type": "text/html" },
      body: windows1251(html.replace("<head>", '<head><meta charset="windows-1251">')),
    };
  if (wrong < 4) return { ...slow, headers: { "content-type": "text/html; charset=utf-8" }, body: windows1251(html) };
  if (wrong < 6) return { ...slow, headers: { "content-encoding": "gzip" }, body: gzipSync(html) };
  return { ...slow, body: html };
};

const detours: Readonly<Record<string, Reply>> = {
  "/loop/a": { status: 302, headers: { location: "/loop/b" } },
  "/loop/b": { status: 302, headers: { location: "/loop/a" } },
  "/bomb": { headers: { "content-encoding": "gzip" }, body: BOMB },
  "/private/1": { body: reviewPage([{ id: "private", text: "Nobody should read this" }]) },
  "/shop/hidden": { body: reviewPage([{ id: "hidden", text: "Nor this" }]) },
  "/to-private": { status: 301, headers: { location: "/private/1" } },
  "/to-metadata": { status: 302, headers: { location: "http://169.254.169.254/latest/meta-data/" } },
  "/circle/1": { body: reviewPage([{ id: "circle-1", text: "Round and" }], { next: "/circle/2" }) },
  "/circle/2": { body: reviewPage([{ id: "circle-2", text: "round again" }], { next: "/circle/1" }) },
};

export interface FaultSite {
  readonly hosts: readonly string[];
  /** The first page of every chain and every detour. */
  readonly targets: readonly string[];
  readonly asked: readonly Asked[];
  /** Bytes of the page without end that somebody took. */
  hugeTaken(): number;
  /** Resolves when so many pages of chains were given whole. */
  served(pages: number): Promise<void>;
  close(): Promise<void>;
}

export const startFaultSite = async (): Promise<FaultSite> => {
  const asked: Asked[] = [];
  const tries = new Map<string, number>();
  const sockets = new Set<Socket>();
  const given = new Set<number>();
  let waiting: { readonly pages: number; readonly tell: () => void } | null = null;
  let taken = 0;

  const answer = (host: number, message: IncomingMessage, response: ServerResponse): void => {
    const at = performance.now();
    const path = message.url ?? "/";
    const page = Number(/^\/page\/(\d+)/.exec(path)?.[1] ?? Number.NaN);
    const end = (status: number, headers: Readonly<Record<string, string>>, body: Uint8Array | string): void => {
      asked.push({ host, path, status, at, answeredAt: performance.now() });
      response.writeHead(status, { "content-type": "text/html; charset=utf-8", ...headers }).end(body);
      if (status !== 200 || Number.isNaN(page) || page >= CAPTCHA_FROM) return;
      given.add(page);
      if (waiting !== null && given.size >= waiting.pages) waiting.tell();
    };
    if (path === "/robots.txt") return end(200, { "content-type": "text/plain" }, ROBOTS);
    if (path === "/huge") {
      asked.push({ host, path, status: 200, at, answeredAt: at });
      response.writeHead(200, { "content-type": "text/html" });
      const chunk = Buffer.alloc(65_536, "x");
      const more = (): void => {
        while (taken < HUGE && !response.destroyed) {
          taken += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", more);
        }
        response.end();
      };
      return more();
    }
    const count = (tries.get(path.replace(/\?.*/, "")) ?? 0) + 1;
    tries.set(path.replace(/\?.*/, ""), count);
    const reply = Number.isNaN(page)
      ? (detours[path] ?? { status: 404, body: "<title>Not found</title>" })
      : pageReply(page, path, count);
    if (reply.never === true) return void asked.push({ host, path, status: 0, at, answeredAt: at });
    const body = reply.body ?? "";
    const status = reply.status ?? 200;
    const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`;
    const send = (): void =>
      status === 200 && message.headers["if-none-match"] === etag
        ? end(304, { etag }, "")
        : end(status, { ...(status === 200 ? { etag } : {}), ...reply.headers }, body);
    if (reply.afterMs === undefined) send();
    else setTimeout(send, reply.afterMs);
  };

  const servers = await Promise.all(
    Array.from({ length: CHAINS + 1 }, async (_, host) => {
      const server = createServer((message, response) => answer(host, message, response));
      server.on("connection", (socket) => {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const hosts = servers.map((server) => `127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    hosts,
    targets: [
      ...Array.from({ length: CHAINS }, (_, chain) => `http://${hosts[chain]}/page/${firstOf(chain)}`),
      ...["/loop/a", "/bomb", "/huge", "/private/1", "/shop/hidden", "/to-private", "/to-metadata", "/circle/1"].map(
        (path) => `http://${hosts[CHAINS]}${path}`,
      ),
    ],
    asked,
    hugeTaken: () => taken,
    served: (pages) =>
      new Promise((resolve) => {
        if (given.size >= pages) return resolve();
        waiting = { pages, tell: resolve };
      }),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
};
