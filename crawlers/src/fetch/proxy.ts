import { randomBytes } from "node:crypto";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { bareHost, portOf, type AddressGuard } from "./guard.ts";
import { routeBy } from "./tunnel.ts";

/** The browser's only way out: it connects to addresses that the guard has checked and to no other. */
export interface BrowserProxy {
  readonly server: string;
  readonly username: string;
  readonly password: string;
  /** Hosts that were refused since the last call. */
  takeRefused(): readonly string[];
  close(): Promise<void>;
}

const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const endToEnd = (headers: IncomingMessage["headers"]): IncomingMessage["headers"] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));

/**
 * A forward proxy on the loopback with a password of its own. Chromium resolves no name and opens no socket itself, so
 * subresources, redirects, workers and web sockets are held to the same rule as pages, and a name cannot change its
 * address between check and connection.
 * @param maxBytes of one connection's answer; more ends it.
 * @param proxyUrl the way out that the configuration names; null: straight.
 */
export const startBrowserProxy = async (
  guard: AddressGuard,
  maxBytes: number,
  proxyUrl: string | null,
): Promise<BrowserProxy> => {
  const route = routeBy(guard, proxyUrl);
  const username = "molva";
  const password = randomBytes(16).toString("hex");
  const credentials = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const sockets = new Set<Duplex>();
  let refused: string[] = [];

  const track = <S extends Duplex>(socket: S): S => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    return socket;
  };

  const bounded = (from: Duplex | IncomingMessage, stop: () => void): void => {
    let size = 0;
    from.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) stop();
    });
  };

  const refuse = (host: string, response: ServerResponse): void => {
    refused.push(host);
    response.writeHead(403, { "content-type": "text/plain", "x-molva-refused": "1" }).end("refused");
  };

  const forward = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (message.headers["proxy-authorization"] !== credentials) {
      response.writeHead(407, { "proxy-authenticate": 'Basic realm="molva"' }).end();
      return;
    }
    const url = URL.canParse(message.url ?? "") ? new URL(message.url as string) : null;
    if (url === null || url.protocol !== "http:") return refuse(message.url ?? "", response);
    try {
      guard.checkUrl(url);
      await guard.addressesOf(bareHost(url), portOf(url));
    } catch {
      return refuse(url.host, response);
    }
    const onward = httpRequest(
      url,
      {
        method: message.method ?? "GET",
        headers: endToEnd(message.headers),
        lookup: guard.lookupFor(portOf(url)),
        agent: route.http,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
        bounded(answer, () => response.destroy());
        answer.pipe(response);
      },
    );
    onward.on("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.once("close", () => onward.destroy());
    message.pipe(onward);
  };

  const tunnel = (message: IncomingMessage, client: Duplex, head: Buffer): void => {
    track(client);
    if (message.headers["proxy-authorization"] !== credentials) {
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="molva"\r\nContent-Length: 0\r\n\r\n',
      );
      return;
    }
    const url = URL.canParse(`http://${message.url ?? ""}/`) ? new URL(`http://${message.url ?? ""}/`) : null;
    if (url === null) return void client.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    const port = Number(/:(\d+)$/.exec(message.url ?? "")?.[1] ?? 443);
    const open = async (): Promise<void> => {
      try {
        await guard.addressesOf(bareHost(url), port);
      } catch {
        refused.push(url.hostname);
        return void client.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
      }
      const onward = track(await route.connect(bareHost(url), port));
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      if (head.length > 0) onward.write(head);
      bounded(onward, () => onward.destroy());
      onward.pipe(client);
      client.pipe(onward);
      onward.once("close", () => client.destroy());
      client.once("close", () => onward.destroy());
    };
    open().catch(() => client.destroy());
  };

  const server = createServer((message, response) => void forward(message, response));
  server.on("connection", track);
  server.on("connect", tunnel);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    username,
    password,
    takeRefused() {
      const taken = refused;
      refused = [];
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        route.http.destroy();
        for (const socket of sockets) socket.destroy();
      }),
  };
};
