import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** What the site saw. */
export interface SiteRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds of a clock that never goes back. */
  readonly at: number;
}

export interface SiteReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  /** The site gives this page an ETag and answers 304 to whoever has it. */
  readonly etag?: boolean;
  /** `headers`: never answers; `body`: sends the headers and the body, and never ends. Until the site closes. */
  readonly hang?: "headers" | "body";
}

export type SiteRoute = SiteReply | ((request: SiteRequest) => SiteReply | Promise<SiteReply>);

/** A small site on the loopback, for tests and benches. */
export interface Site {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly requests: readonly SiteRequest[];
  /** Requests for a path, by its exact spelling with query. */
  seen(path: string): readonly SiteRequest[];
  /** Puts a page in place of another; null takes it away. */
  set(path: string, route: SiteRoute | null): void;
  /** Resolves at the next request for the path. */
  asked(path: string): Promise<void>;
  close(): Promise<void>;
}

const bodyOf = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
};

const send = (reply: SiteReply, request: SiteRequest, response: ServerResponse): void => {
  if (reply.hang === "headers") return;
  const body = Buffer.from((reply.body ?? "") as string);
  const etag = reply.etag === true ? `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"` : null;
  const headers = { "content-type": "text/html; charset=utf-8", ...reply.headers, ...(etag === null ? {} : { etag }) };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (etag !== null && request.headers["if-none-match"] === etag) {
    response.writeHead(304).end();
    return;
  }
  response.statusCode = reply.status ?? 200;
  if (reply.hang === "body") response.write(body);
  else response.end(body);
};

/**
 * Starts a site with these pages; any other path answers 404, `/robots.txt` too unless it is given.
 * @param routes by path; one without a query answers every query, too.
 */
export const startSite = async (routes: Readonly<Record<string, SiteRoute>> = {}): Promise<Site> => {
  const pages = new Map(Object.entries(routes));
  const requests: SiteRequest[] = [];
  const waiting = new Map<string, (() => void)[]>();
  const sockets = new Set<Socket>();

  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = message.url ?? "/";
    const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
    const request: SiteRequest = {
      method: message.method ?? "GET",
      path,
      headers,
      body: await bodyOf(message),
      at: performance.now(),
    };
    requests.push(request);
    for (const tell of waiting.get(path) ?? []) tell();
    waiting.delete(path);
    const route = pages.get(path) ??
      pages.get(path.replace(/\?.*$/, "")) ?? { status: 404, body: "<title>Not found</title>" };
    send(typeof route === "function" ? await route(request) : route, request, response);
  };

  const server = createServer((message, response) => {
    answer(message, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    requests,
    seen: (path) => requests.filter((request) => request.path === path),
    set(path, route) {
      if (route === null) pages.delete(path);
      else pages.set(path, route);
    },
    asked: (path) =>
      new Promise((resolve) => {
        waiting.set(path, [...(waiting.get(path) ?? []), resolve]);
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};
