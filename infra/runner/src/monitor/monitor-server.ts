import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PipelineError } from "@molva/contracts";
import type { Monitor } from "./monitor.ts";

export interface MonitorServer {
  /** With a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

const JSON_TYPE = "application/json; charset=utf-8";

const answer = async (path: string, monitor: Monitor): Promise<readonly [number, string, string]> => {
  if (path === "/healthz") return [200, JSON_TYPE, '{"state":"alive"}\n'];
  if (path === "/readyz") {
    const readiness = await monitor.readiness();
    return [readiness.state === "ready" ? 200 : 503, JSON_TYPE, `${JSON.stringify(readiness)}\n`];
  }
  if (path === "/metrics") {
    const { contentType, text } = await monitor.metrics.scrape();
    return [200, contentType, text];
  }
  return [404, "text/plain; charset=utf-8", "/metrics, /healthz and /readyz are here\n"];
};

const serve = async (request: IncomingMessage, response: ServerResponse, monitor: Monitor): Promise<void> => {
  const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { ...headers, allow: "GET, HEAD", connection: "close" }).end();
    return;
  }
  const [status, type, text] = await answer((request.url ?? "/").split("?")[0] ?? "/", monitor);
  response.writeHead(status, { ...headers, "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(request.method === "HEAD" ? undefined : text);
};

const listen = (server: Server, host: string, port: number): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "another program listens there" : (error.code ?? error.message);
      reject(
        new PipelineError(
          `server.metrics: ${host}:${port} cannot be opened, ${why}. Set another port; 0 picks a free one`,
          { code: "USAGE", recovery: "exit", cause: error },
        ),
      );
    });
    server.listen({ host, port }, () => resolve(server.address() as AddressInfo));
  });

/**
 * Serves `/metrics`, `/healthz` (this process lives) and `/readyz` (work may be sent to it; 503 while it may not). It tells ids,
 * counts and times only, to whoever can reach the address.
 * @throws {PipelineError} `USAGE` (exit) when the address cannot be opened.
 */
export const serveMonitor = async (
  monitor: Monitor,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<MonitorServer> => {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: 5_000 });
  server.maxConnections = 64;
  server.on("request", (request, response) => {
    serve(request, response, monitor).catch(() => response.destroy());
  });
  const { address, family, port: bound } = await listen(server, host, port);
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${bound}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
