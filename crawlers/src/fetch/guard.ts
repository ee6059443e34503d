import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { PipelineError } from "@molva/contracts";
import { isPublicAddress, type PrivateAllowance } from "./address.ts";

/** Every address of a host name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export const resolveBySystem: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true, verbatim: true }, (error, addresses) =>
      error === null ? resolve(addresses) : reject(error),
    );
  });

export const refusedAddress = (host: string): PipelineError =>
  new PipelineError(
    `${host} is a private or reserved address: it is not fetched. To allow it, add it to crawl.allowPrivateHosts as host:port`,
    { code: "SOURCE_FORBIDDEN", recovery: "dead-letter", details: { host } },
  );

const unresolved = (host: string, cause: unknown): PipelineError =>
  new PipelineError(`${host} has no address (DNS). Check the spelling of the URL and this machine's network`, {
    code: "SOURCE_UNREACHABLE",
    recovery: "retry",
    cause,
    details: { host },
  });

/** Decides which addresses may be connected to. One is asked at every connection, so a name that changes its address is caught. */
export interface AddressGuard {
  /** @throws {PipelineError} `SOURCE_FORBIDDEN` when the URL is neither http nor https, or its host is a private literal address. */
  checkUrl(url: URL): void;
  /**
   * The addresses of a host that may be connected to, at least one.
   * @throws {PipelineError} `SOURCE_FORBIDDEN` when every address is private, `SOURCE_UNREACHABLE` (retry) when the name has none.
   */
  addressesOf(host: string, port: number): Promise<readonly LookupAddress[]>;
  /** For `http.request`: resolves and checks in one step, so the checked address is the one that is connected to. */
  lookupFor(port: number): LookupFunction;
}

export const portOf = (url: URL): number =>
  url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);

/** A URL's host as a socket wants it: IPv6 without brackets. */
export const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");

export const addressGuard = (allowed: PrivateAllowance, resolve: Resolve): AddressGuard => {
  const mayReach = (host: string, port: number, address: string): boolean =>
    isPublicAddress(address) || allowed(host, port, address);

  const addressesOf = async (host: string, port: number): Promise<readonly LookupAddress[]> => {
    const family = isIP(host);
    const found =
      family !== 0
        ? [{ address: host, family }]
        : await resolve(host).catch((error: unknown) => {
            throw unresolved(host, error);
          });
    if (found.length === 0) throw unresolved(host, null);
    const open = found.filter(({ address }) => mayReach(host, port, address));
    if (open.length === 0) throw refusedAddress(host);
    return open;
  };

  return {
    checkUrl(url) {
      if (url.protocol !== "http:" && url.protocol !== "https:") {
        throw new PipelineError(`${url.protocol}// is not fetched: only http and https are`, {
          code: "SOURCE_FORBIDDEN",
          recovery: "dead-letter",
        });
      }
      const host = bareHost(url);
      if (isIP(host) !== 0 && !mayReach(host, portOf(url), host)) throw refusedAddress(url.host);
    },
    addressesOf,
    lookupFor: (port) => (hostname, options, callback) => {
      addressesOf(hostname, port).then(
        (open) => {
          const wanted = open.filter(
            ({ family }) => options.family === 0 || options.family === undefined || family === options.family,
          );
          const first = wanted[0] ?? open[0];
          if (options.all === true) callback(null, [...open]);
          else callback(null, first?.address ?? "", first?.family ?? 0);
        },
        (error: NodeJS.ErrnoException) => callback(error, "", 0),
      );
    },
  };
};
