import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { PipelineError, isPipelineError } from "@molva/contracts";
import type { PageRequest } from "../source.ts";
import { bareHost, portOf, type AddressGuard } from "./guard.ts";
import { routeBy, type Route } from "./tunnel.ts";

interface FetchLimits {
  /** Of the decompressed body. */
  readonly maxBytes: number;
  /** Milliseconds for one hop, headers and body together. */
  readonly timeoutMs: number;
  readonly maxRedirects: number;
}

/** What the site gives us to say next time. */
export interface Cookies {
  read(url: string): string;
  write(url: string, setCookie: readonly string[]): void;
}

/** Who asks: cookies and way out of one of Crawlee's sessions. */
export interface Visitor {
  readonly cookies: Cookies;
  /** Null: straight. */
  readonly proxyUrl: string | null;
}

interface FetchOptions {
  readonly limits: FetchLimits;
  readonly userAgent: string;
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  readonly visitor?: Visitor;
  /** Runs before every hop, redirects included: robots.txt and politeness. Throws to refuse. */
  readonly beforeHop?: (url: URL) => Promise<void>;
  /** Cut the body at the limit instead of refusing it: robots.txt only. */
  readonly cut?: boolean;
}

export interface Answer {
  readonly finalUrl: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Fetches over HTTP/1.1, by addresses that the guard has checked. */
export interface HttpClient {
  /**
   * Any status is an answer; following redirects is done here, hop by hop.
   * @throws {PipelineError} `SOURCE_UNREACHABLE` (retry) when no answer came in time; `SOURCE_UNREACHABLE` (dead-letter)
   * for a body over the limit or a redirect loop; `SOURCE_FORBIDDEN` for a refused address; what `beforeHop` throws.
   */
  fetch(request: PageRequest, options: FetchOptions): Promise<Answer>;
  close(): void;
}

const unreachable = (url: URL, why: string, recovery: "retry" | "dead-letter", cause?: unknown): PipelineError =>
  new PipelineError(`${url.host}: ${why}`, {
    code: "SOURCE_UNREACHABLE",
    recovery,
    cause,
    details: { host: url.host },
  });

const plainHeaders = (message: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );

const decoded = (message: IncomingMessage): Readable => {
  const encoding = message.headers["content-encoding"]?.trim().toLowerCase() ?? "";
  if (encoding === "gzip" || encoding === "x-gzip") return message.pipe(createGunzip());
  if (encoding === "deflate") return message.pipe(createInflate());
  if (encoding === "br") return message.pipe(createBrotliDecompress());
  return message;
};

const readBody = async (url: URL, message: IncomingMessage, limit: number, cut: boolean): Promise<Uint8Array> => {
  const stream = decoded(message);
  // An error of the socket does not travel through pipe().
  if (stream !== message) message.once("error", (error) => stream.destroy(error));
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size <= limit) continue;
    message.destroy();
    if (cut) break;
    throw unreachable(
      url,
      `the page is larger than ${limit} bytes; raise crawl.maxPageMegabytes if that is meant`,
      "dead-letter",
    );
  }
  return Buffer.concat(chunks).subarray(0, limit);
};

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const SECRET_HEADERS = new Set(["authorization", "cookie", "proxy-authorization"]);

/** RFC 9110 §15.4: 303, and by custom 301 and 302, turn a POST into a GET; secrets do not follow to another origin. */
const followed = (request: PageRequest, from: URL, to: URL, status: number): PageRequest => {
  const keepsMethod = status === 307 || status === 308 || request.method === "GET";
  const headers =
    from.origin === to.origin
      ? request.headers
      : Object.fromEntries(Object.entries(request.headers).filter(([name]) => !SECRET_HEADERS.has(name.toLowerCase())));
  return { ...request, url: to.href, headers, ...(keepsMethod ? {} : { method: "GET" as const, body: null }) };
};

/** @param proxyUrl the way out of requests that no visitor makes; null: straight. */
export const httpClient = (guard: AddressGuard, proxyUrl: string | null = null): HttpClient => {
  const routes = new Map<string | null, Route>();
  const routeOf = (proxy: string | null): Route => {
    const known = routes.get(proxy) ?? routeBy(guard, proxy);
    routes.set(proxy, known);
    return known;
  };

  const send = (request: PageRequest, url: URL, options: FetchOptions, signal: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const cookie = options.visitor?.cookies.read(url.href) ?? "";
      const route = routeOf(options.visitor === undefined ? proxyUrl : options.visitor.proxyUrl);
      const secure = url.protocol === "https:";
      const settings: RequestOptions = {
        method: request.method,
        host: bareHost(url),
        port: portOf(url),
        path: `${url.pathname}${url.search}`,
        agent: secure ? route.https : route.http,
        lookup: guard.lookupFor(portOf(url)),
        signal,
        headers: {
          host: url.host,
          "user-agent": options.userAgent,
          accept: "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.8",
          "accept-encoding": "gzip, deflate, br",
          ...options.headers,
          ...request.headers,
          ...(cookie === "" ? {} : { cookie }),
          ...(request.body === null ? {} : { "content-length": String(Buffer.byteLength(request.body)) }),
        },
      };
      const sent = (secure ? httpsRequest : httpRequest)(settings, resolve);
      sent.once("error", reject);
      sent.end(request.body ?? undefined);
    });

  const hop = async (request: PageRequest, url: URL, options: FetchOptions): Promise<Answer> => {
    const timeout = AbortSignal.timeout(options.limits.timeoutMs);
    const signal = AbortSignal.any([timeout, options.signal]);
    try {
      const message = await send(request, url, options, signal);
      const setCookie = message.headers["set-cookie"];
      if (setCookie !== undefined) options.visitor?.cookies.write(url.href, setCookie);
      const body = await readBody(url, message, options.limits.maxBytes, options.cut ?? false);
      return { finalUrl: url.href, status: message.statusCode ?? 0, headers: plainHeaders(message), body };
    } catch (error) {
      if (isPipelineError(error)) throw error;
      if (options.signal.aborted) throw unreachable(url, "stopped before the page was read", "retry", error);
      if (timeout.aborted)
        throw unreachable(url, `no whole answer within ${options.limits.timeoutMs} ms`, "retry", error);
      throw unreachable(
        url,
        `the connection failed (${(error as NodeJS.ErrnoException).code ?? "broken answer"})`,
        "retry",
        error,
      );
    }
  };

  return {
    async fetch(request, options) {
      let current = request;
      for (let hops = 0; hops <= options.limits.maxRedirects; hops++) {
        const url = new URL(current.url);
        guard.checkUrl(url);
        await options.beforeHop?.(url);
        const answer = await hop(current, url, options);
        const location = answer.headers["location"];
        if (!REDIRECTS.has(answer.status) || location === undefined) return answer;
        if (!URL.canParse(location, url.href))
          throw unreachable(url, "redirects to something that is no URL", "dead-letter");
        current = followed(current, url, new URL(location, url), answer.status);
      }
      throw unreachable(new URL(request.url), `more than ${options.limits.maxRedirects} redirects`, "dead-letter");
    },
    close() {
      for (const { http, https } of routes.values()) {
        http.destroy();
        https.destroy();
      }
    },
  };
};
