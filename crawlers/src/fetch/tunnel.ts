import { once } from "node:events";
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { connect as connectTcp, isIP } from "node:net";
import { bareHost, portOf, type AddressGuard } from "./guard.ts";

/** What leads to sites: straight, or through a proxy that the configuration names. */
export interface Route {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  /** A connection to a host, by an address that the guard has checked. */
  connect(host: string, port: number): Promise<Duplex>;
}

/** How long a proxy may take to say that it is through. */
const PROXY_TIMEOUT_MS = 30_000;

/**
 * `CONNECT` with the address, never with the name: the address that was checked is then the one that the proxy
 * connects to, and a name that changes its address between the two is caught there, too.
 */
const throughProxy = (proxy: URL, address: string, port: number): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const authority = `${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
    const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    const asked = httpRequest({
      host: bareHost(proxy),
      port: portOf(proxy),
      method: "CONNECT",
      path: authority,
      agent: false,
      timeout: PROXY_TIMEOUT_MS,
      headers: {
        host: authority,
        ...(proxy.username === "" ? {} : { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` }),
      },
    });
    asked.once("connect", (answer, socket, head) => {
      if (answer.statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        return resolve(socket);
      }
      socket.destroy();
      reject(new Error(`the proxy ${proxy.host} answered ${answer.statusCode ?? 0}`));
    });
    asked.once("timeout", () => asked.destroy(new Error(`the proxy ${proxy.host} did not answer`)));
    asked.once("response", (answer) => {
      answer.destroy();
      reject(new Error(`the proxy ${proxy.host} answered ${answer.statusCode ?? 0}`));
    });
    asked.once("error", reject);
    asked.end();
  });

type Connected = (error: Error | null, stream: Duplex) => void;
interface Wanted {
  readonly host?: string | null;
  readonly port?: number | string | null;
  readonly servername?: string;
}

/** @param proxyUrl `http://host:port`, with user and password where it wants them; null: straight. */
export const routeBy = (guard: AddressGuard, proxyUrl: string | null): Route => {
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({ keepAlive: true });
  const proxy = proxyUrl === null ? null : new URL(proxyUrl);
  const connect = async (host: string, port: number): Promise<Duplex> => {
    if (proxy === null) {
      const socket = connectTcp({ host, port, lookup: guard.lookupFor(port) });
      await once(socket, "connect");
      return socket;
    }
    const [first] = await guard.addressesOf(host, port);
    return throughProxy(proxy, first?.address ?? host, port);
  };
  if (proxy !== null) {
    const dial = (wrap: (socket: Duplex, wanted: Wanted) => Duplex) => (wanted: Wanted, done: Connected) => {
      connect(wanted.host ?? "", Number(wanted.port ?? 0)).then(
        (socket) => done(null, wrap(socket, wanted)),
        (error: Error) => done(error, undefined as never),
      );
    };
    Object.assign(http, { createConnection: dial((socket) => socket) });
    Object.assign(https, {
      createConnection: dial((socket, { host, servername }) =>
        connectTls({ socket, servername: servername ?? (isIP(host ?? "") === 0 ? (host ?? "") : "") }),
      ),
    });
  }
  return { http, https, connect };
};
