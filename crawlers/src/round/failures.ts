import { instantOf, isPipelineError, millisOf, PipelineError } from "@molva/contracts";
import type { CrawlerOptions } from "../crawler-port.ts";
import type { JobHandling } from "../crawl.ts";
import type { SiteAccess } from "../site-access.ts";
import type { CrawlJob } from "./active.ts";

export const stopped = (): PipelineError =>
  new PipelineError("the round was stopped", { code: "SOURCE_UNREACHABLE", recovery: "retry" });

/** Errors that are not the site's: the log behind us is full or away, so going on would only lose work. */
export const isFatal = (error: unknown): boolean =>
  !isPipelineError(error) ||
  error.recovery === "exit" ||
  error.code.startsWith("BUS_") ||
  error.code === "CONTRACT_VIOLATED";

/** What the round does when a page fails for good. */
interface Ends {
  readonly stop: AbortSignal;
  /** Ends the whole round. */
  die(error: unknown): void;
  /** The queue ended by itself, on Ctrl-C. */
  interrupted(): void;
  /** A page of the target is done, for better or worse. */
  settleLater(job: CrawlJob): void;
}

/** When a page is asked for again, and what its target learns when it is not. */
export const failureHandling = (
  { clock, log }: CrawlerOptions,
  { policy, pace }: SiteAccess,
  ends: Ends,
): JobHandling<CrawlJob> => ({
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
    if (error === undefined || error === null) ends.interrupted();
    if (ends.stop.aborted) return ends.settleLater(job);
    if (isFatal(error)) ends.die(error);
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
    ends.settleLater(job);
  },
});
