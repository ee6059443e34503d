import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "@molva/contracts";
import type { Engine } from "../store/engine.ts";
import { answerError, writeCommonHeaders } from "./answer.ts";
import { readEngineNames } from "./engine-names.ts";
import { exchangeOver } from "./exchange.ts";
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from "./limits.ts";
import { Refusal, engineCodeOf } from "./refusal.ts";
import type { HttpUser } from "./users.ts";

export interface ClickHouseServerOptions {
  /** The open store whose engine is served: one folder has one process, so both share it. */
  readonly store: { readonly engine: Engine };
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** A user with an empty password cannot log in. */
  readonly users: readonly HttpUser[];
  readonly limits?: Partial<HttpLimits>;
  readonly log?: Log;
}

export interface ClickHouseServer {
  /** For example `http://127.0.0.1:8123`. */
  readonly url: string;
  readonly port: number;
  /** Takes no new query, stops those that run, and resolves when the engine has ended them all. */
  close(): Promise<void>;
}

const MAX_URL_BYTES = 1024 * 1024;

const wordsOf = (error: unknown): { readonly code: number; readonly message: string } => {
  if (error instanceof Refusal) return { code: error.code, message: error.message };
  const code = engineCodeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  return code === null
    ? { code: 1002, message: `Code: 1002. DB::Exception: ${text} (UNKNOWN_EXCEPTION)` }
    : { code, message: text.slice(text.indexOf("Code: ")) };
};

/** The plain pages; true when the request was one of them. */
const answerPlain = (request: IncomingMessage, response: ServerResponse, url: URL): boolean => {
  const reads = request.method === "GET" || request.method === "HEAD";
  if (reads && (url.pathname === "/ping" || (url.pathname === "/" && !url.searchParams.has("query")))) {
    response.writeHead(200, { "Content-Type": "text/html; charset=UTF-8" }).end("Ok.\n");
    return true;
  }
  if (url.pathname === "/" && (reads || request.method === "POST")) return false;
  response.writeHead(url.pathname === "/" ? 405 : 404, { "Content-Type": "text/plain; charset=UTF-8" });
  response.end(
    `There is no handle ${request.method} ${url.pathname.slice(0, 100)}\n\nUse / or /ping, by GET or POST\n`,
  );
  return true;
};

/**
 * ClickHouse's HTTP interface in front of the engine in this process.
 * @throws {Error} when the port is taken.
 */
export const serveClickHouse = async (options: ClickHouseServerOptions): Promise<ClickHouseServer> => {
  const { store, port, users, log } = options;
  const host = options.host ?? "127.0.0.1";
  const limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
  const names = await readEngineNames(store.engine);
  const exchange = exchangeOver({ engine: store.engine, names, users, limits });
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const queryId = randomUUID();
    try {
      // A page of another site in somebody's browser may not speak to a port of this machine.
      if (request.headers.origin !== undefined)
        throw new Refusal(497, "requests of pages in a browser are not allowed");
      const url = new URL(request.url ?? "/", "http://localhost");
      if (answerPlain(request, response, url)) return;
      await exchange.answer(request, response, url.searchParams, queryId);
    } catch (error) {
      const { code, message } = wordsOf(error);
      log?.debug("store.http.refused", { code, status: response.headersSent ? 200 : undefined });
      if (response.headersSent || response.destroyed) {
        response.destroy();
        return;
      }
      writeCommonHeaders(response, queryId, "UTC");
      // What is left of a body that was not read would be taken for the next request.
      if (!request.complete) response.setHeader("Connection", "close");
      answerError(response, code, `${message} (version ${names.version})`);
    }
  };
  const server = createServer(
    {
      maxHeaderSize: MAX_URL_BYTES + 64 * 1024,
      headersTimeout: 10_000,
      requestTimeout: 300_000,
      keepAliveTimeout: 10_000,
    },
    (request, response) => void serve(request, response),
  );
  server.maxConnections = 256;
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  const shown = address.family === "IPv6" ? `[${address.address}]` : address.address;
  const url = `http://${shown}:${address.port}`;
  log?.info("store.http.listening", { url });
  return {
    url,
    port: address.port,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      await exchange.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
