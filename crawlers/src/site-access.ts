import type { CrawlerOptions } from "./crawler-port.ts";
import { allowPrivate } from "./fetch/address.ts";
import { addressGuard, resolveBySystem, type AddressGuard } from "./fetch/guard.ts";
import { httpClient, type HttpClient } from "./fetch/http.ts";
import { createPace, type Pace } from "./fetch/pace.ts";
import { createRobots, type Robots } from "./fetch/robots.ts";
import { defaultPolicy, type CrawlPolicy } from "./policy.ts";
import type { Source } from "./source.ts";

/** How this crawler reaches sites, for as long as it lives: what all rounds, targets and transports share. */
export interface SiteAccess {
  readonly policy: CrawlPolicy;
  readonly guard: AddressGuard;
  readonly http: HttpClient;
  readonly pace: Pace;
  readonly robots: Robots;
  /** robots.txt first, then our turn at the host. */
  polite(url: URL, source: Source<unknown>, signal: AbortSignal): Promise<void>;
}

export const siteAccess = (options: CrawlerOptions): SiteAccess => {
  const policy: CrawlPolicy = { ...defaultPolicy, ...options.policy };
  const guard = addressGuard(allowPrivate(policy.allowPrivateHosts), options.resolve ?? resolveBySystem);
  const http = httpClient(guard, policy.proxies[0] ?? null);
  const pace = createPace();
  const robots = createRobots({
    http,
    checkpoints: options.checkpoints,
    clock: options.clock,
    userAgent: policy.userAgent,
    productToken: policy.productToken,
    timeoutMs: policy.timeoutMs,
  });
  const intervalMs = (url: URL, source: Source<unknown>): number => {
    const told =
      policy.requestsPerMinute[url.host] ?? policy.requestsPerMinute[url.hostname] ?? source.requestsPerMinute;
    return told === Infinity ? 0 : 60_000 / told;
  };
  return {
    policy,
    guard,
    http,
    pace,
    robots,
    async polite(url, source, signal) {
      const asked = await robots.check(url, signal);
      await pace.turn(url.host, Math.max(asked, intervalMs(url, source)), signal);
    },
  };
};
