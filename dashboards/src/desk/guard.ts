import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/** Why a request is turned away, before anything is read. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 405 | 411 | 413 | 414 | 415 | 421 | 429;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

const URL_LIMIT = 4096;
/** Bytes of what a page may write: a decision and who made it. */
export const BODY_LIMIT = 2048;
const FAILURES_PER_MINUTE = 10;

const refusal = (
  status: Refusal["status"],
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal => ({ status, message, headers });

const bare = (host: string): string => host.replace(/^\[|\]$/g, "").toLowerCase();

export const isLoopback = (host: string): boolean => {
  const name = bare(host);
  return name === "localhost" || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
};

/** Splits a Host header; null when it is none. */
const hostOf = (header: string | undefined): { readonly name: string; readonly port: number } | null => {
  if (header === undefined || !/^[a-z0-9.:[\]-]+$/i.test(header) || !URL.canParse(`http://${header}/`)) return null;
  const url = new URL(`http://${header}/`);
  return { name: bare(url.hostname), port: url.port === "" ? 80 : Number(url.port) };
};

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

/** The password of an Authorization header of the scheme Basic; any user name will do. */
const basicPassword = (header: string | undefined): string | null => {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return null;
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 ? null : pair.slice(colon + 1);
};

export interface GuardOptions {
  readonly host: string;
  readonly port: number;
  readonly password: string | null;
  readonly publicUrl: string | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Paths at which the page's own script may write; everywhere else nothing is written. */
  readonly writable?: ReadonlySet<string>;
}

/**
 * Decides on method, size, Host, Origin and password. A page on the loopback is reachable from every web site the
 * person opens, by a name that resolves to 127.0.0.1 (DNS rebinding) or by a plain cross-site request; both carry a
 * Host or an Origin that is not ours. An address literal cannot be rebound, so on a network address those are let in.
 */
export const createGuard = (options: GuardOptions): ((request: IncomingMessage) => Refusal | null) => {
  const publicHost = options.publicUrl === null ? null : new URL(options.publicUrl);
  const password = options.password === null ? null : sha256(options.password);
  const failures = new Map<string, { since: number; count: number }>();

  const hostAllowed = (header: string | undefined): boolean => {
    if (publicHost !== null && header?.toLowerCase() === publicHost.host) return true;
    const host = hostOf(header);
    if (host === null || host.port !== options.port) return false;
    return isLoopback(options.host)
      ? isLoopback(host.name)
      : isIP(host.name) !== 0 || host.name === "localhost" || host.name === bare(options.host);
  };

  const originAllowed = (request: IncomingMessage): boolean => {
    const { origin, host } = request.headers;
    if (origin !== undefined && origin !== `http://${host ?? ""}` && origin !== publicHost?.origin) return false;
    const site = request.headers["sec-fetch-site"];
    // A link from elsewhere may open the page itself; its data and its parts are for the page alone.
    const opensThePage = request.headers["sec-fetch-mode"] === "navigate" && !(request.url ?? "").startsWith("/api/");
    return site === undefined || site === "same-origin" || site === "none" || opensThePage;
  };

  const failuresOf = (address: string): { since: number; count: number } => {
    const known = failures.get(address);
    if (known !== undefined && options.now() - known.since < 60_000) return known;
    if (failures.size > 1000) failures.clear();
    const fresh = { since: options.now(), count: 0 };
    failures.set(address, fresh);
    return fresh;
  };

  const checkPassword = (request: IncomingMessage): Refusal | null => {
    if (password === null) return null;
    const failed = failuresOf(request.socket.remoteAddress ?? "");
    if (failed.count >= FAILURES_PER_MINUTE)
      return refusal(429, "Too many wrong passwords. Wait a minute.", { "retry-after": "60" });
    const given = basicPassword(request.headers.authorization);
    if (given !== null && timingSafeEqual(sha256(given), password)) return null;
    if (given !== null) failed.count += 1;
    return refusal(401, "This page asks for its password.", {
      "www-authenticate": 'Basic realm="Molva", charset="UTF-8"',
    });
  };

  /**
   * What is written comes from our own page: a browser names the origin of every POST, and sends JSON to another site only after asking, which
   * nothing here allows.
   */
  const checkWriting = ({ headers }: IncomingMessage): Refusal | null => {
    if (headers.origin === undefined) return refusal(403, "Only the page itself may write: no Origin was named.");
    if (!/^application\/json(?:;|$)/i.test(headers["content-type"] ?? ""))
      return refusal(415, "What is written here is application/json.");
    if (headers["content-length"] === undefined || headers["transfer-encoding"] !== undefined)
      return refusal(411, "Name the length of what is written (Content-Length).");
    if (Number(headers["content-length"]) > BODY_LIMIT)
      return refusal(413, `What is written here has at most ${String(BODY_LIMIT)} bytes.`);
    return null;
  };

  return (request) => {
    const writes = request.method === "POST" && options.writable?.has(request.url ?? "") === true;
    if (request.method !== "GET" && request.method !== "HEAD" && !writes)
      return refusal(405, "Only GET and HEAD are served here.", { allow: "GET, HEAD" });
    if ((request.url ?? "").length > URL_LIMIT)
      return refusal(414, `The address is longer than ${String(URL_LIMIT)} characters.`);
    const hasBody =
      Number(request.headers["content-length"] ?? 0) > 0 || request.headers["transfer-encoding"] !== undefined;
    if (!writes && hasBody) return refusal(413, "A request here has no body.");
    const unfit = writes ? checkWriting(request) : null;
    if (unfit !== null) return unfit;
    if (!hostAllowed(request.headers.host))
      return refusal(
        421,
        "This name is not served here. Open the address that the terminal printed, or set server.publicUrl.",
      );
    if (!originAllowed(request)) return refusal(403, "Requests from other sites are refused.");
    return checkPassword(request);
  };
};
