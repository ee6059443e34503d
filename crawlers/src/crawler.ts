import { instantOf, isPipelineError, millisOf, PipelineError, type Instant, type TargetHealth } from "@molva/contracts";
import { runBrowserQueue, runHttpQueue, type Job, type JobHandling, type RenderedPage } from "./crawl.ts";
import type { Crawler, CrawlerOptions, RoundOptions, TargetReport } from "./crawler-port.ts";
import { allowPrivate } from "./fetch/address.ts";
import { assertUsable } from "./fetch/answer.ts";
import { withCredentials } from "./fetch/credentials.ts";
import { addressGuard, bareHost, portOf, refusedAddress, resolveBySystem } from "./fetch/guard.ts";
import { httpClient, type Answer, type Cookies } from "./fetch/http.ts";
import { chromiumArguments } from "./fetch/chromium.ts";
import { createPace } from "./fetch/pace.ts";
import { startBrowserProxy, type BrowserProxy } from "./fetch/proxy.ts";
import { createRobots } from "./fetch/robots.ts";
import { defaultPolicy, type CrawlPolicy } from "./policy.ts";
import { healthKey, nextHealth, readHealth } from "./round/health.ts";
import { createLedger, pageKey, validatorsOf, type KeptPage } from "./round/ledger.ts";
import { bodyHash, createTargetRound, type TargetRound } from "./round/target-round.ts";
import { runPhases } from "./round/phases.ts";
import { crawlTargets, type CrawlTarget } from "./round/target.ts";
import type { Page, PageRequest, Source } from "./source.ts";

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

    /** Of failed pages, for whose targets the queues do not wait. */
    const settling: Promise<void>[] = [];

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
        if (stop.aborted) return void settling.push(settle(job.round));
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
        settling.push(settle(job.round));
      },
    };

    const visitHttp = async (job: CrawlJob, cookies: Cookies): Promise<readonly CrawlJob[]> => {
      const kept = await job.round.ledger.page(job.request);
      const answer = await http.fetch(withCredentials(job.request, job.round.target.source, options.credentials), {
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
          `${url.host}: the page is larger than ${policy.maxBytes} bytes; raise crawl.maxPageMegabytes if that is meant`,
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
      try {
        const requests = source.start(target, {
          since: await active.ledger.since(),
          credentials: options.credentials ?? {},
        });
        first.push(...enqueue(active, requests, null));
      } catch (error) {
        // A credential that is missing is this target's trouble and nobody else's.
        if (!isPipelineError(error) || isFatal(error)) throw error;
        active.pages.fail(error);
        await finish(active);
      }
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
    await Promise.all(settling);
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
