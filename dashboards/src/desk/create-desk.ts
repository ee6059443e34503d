import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isPipelineError, PipelineError, type Clock, type Log } from "@molva/contracts";
import { loadAssets, loadPage, type Asset } from "./assets.ts";
import { createEvents } from "./events.ts";
import { createGuard, isLoopback } from "./guard.ts";
import { CONTENT_SECURITY_POLICY, pageFor } from "./page.ts";
import type { DeskReads } from "./reads.ts";
import { AUDIT_PAGE, createAuditRoutes, createAuditWrites, writtenIn } from "./audit-routes.ts";
import type { DeskAudits } from "./audits.ts";
import { createIncidentWrites, type DeskIncidentActs } from "./incident-acts.ts";
import type { Route } from "./route.ts";
import { createRoutes } from "./routes.ts";

export interface DeskOptions {
  readonly reads: DeskReads;
  /** Default `127.0.0.1`. Any other than a loopback address needs a password. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly log: Log;
  readonly clock: Clock;
  /** Asked by HTTP Basic, with any user name; null: none is asked. */
  readonly password: string | null;
  /** Where a proxy shows the page, e.g. `https://molva.example`; its host is then let in as well. */
  readonly publicUrl: string | null;
  /** IANA zone in which dates are printed and days are cut; default UTC. */
  readonly zone?: string;
  /**
   * Paths that keep their own door, by their beginning, e.g. `/intake/`: what they are asked carries its own proof (a signature, a
   * signed link), so neither password nor Host nor Origin is asked for. Each answers or throws; the page's own paths come first.
   */
  readonly doors?: ReadonlyMap<string, Door>;
  /** Further pages, by the beginning of their path, e.g. `/reports`: behind the same guard as the page's own. Each sets its own policy. */
  readonly pages?: ReadonlyMap<string, Door>;
  /** What the audit screen at `/audit` reads and writes; without it there is no such screen. */
  readonly audits?: DeskAudits;
  /** What the page's buttons do to incidents; without it there are no such buttons. */
  readonly acts?: DeskIncidentActs;
  /** The shortest time between two "something changed" messages; milliseconds, default 1000. */
  readonly eventsApartMs?: number;
}

/** Answers a request by itself. It limits its size and time, and escapes what it shows. */
export type Door = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface Desk {
  readonly url: string;
  readonly port: number;
  /** Ends every connection and resolves when the port is free. */
  close(): Promise<void>;
}

const COMMON: OutgoingHttpHeaders = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "cache-control": "no-store",
};

const STATUS_OF: Readonly<Partial<Record<string, number>>> = {
  USAGE: 400,
  STORE_UNAVAILABLE: 503,
  BUS_UNAVAILABLE: 503,
};

const checkOptions = ({ host = "127.0.0.1", password, publicUrl }: DeskOptions): void => {
  const invalid = (message: string): PipelineError =>
    new PipelineError(message, { code: "CONFIG_INVALID", recovery: "exit" });
  if (password === "")
    throw invalid("The page's password is empty: set one, or leave it out and serve on the loopback only.");
  if (!isLoopback(host) && password === null) {
    throw invalid(
      `The page would be open to the network on ${host}: set MOLVA_PASSWORD in the environment, or serve it on 127.0.0.1.`,
    );
  }
  if (publicUrl !== null && !/^https?:$/.test(URL.canParse(publicUrl) ? new URL(publicUrl).protocol : "")) {
    throw invalid(
      `server.publicUrl is ${JSON.stringify(publicUrl)}: write an address that begins with https:// or http://.`,
    );
  }
};

const sendAsset = (request: IncomingMessage, response: ServerResponse, asset: Asset): void => {
  const caching = { etag: asset.etag, "cache-control": "no-cache", vary: "accept-encoding" };
  if (request.headers["if-none-match"] === asset.etag) {
    response.writeHead(304, caching).end();
    return;
  }
  const zipped = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  const bytes = zipped ? asset.gzipped : asset.bytes;
  response.writeHead(200, {
    ...caching,
    "content-type": asset.type,
    "content-length": bytes.length,
    ...(zipped ? { "content-encoding": "gzip" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : bytes);
};

const sendText = (
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void => {
  response.writeHead(status, {
    ...headers,
    "content-type": `${type}; charset=utf-8`,
    "content-length": Buffer.byteLength(text),
  });
  response.end(request.method === "HEAD" ? undefined : text);
};

/**
 * Serves the page. Resolves when it listens.
 * @throws {PipelineError} `CONFIG_INVALID` when a network address has no password or the public URL is none; `USAGE` when the port is taken.
 */
export const createDesk = async (options: DeskOptions): Promise<Desk> => {
  checkOptions(options);
  const host = options.host ?? "127.0.0.1";
  const assets = loadAssets();
  const zone = options.zone ?? "UTC";
  const templates = new Map([["/", loadPage("index")]]);
  const routes = new Map(
    createRoutes({ reads: options.reads, clock: options.clock, zone, acts: options.acts !== undefined }),
  );
  if (options.audits !== undefined) {
    templates.set(AUDIT_PAGE, loadPage("audit"));
    for (const [path, route] of createAuditRoutes(options.audits, zone)) routes.set(path, route);
  }
  const writes = new Map([
    ...(options.audits === undefined ? [] : createAuditWrites(options.audits)),
    ...(options.acts === undefined ? [] : createIncidentWrites(options.acts)),
  ]);
  // Ten tabs that hear of the same change ask the same question once.
  const inFlight = new Map<string, Promise<unknown>>();
  const ask = async (route: Route, url: URL): Promise<unknown> => {
    const key = url.pathname + url.search;
    const running = inFlight.get(key);
    if (running !== undefined) return running;
    const answer = route.answer(url.searchParams).finally(() => inFlight.delete(key));
    inFlight.set(key, answer);
    return answer;
  };

  const sendFailure = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
    const known = isPipelineError(error) ? error : null;
    const status = STATUS_OF[known?.code ?? ""] ?? 500;
    if (status === 500)
      options.log.error("desk-request-failed", {
        path: (request.url ?? "").split("?")[0],
        code: known?.code ?? null,
        message: error instanceof Error ? error.message : String(error),
      });
    const message = status === 500 ? "The page could not be read; the log of Molva says why." : (known?.message ?? "");
    sendText(
      request,
      response,
      status,
      "application/json",
      JSON.stringify({ error: { code: known?.code ?? null, message } }),
    );
  };

  const server = createServer({
    maxHeaderSize: 16_384,
    requestTimeout: 15_000,
    headersTimeout: 10_000,
    keepAliveTimeout: 20_000,
  });
  server.maxConnections = 256;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const message =
        cause.code === "EADDRINUSE"
          ? `Port ${String(options.port)} on ${host} is taken: stop what holds it, or set another server.port.`
          : `The page cannot listen on ${host}:${String(options.port)}: ${cause.message}`;
      reject(new PipelineError(message, { code: "USAGE", recovery: "exit", cause }));
    });
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const guard = createGuard({
    host,
    port,
    password: options.password,
    publicUrl: options.publicUrl,
    now: () => Date.parse(options.clock()),
    writable: new Set(writes.keys()),
  });
  const events = createEvents(options.reads, options.eventsApartMs ?? 1000);

  const doors = [...(options.doors ?? [])];
  const doorOf = (path: string): Door | undefined => doors.find(([start]) => path.startsWith(start))?.[1];
  const pages = [...(options.pages ?? [])];
  const pageOf = (path: string): Door | undefined =>
    pages.find(([start]) => path === start || path.startsWith(`${start}/`))?.[1];

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(COMMON)) if (value !== undefined) response.setHeader(name, value);
    const door = doorOf(request.url ?? "/");
    if (door !== undefined) return door(request, response);
    const refused = guard(request);
    if (refused !== null) {
      sendText(request, response, refused.status, "text/plain", refused.message, {
        ...refused.headers,
        connection: "close",
      });
      return;
    }
    const target = request.url ?? "/";
    if (!URL.canParse(target, "http://desk"))
      return sendText(request, response, 400, "text/plain", "This address cannot be read.");
    const url = new URL(target, "http://desk");
    const page = pageOf(url.pathname);
    if (page !== undefined) return page(request, response);
    const asset = assets.get(url.pathname);
    const route = routes.get(url.pathname);
    const write = request.method === "POST" ? writes.get(url.pathname) : undefined;
    if (write !== undefined) {
      try {
        const answer = await write(await writtenIn(request));
        return sendText(request, response, 200, "application/json", JSON.stringify(answer));
      } catch (error) {
        return sendFailure(request, response, error);
      }
    }
    if (asset !== undefined) return sendAsset(request, response, asset);
    const template = templates.get(url.pathname);
    if (template !== undefined)
      return sendText(request, response, 200, "text/html", pageFor(template, request), {
        vary: "accept-language, cookie",
      });
    if (url.pathname === "/api/events") {
      if (request.method === "HEAD") response.writeHead(200, { "content-type": "text/event-stream" }).end();
      else if (!events.admit(response))
        sendText(
          request,
          response,
          503,
          "text/plain",
          "Too many pages listen; this one asks from time to time instead.",
          { "retry-after": "30" },
        );
      return;
    }
    if (route === undefined) return sendText(request, response, 404, "text/plain", "Nothing is here.");
    try {
      const answer = await ask(route, url);
      sendText(request, response, 200, "application/json", JSON.stringify(answer));
    } catch (error) {
      sendFailure(request, response, error);
    }
  };
  server.on("request", (request, response) => {
    serve(request, response).catch((error: unknown) => {
      options.log.error("desk-request-failed", { message: error instanceof Error ? error.message : String(error) });
      response.destroy();
    });
  });

  const shown = host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${shown}:${String(port)}/`,
    port,
    close: async () => {
      events.close();
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
};
