import {
  instantOf,
  isPipelineError,
  millisOf,
  PipelineError,
  type Brand,
  type Checkpoints,
  type Clock,
  type Instant,
  type Lane,
  type Log,
  type Observation,
  type TargetHealth,
} from "@molva/contracts";
import { runBrowserQueue, runHttpQueue, type Job, type JobHandling, type RenderedPage } from "./crawl.ts";
import { allowPrivate } from "./fetch/address.ts";
import { assertUsable } from "./fetch/answer.ts";
import { addressGuard, bareHost, portOf, refusedAddress, resolveBySystem, type Resolve } from "./fetch/guard.ts";
import { httpClient, type Answer, type Cookies } from "./fetch/http.ts";
import { createPace } from "./fetch/pace.ts";
import { startBrowserProxy, type BrowserProxy } from "./fetch/proxy.ts";
import { createRobots } from "./fetch/robots.ts";
import { defaultPolicy, type CrawlPolicy } from "./policy.ts";
import { healthKey, nextHealth, readHealth, type Counts } from "./round/health.ts";
import { createLedger, pageKey, validatorsOf, type KeptPage } from "./round/ledger.ts";
import { bodyHash, createTargetRound, type TargetRound } from "./round/target-round.ts";
import { crawlTargets, type CrawlTarget } from "./round/target.ts";
import type { Page, PageRequest, PublicRating, Source } from "./source.ts";

export interface CrawlerOptions {
  readonly sources: readonly Source<unknown>[];
  /** Resolves once the observations would survive a crash; the cursor moves only then. */
  readonly publish: (observations: readonly Observation[], lane: Lane) => Promise<void>;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly log: Log;
  /** Keyed hash of an author's name: 32 hex digits. */
  readonly hashAuthor: (name: string) => string;
  /** Whether the brand's query finds the text. Asked for targets with `match: "query"` only. */
  readonly matchesBrand: (brand: Brand, text: string) => boolean;
  /** A Chromium; null: targets that need one fail with `BROWSER_MISSING`, all others go on. */
  readonly browserPath: string | null;
  /** Secrets by name, for the sources that ask for them. */
  readonly credentials?: Readonly<Record<string, string>>;
  readonly policy?: Partial<CrawlPolicy>;
  /** How names become addresses; the system's way when left out. */
  readonly resolve?: Resolve;
}

export interface RoundOptions {
  readonly brands: readonly Brand[];
  readonly only?: { readonly brand?: string; readonly source?: string };
  readonly signal?: AbortSignal;
  /** Called after every page and at the end of every target. */
  readonly onProgress?: (progress: CrawlProgress) => void;
}

/** What a round did at one target. Its counts stand in `health`, which is also saved. */
export interface TargetReport {
  readonly health: TargetHealth;
  readonly publicRating: PublicRating | null;
  readonly error: PipelineError | null;
  /** `waiting`: the site asked for a pause that is not over; `stopped`: the signal fired first. Neither changes the health. */
  readonly outcome: "done" | "waiting" | "stopped";
}

export interface CrawlProgress extends Counts {
  readonly target: string;
  readonly source: string;
  readonly title: string;
  /** Null until the target is done. */
  readonly report: TargetReport | null;
}

export interface Crawler {
  /**
   * Crawls every target of the brands once, or those that `only` names. Failures of a target are in its report.
   * @throws {PipelineError} `CONFIG_INVALID` for an unknown source or wrong options; what `publish` throws, after an orderly stop.
   */
  crawlRound(options: RoundOptions): Promise<readonly TargetReport[]>;
  /** Ends the round that runs, then lets go of connections. */
  close(): Promise<void>;
}

interface CrawlJob extends Job {
  readonly round: ActiveRound;
}

/** A target in this round, and what is still to do for it. */
interface ActiveRound {
  readonly pages: TargetRound;
  readonly target: CrawlTarget;
  readonly ledger: ReturnType<typeof createLedger>;
  readonly before: TargetHealth;
  readonly queued: Set<string>;
  pending: number;
  report: TargetReport | null;
  notBefore: Instant | null;
}

const stopped = (): PipelineError =>
  new PipelineError("the round was stopped", { code: "SOURCE_UNREACHABLE", recovery: "retry" });

const browserMissing = (): PipelineError =>
  new PipelineError("this target needs a browser and none was found. Install Chromium, or name one in MOLVA_CHROMIUM", {
    code: "BROWSER_MISSING",
    recovery: "dead-letter",
  });

/** Errors that are not the site's: the log behind us is full or away, so going on would only lose work. */
const isFatal = (error: unknown): boolean =>
  !isPipelineError(error) ||
  error.recovery === "exit" ||
  error.code.startsWith("BUS_") ||
  error.code === "CONTRACT_VIOLATED";

const chromiumArguments = (): readonly string[] => [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
  // Chromium refuses to run its sandbox as root; containers often are.
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

export const createCrawler = (options: CrawlerOptions): Crawler => {
  const policy: CrawlPolicy = { ...defaultPolicy, ...options.policy };
  const { checkpoints, clock, log } = options;
  const guard = addressGuard(allowPrivate(policy.allowPrivateHosts), options.resolve ?? resolveBySystem);
  const http = httpClient(guard);
  const pace = createPace();
  const robots = createRobots({
    http,
    checkpoints,
    clock,
    userAgent: policy.userAgent,
    productToken: policy.productToken,
    timeoutMs: policy.timeoutMs,
  });
  const closing = new AbortController();
  let running: Promise<unknown> = Promise.resolve();

  const intervalMs = (url: URL, source: Source<unknown>): number => {
    const told =
      policy.requestsPerMinute[url.host] ?? policy.requestsPerMinute[url.hostname] ?? source.requestsPerMinute;
    return told === Infinity ? 0 : 60_000 / told;
  };

  /** robots.txt first, then our turn at the host. */
  const polite = async (url: URL, source: Source<unknown>, signal: AbortSignal): Promise<void> => {
    const asked = await robots.check(url, signal);
    await pace.turn(url.host, Math.max(asked, intervalMs(url, source)), signal);
  };

  const roundOf = async (round: RoundOptions, signal: AbortSignal): Promise<readonly TargetReport[]> => {
    const fatal = new AbortController();
    const stop = AbortSignal.any([signal, fatal.signal]);
    let reason: unknown = null;

    const chosen = round.brands.filter(({ id }) => round.only?.brand === undefined || id === round.only.brand);
    const targets = crawlTargets(chosen, options.sources).filter(
      ({ source }) => round.only?.source === undefined || source.id === round.only.source,
    );

    const tell = (active: ActiveRound, outcome: TargetReport["outcome"], health: TargetHealth): void => {
      const { error, publicRating } = active.pages.result();
      active.report = { health, publicRating, error, outcome };
      progress(active);
    };

    const progress = ({ target, pages, report }: ActiveRound): void =>
      round.onProgress?.({
        target: target.key,
        source: target.source.id,
        title: target.title,
        ...pages.result().counts,
        report,
      });

    const activate = async (target: CrawlTarget): Promise<ActiveRound> => {
      const ledger = createLedger(checkpoints, target.key);
      const pages = createTargetRound(target, {
        ledger,
        publish: options.publish,
        hashAuthor: options.hashAuthor,
        matchesBrand: options.matchesBrand,
        zone: policy.zone,
      });
      return {
        pages,
        target,
        ledger,
        before: await readHealth(checkpoints, target),
        queued: new Set(),
        pending: 0,
        report: null,
        notBefore: null,
      };
    };

    const finish = async (active: ActiveRound): Promise<void> => {
      if (stop.aborted) return tell(active, "stopped", active.before);
      const at = clock();
      await active.pages.finish(at);
      const { counts, error } = active.pages.result();
      const health = nextHealth(active.before, {
        target: active.target,
        at,
        counts,
        error,
        notBefore: active.notBefore,
      });
      await checkpoints.write({ [healthKey(active.target.key)]: health });
      log.info("crawl.target", {
        source: health.source,
        target: health.target,
        state: health.state,
        ...counts,
        code: health.errorCode,
      });
      tell(active, "done", health);
    };

    const die = (error: unknown): void => {
      reason ??= error;
      fatal.abort(error);
    };

    const settle = async (active: ActiveRound): Promise<void> => {
      active.pending--;
      if (active.pending > 0 || active.report !== null) return;
      await finish(active).catch(die);
    };

    /** Pages to go to, once each and up to the limit; only on the site that led there. */
    const enqueue = (
      active: ActiveRound,
      requests: readonly PageRequest[],
      hosts: readonly string[] | null,
    ): readonly CrawlJob[] => {
      const limit = Math.min(policy.maxPages, active.target.source.pageLimit(active.target.options));
      return requests.flatMap((request) => {
        const key = `${active.target.key}/${pageKey(request)}`;
        if (active.queued.has(key)) return [];
        if (hosts !== null && !hosts.includes(new URL(request.url).host)) {
          active.pages.cutShort();
          log.warn("crawl.foreign-next", { source: active.target.source.id, target: active.target.key });
          return [];
        }
        if (active.queued.size >= limit) {
          active.pages.cutShort();
          return [];
        }
        active.queued.add(key);
        active.pending++;
        return [{ key, request, round: active }];
      });
    };

    const deferred: CrawlJob[] = [];
    /** Jobs for this transport; those for the other one wait for their own queue. */
    const sameTransport = (job: CrawlJob, next: readonly CrawlJob[]): readonly CrawlJob[] => {
      deferred.push(...next.filter(({ request }) => request.transport !== job.request.transport));
      return next.filter(({ request }) => request.transport === job.request.transport);
    };

    const read = async (job: CrawlJob, answer: Answer, kept: KeptPage | null): Promise<readonly CrawlJob[]> => {
      const { pages } = job.round;
      const page: Page = { ...answer, request: job.request, fetchedAt: clock() };
      const usable = pages.usable(kept) ? kept : null;
      const unchanged = usable !== null && (answer.status === 304 || usable.bodyHash === bodyHash(page));
      if (!unchanged) assertUsable(answer, millisOf(page.fetchedAt));
      const next = unchanged ? pages.takeUnchanged(usable) : await pages.take(page, kept);
      const hosts = [new URL(job.request.url).host, new URL(answer.finalUrl).host];
      const jobs = sameTransport(job, enqueue(job.round, next, hosts));
      progress(job.round);
      await settle(job.round);
      return jobs;
    };

    const handling: JobHandling<CrawlJob> = {
      retryDelay(job, error, attempt) {
        if (isFatal(error)) return null;
        const { code, recovery, retryAfterMs } = error as PipelineError;
        if (recovery !== "retry") return null;
        const delay = Math.max(retryAfterMs ?? 0, policy.retryDelayMs * 2 ** (attempt - 1));
        const { host } = new URL(job.request.url);
        if (delay > policy.longestWaitMs) return null;
        pace.pause(host, delay);
        log.debug("crawl.again", { source: job.round.target.source.id, host, code, attempt });
        return delay;
      },
      failed(job, error) {
        // No reason: Crawlee ended the queue by itself, on Ctrl-C.
        if (error === undefined || error === null) fatal.abort(stopped());
        if (stop.aborted) return void settle(job.round);
        if (isFatal(error)) die(error);
        const known = isPipelineError(error) ? error : stopped();
        if (known.code === "SOURCE_THROTTLED" || known.retryAfterMs !== null) {
          const at = instantOf(millisOf(clock()) + Math.max(known.retryAfterMs ?? 0, 60_000));
          if (job.round.notBefore === null || at > job.round.notBefore) job.round.notBefore = at;
        }
        log.warn("crawl.page-failed", {
          source: job.round.target.source.id,
          target: job.round.target.key,
          code: known.code,
          message: known.message,
        });
        job.round.pages.fail(known);
        void settle(job.round);
      },
    };

    const visitHttp = async (job: CrawlJob, cookies: Cookies): Promise<readonly CrawlJob[]> => {
      const kept = await job.round.ledger.page(job.request);
      const answer = await http.fetch(job.request, {
        limits: policy,
        userAgent: policy.userAgent,
        signal: stop,
        headers: job.round.pages.usable(kept) ? validatorsOf(kept) : {},
        cookies,
        beforeHop: (url) => polite(url, job.round.target.source, stop),
      });
      return read(job, answer, kept);
    };

    const browserJobs = async (jobs: readonly CrawlJob[]): Promise<void> => {
      if (options.browserPath === null) {
        for (const job of jobs) handling.failed(job, browserMissing());
        return;
      }
      const proxy: BrowserProxy = await startBrowserProxy(guard, policy.maxBytes * 4);
      try {
        await runBrowserQueue(
          jobs,
          {
            ...browserFailures(proxy),
            async before(job) {
              const url = new URL(job.request.url);
              guard.checkUrl(url);
              await guard.addressesOf(bareHost(url), portOf(url));
              await polite(url, job.round.target.source, stop);
            },
            visit: (job, page) => visitBrowser(job, page),
          },
          { concurrency: policy.browserPages, retries: policy.retries, signal: stop },
          {
            executablePath: options.browserPath,
            args: chromiumArguments(),
            proxy,
            userAgent: policy.userAgent,
            timeoutMs: policy.timeoutMs,
            maxBytes: policy.maxBytes,
          },
        );
      } finally {
        await proxy.close();
      }
    };

    const visitBrowser = async (job: CrawlJob, page: RenderedPage): Promise<readonly CrawlJob[]> => {
      const url = new URL(page.finalUrl);
      if (page.headers["x-molva-refused"] !== undefined) throw refusedAddress(url.host);
      if (page.body.length > policy.maxBytes) {
        throw new PipelineError(
          `${url.host}: the page is larger than ${policy.maxBytes} bytes; raise crawl.maxBytes if that is meant`,
          {
            code: "SOURCE_UNREACHABLE",
            recovery: "dead-letter",
          },
        );
      }
      if (url.href !== job.request.url) await robots.check(url, stop);
      return read(job, page, await job.round.ledger.page(job.request));
    };

    /** Chromium's own errors, in our words. */
    const browserFailures = (proxy: BrowserProxy): JobHandling<CrawlJob> => {
      const told = (job: CrawlJob, error: unknown): unknown => {
        if (isPipelineError(error) || !(error instanceof Error)) return error;
        const host = new URL(job.request.url).host;
        const code = /net::(ERR_[A-Z_]+)/.exec(error.message)?.[1] ?? error.name;
        const refused = proxy.takeRefused()[0];
        if (refused !== undefined && code === "ERR_TUNNEL_CONNECTION_FAILED") return refusedAddress(refused);
        const launch = /launch|executable/i.test(error.message) && !code.startsWith("ERR_");
        return launch
          ? new PipelineError(
              `the browser did not start: ${error.message.split("\n")[0]?.slice(0, 200) ?? ""}. Run doctor`,
              { code: "BROWSER_MISSING", recovery: "dead-letter", cause: error },
            )
          : new PipelineError(`${host}: the browser could not open the page (${code})`, {
              code: "SOURCE_UNREACHABLE",
              recovery: "retry",
              cause: error,
            });
      };
      return {
        retryDelay: (job, error, attempt) => handling.retryDelay(job, told(job, error), attempt),
        failed: (job, error) => handling.failed(job, told(job, error)),
      };
    };

    const actives = await Promise.all(targets.map(activate));
    const now = clock();
    const first: CrawlJob[] = [];
    for (const active of actives) {
      // A person who names what to crawl means now; the schedule waits as the site asked.
      const waits =
        active.before.nextAttemptAt !== null && active.before.nextAttemptAt > now && round.only === undefined;
      if (waits) {
        tell(active, "waiting", active.before);
        continue;
      }
      const { source, options: target } = active.target;
      const requests = source.start(target, {
        since: await active.ledger.since(),
        credentials: options.credentials ?? {},
      });
      first.push(...enqueue(active, requests, null));
    }
    await runPhases(first, deferred, stop, {
      http: (jobs) =>
        runHttpQueue(
          jobs,
          { ...handling, visit: visitHttp },
          { concurrency: policy.concurrencyPerHost, retries: policy.retries, signal: stop },
        ),
      browser: browserJobs,
      hosts: policy.concurrency,
    });
    for (const active of actives) if (active.report === null) tell(active, "stopped", active.before);
    if (reason !== null) throw reason;
    return actives.map(({ report }) => report as TargetReport);
  };

  return {
    crawlRound(round) {
      const signal = AbortSignal.any([closing.signal, ...(round.signal === undefined ? [] : [round.signal])]);
      // One round at a time: two would crawl the same pages side by side.
      const next = running.then(() => roundOf(round, signal));
      running = next.catch(() => undefined);
      return next;
    },
    async close() {
      closing.abort();
      await running;
      http.close();
    },
  };
};

/** Each host has its own queue, so that a slow or sick one stands before nobody; browser pages share one browser. */
const runPhases = async (
  first: readonly CrawlJob[],
  deferred: CrawlJob[],
  signal: AbortSignal,
  run: {
    http(jobs: readonly CrawlJob[]): Promise<void>;
    browser(jobs: readonly CrawlJob[]): Promise<void>;
    readonly hosts: number;
  },
): Promise<void> => {
  let jobs = first;
  while (jobs.length > 0) {
    const plain = jobs.filter(({ request }) => request.transport === "http");
    const rendered = jobs.filter(({ request }) => request.transport === "browser");
    const groups = new Map<string, CrawlJob[]>();
    for (const job of plain) {
      const { host } = new URL(job.request.url);
      groups.set(host, [...(groups.get(host) ?? []), job]);
    }
    const byHost = [...groups.values()];
    const lanes = Array.from({ length: Math.min(run.hosts, byHost.length) }, async () => {
      for (let group = byHost.shift(); group !== undefined; group = byHost.shift()) await run.http(group);
    });
    await Promise.all([...lanes, ...(rendered.length > 0 ? [run.browser(rendered)] : [])]);
    jobs = signal.aborted ? [] : deferred.splice(0);
  }
};
