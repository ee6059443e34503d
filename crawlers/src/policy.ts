/** How we behave on other people's sites. */
export interface CrawlPolicy {
  /** Sent with every request; a person can find out who we are from it. */
  readonly userAgent: string;
  /** The name by which robots.txt files may address us. */
  readonly productToken: string;
  /** Of one page, decompressed. */
  readonly maxBytes: number;
  /** Milliseconds for one answer, headers and body. */
  readonly timeoutMs: number;
  readonly maxRedirects: number;
  /** Of one target in one round. */
  readonly maxPages: number;
  /** Hosts at a time. */
  readonly concurrency: number;
  /** Pages of one host at a time; its interval holds all the same. */
  readonly concurrencyPerHost: number;
  /** Browser pages at a time. */
  readonly browserPages: number;
  /** Attempts after the first, for what may pass. */
  readonly retries: number;
  /** Milliseconds before the second attempt; doubles each time. */
  readonly retryDelayMs: number;
  /** A longer `Retry-After` ends the round at that host. Milliseconds. */
  readonly longestWaitMs: number;
  /** `host` or `host:port` → requests a minute; `Infinity` for a site of one's own. Others: what their source says. */
  readonly requestsPerMinute: Readonly<Record<string, number>>;
  /** `host:port`, `host` or a CIDR block: private addresses that may be fetched. */
  readonly allowPrivateHosts: readonly string[];
  /** The zone of dates without one, whatever the brands say; null: each brand's. */
  readonly zone: string | null;
  /** Milliseconds between two rounds of a target that asks for nothing else; by source where that differs. */
  readonly every: number;
  readonly everyOfSource: Readonly<Record<string, number>>;
  /** Ways out, `http://host:port`. Each host is visited through one of them, for as long as a session lasts; none: straight. */
  readonly proxies: readonly string[];
}

export const defaultPolicy: CrawlPolicy = {
  userAgent: "Molva/0.1 (review monitoring; respects robots.txt)",
  productToken: "Molva",
  maxBytes: 10 * 1_048_576,
  timeoutMs: 30_000,
  maxRedirects: 5,
  maxPages: 50,
  concurrency: 8,
  concurrencyPerHost: 2,
  browserPages: 2,
  retries: 2,
  retryDelayMs: 2000,
  longestWaitMs: 30_000,
  requestsPerMinute: {},
  allowPrivateHosts: [],
  zone: null,
  every: 15 * 60_000,
  everyOfSource: {},
  proxies: [],
};
