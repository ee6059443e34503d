import { totalmem } from "node:os";
import {
  BasicCrawler,
  Configuration,
  LocalEventManager,
  Log,
  LogLevel,
  ProxyConfiguration,
  type Session,
} from "@crawlee/basic";
import type { Cookies, Visitor } from "./fetch/http.ts";
import type { PageRequest } from "./source.ts";

/** One page that waits in the queue. `key` is unique in a round. */
export interface Job {
  readonly key: string;
  readonly request: PageRequest;
}

/** What a queue does with its jobs; all failures end in `failed`, so a queue itself fails only by a bug. */
export interface JobHandling<J extends Job> {
  /** Milliseconds to wait before another attempt; null: do not try again. */
  retryDelay(job: J, error: unknown, attempt: number): number | null;
  /** Called once for a job that will not be tried again. */
  failed(job: J, error: unknown): void;
}

export interface HttpHandling<J extends Job> extends JobHandling<J> {
  /** Fetches and reads one page; returns the jobs that it leads to. */
  visit(job: J, visitor: Visitor): Promise<readonly J[]>;
}

export interface QueueLimits {
  /** Pages at a time. */
  readonly concurrency: number;
  /** Attempts after the first. */
  readonly retries: number;
  readonly signal: AbortSignal;
}

export interface RenderedPage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly finalUrl: string;
  readonly body: Uint8Array;
}

export interface BrowserHandling<J extends Job> extends JobHandling<J> {
  /** Before a page is opened: robots.txt, addresses, politeness. Throws to refuse. */
  before(job: J): Promise<void>;
  visit(job: J, page: RenderedPage): Promise<readonly J[]>;
}

export interface BrowserSettings {
  readonly executablePath: string;
  readonly args: readonly string[];
  readonly proxy: { readonly server: string; readonly username: string; readonly password: string };
  readonly userAgent: string;
  /** Milliseconds for opening a page; another such time for its scripts. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Crawlee asks `ps` for its memory every second; we read our own. */
const ownLoad = (config: Configuration): LocalEventManager =>
  Object.assign(new LocalEventManager(config), {
    getMemoryInfo: async () => ({
      totalBytes: totalmem(),
      mainProcessBytes: process.memoryUsage.rss(),
      childProcessesBytes: 0,
    }),
  });

/** Everything in memory, nothing printed, no file, no process: each queue has its own, so none sees another's. */
const quietConfiguration = (): Configuration => {
  const config = new Configuration({
    persistStorage: false,
    purgeOnStart: false,
    systemInfoV2: false,
    containerized: false,
    memoryMbytes: Math.floor(totalmem() / 2 / 1_048_576),
    storageClientOptions: { persistStorage: false, writeMetadata: false },
  });
  config.useEventManager(ownLoad(config));
  return config;
};

const silentLog = (): Log => new Log({ level: LogLevel.OFF });

const cookiesOf = (session: Session | undefined): Cookies => ({
  read: (url) => session?.getCookieString(url) ?? "",
  write(url, setCookie) {
    session?.setCookiesFromResponse({ headers: { "set-cookie": [...setCookie] }, url });
  },
});

const crawleeRequest = (job: Job): { url: string; uniqueKey: string } => ({ url: job.request.url, uniqueKey: job.key });

/** The half that both crawlers share: jobs by key, work in flight, retries by our rules, an orderly stop. */
const bookkeeping = <J extends Job>(first: readonly J[], handling: JobHandling<J>, limits: QueueLimits) => {
  const jobs = new Map(first.map((job) => [job.key, job]));
  const inFlight = new Set<Promise<unknown>>();
  const ended = new Set<string>();

  const give = (job: J, error: unknown): void => {
    if (ended.has(job.key)) return;
    ended.add(job.key);
    handling.failed(job, error);
  };

  return {
    jobOf: (uniqueKey: string): J => jobs.get(uniqueKey) as J,
    /** Counts the work as running until it settles. */
    async track<T>(work: () => Promise<T>): Promise<T> {
      const running = work();
      inFlight.add(running);
      try {
        return await running;
      } finally {
        inFlight.delete(running);
      }
    },
    succeeded(uniqueKey: string, next: readonly J[]): void {
      ended.add(uniqueKey);
      for (const job of next) jobs.set(job.key, job);
    },
    /** Asked by Crawlee before it queues a failed job again. */
    judge(request: { uniqueKey: string; retryCount: number; noRetry: boolean }, error: unknown): void {
      const again = limits.signal.aborted
        ? null
        : handling.retryDelay(jobs.get(request.uniqueKey) as J, error, request.retryCount + 1);
      if (again === null) request.noRetry = true;
    },
    failed: (uniqueKey: string, error: unknown): void => give(jobs.get(uniqueKey) as J, error),
    /** Resolves when nothing runs any more, also when Crawlee gave up waiting; what never had its turn fails by the reason. */
    async end(reason: unknown): Promise<void> {
      while (inFlight.size > 0) await Promise.allSettled(inFlight);
      for (const job of jobs.values()) give(job, reason);
    },
  };
};

const common = (limits: QueueLimits) => ({
  log: silentLog(),
  maxRequestRetries: limits.retries,
  minConcurrency: 1,
  maxConcurrency: limits.concurrency,
  // A job waits for its turn at the host inside its handler; what is slow on the wire has limits of its own.
  requestHandlerTimeoutSecs: 86_400,
  autoscaledPoolOptions: {
    desiredConcurrency: limits.concurrency,
    maybeRunIntervalSecs: 0.05,
    autoscaleIntervalSecs: 2,
    loggingIntervalSecs: null,
  },
  statisticsOptions: { saveErrorSnapshots: false, logIntervalSecs: 86_400, persistenceOptions: { enable: false } },
  statusMessageLoggingInterval: 86_400,
});

/** Runs the crawler until its queue is empty or the signal fires, and until all it started has ended. */
const runToEnd = async (
  crawler: Pick<BasicCrawler, "run" | "stop">,
  first: readonly Job[],
  signal: AbortSignal,
  end: (reason: unknown) => Promise<void>,
): Promise<void> => {
  const stop = (): void => crawler.stop();
  signal.addEventListener("abort", stop, { once: true });
  let reason: unknown = null;
  try {
    if (!signal.aborted) await crawler.run(first.map(crawleeRequest));
  } catch (error) {
    // A browser that does not start ends the whole queue: every job that waits fails by it.
    reason = error;
  } finally {
    signal.removeEventListener("abort", stop);
    await end(reason ?? signal.reason);
  }
};

/** Works through pages that plain HTTP fetches. */
export const runHttpQueue = async <J extends Job>(
  first: readonly J[],
  handling: HttpHandling<J>,
  limits: QueueLimits & { readonly proxies: readonly string[] },
): Promise<void> => {
  const proxies = limits.proxies.length === 0 ? null : new ProxyConfiguration({ proxyUrls: [...limits.proxies] });
  const book = bookkeeping(first, handling, limits);
  const crawler = new BasicCrawler(
    {
      ...common(limits),
      useSessionPool: true,
      // One session is one visitor: a crawler that is refused does not come back as somebody else.
      sessionPoolOptions: { maxPoolSize: 1, persistenceOptions: { enable: false }, blockedStatusCodes: [] },
      async requestHandler({ request, session }) {
        // A session keeps its way out: who asks does not change between two pages.
        const proxyUrl = (await proxies?.newUrl(session?.id ?? "only")) ?? null;
        const visitor = { cookies: cookiesOf(session), proxyUrl };
        const next = await book.track(() => handling.visit(book.jobOf(request.uniqueKey), visitor));
        book.succeeded(request.uniqueKey, next);
        if (next.length > 0) await crawler.addRequests(next.map(crawleeRequest));
      },
      errorHandler: ({ request }, error) => book.judge(request, error),
      failedRequestHandler: ({ request }, error) => book.failed(request.uniqueKey, error),
    },
    quietConfiguration(),
  );
  await runToEnd(crawler, first, limits.signal, book.end);
};

/** What a page of text needs no picture for. */
const HEAVY = new Set(["image", "media", "font"]);

/** Works through pages that need their scripts run, in one headless Chromium that is closed at the end. */
export const runBrowserQueue = async <J extends Job>(
  first: readonly J[],
  handling: BrowserHandling<J>,
  limits: QueueLimits,
  settings: BrowserSettings,
): Promise<void> => {
  // Loaded only where a target needs it: most installations never do.
  const [{ PlaywrightCrawler }, { chromium }] = await Promise.all([
    import("@crawlee/playwright"),
    import("playwright"),
  ]);
  const book = bookkeeping(first, handling, limits);
  const crawler = new PlaywrightCrawler(
    {
      ...common(limits),
      useSessionPool: false,
      persistCookiesPerSession: false,
      navigationTimeoutSecs: 86_400,
      headless: true,
      // We say who we are; a made-up fingerprint would be a disguise.
      browserPoolOptions: { useFingerprints: false, operationTimeoutSecs: 60 },
      launchContext: {
        launcher: chromium,
        useIncognitoPages: true,
        userAgent: settings.userAgent,
        launchOptions: {
          executablePath: settings.executablePath,
          args: [...settings.args],
          proxy: settings.proxy,
          timeout: 60_000,
        },
      },
      preNavigationHooks: [
        async ({ page, request }, goto) => {
          const job = book.jobOf(request.uniqueKey);
          await book.track(async () => {
            await handling.before(job);
            await page.setExtraHTTPHeaders({ ...job.request.headers });
            await page.route("**/*", (route) =>
              HEAVY.has(route.request().resourceType()) || !/^(?:https?|data|blob):/i.test(route.request().url())
                ? route.abort("blockedbyclient")
                : route.continue(),
            );
          });
          Object.assign(goto ?? {}, { timeout: settings.timeoutMs, waitUntil: "domcontentloaded" });
        },
      ],
      async requestHandler({ page, request, response }) {
        const job = book.jobOf(request.uniqueKey);
        const next = await book.track(async () => {
          const { waitFor } = job.request;
          const timeout = Math.min(settings.timeoutMs, waitFor === null ? 5000 : settings.timeoutMs);
          // What does not come in time is judged by what stands there: the source says whether that is its page.
          const settled =
            waitFor === null
              ? page.waitForLoadState("networkidle", { timeout })
              : page.waitForSelector(waitFor, { timeout, state: "attached" });
          await settled.catch(() => undefined);
          const headers = response === undefined ? {} : await response.allHeaders();
          const html = /html/i.test(headers["content-type"] ?? "text/html");
          const body = html
            ? Buffer.from(await page.content())
            : await (response as NonNullable<typeof response>).body();
          return handling.visit(job, {
            status: response?.status() ?? 0,
            headers: html ? { ...headers, "content-type": "text/html; charset=utf-8" } : headers,
            finalUrl: page.url(),
            body: body.subarray(0, settings.maxBytes + 1),
          });
        });
        book.succeeded(request.uniqueKey, next);
        if (next.length > 0) await crawler.addRequests(next.map(crawleeRequest));
      },
      errorHandler: ({ request }, error) => book.judge(request, error),
      failedRequestHandler: ({ request }, error) => book.failed(request.uniqueKey, error),
    },
    quietConfiguration(),
  );
  await runToEnd(crawler, first, limits.signal, book.end);
};
