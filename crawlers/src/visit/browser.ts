import { isPipelineError, PipelineError } from "@molva/contracts";
import { runBrowserQueue, type JobHandling, type RenderedPage } from "../crawl.ts";
import type { CrawlerOptions } from "../crawler-port.ts";
import { chromiumArguments } from "../fetch/chromium.ts";
import { namesCredentials } from "../fetch/credentials.ts";
import { bareHost, portOf, refusedAddress } from "../fetch/guard.ts";
import { startBrowserProxy, type BrowserProxy } from "../fetch/proxy.ts";
import type { CrawlJob } from "../round/active.ts";
import type { SiteAccess } from "../site-access.ts";
import type { ReadAnswer } from "./http.ts";

const browserMissing = (): PipelineError =>
  new PipelineError("this target needs a browser and none was found. Install Chromium, or name one in MOLVA_CHROMIUM", {
    code: "BROWSER_MISSING",
    recovery: "dead-letter",
  });

/** A page's scripts and frames would send a credential to whoever they ask. */
const noCredentials = (source: string): PipelineError =>
  new PipelineError(`${source}: a page that a browser opens is given no credential. Read it over HTTP`, {
    code: "CONFIG_INVALID",
    recovery: "dead-letter",
  });

/** Chromium's own errors, in our words. */
const browserFailures = (proxy: BrowserProxy, handling: JobHandling<CrawlJob>): JobHandling<CrawlJob> => {
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

/** Pages that need their scripts run: one Chromium for all of them, whose only way out is our proxy. */
export const browserPhase =
  (
    { browserPath }: CrawlerOptions,
    { guard, policy, polite, robots }: SiteAccess,
    { stop, handling, read }: { stop: AbortSignal; handling: JobHandling<CrawlJob>; read: ReadAnswer },
  ) =>
  async (all: readonly CrawlJob[]): Promise<void> => {
    const jobs = all.filter((job) => {
      const { source } = job.round.target;
      if (!namesCredentials(job.request, source)) return true;
      handling.failed(job, noCredentials(source.id));
      return false;
    });
    if (browserPath === null) for (const job of jobs) handling.failed(job, browserMissing());
    if (browserPath === null || jobs.length === 0) return;
    const visit = async (job: CrawlJob, page: RenderedPage): Promise<readonly CrawlJob[]> => {
      const url = new URL(page.finalUrl);
      if (page.headers["x-molva-refused"] !== undefined) throw refusedAddress(url.host);
      if (page.body.length > policy.maxBytes) {
        throw new PipelineError(
          `${url.host}: the page is larger than ${policy.maxBytes} bytes; raise crawl.maxPageMegabytes if that is meant`,
          { code: "SOURCE_UNREACHABLE", recovery: "dead-letter" },
        );
      }
      if (url.href !== job.request.url) await robots.check(url, stop);
      return read(job, page, await job.round.ledger.page(job.request));
    };
    const proxy = await startBrowserProxy(guard, policy.maxBytes * 4, policy.proxies[0] ?? null);
    try {
      await runBrowserQueue(
        jobs,
        {
          ...browserFailures(proxy, handling),
          async before(job) {
            const { source } = job.round.target;
            const url = new URL(job.request.url);
            guard.checkUrl(url);
            await guard.addressesOf(bareHost(url), portOf(url));
            await polite(url, source, stop);
          },
          visit,
        },
        { concurrency: policy.browserPages, retries: policy.retries, signal: stop },
        {
          executablePath: browserPath,
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
