import { isPipelineError, millisOf, type PipelineError } from "@molva/contracts";
import { runHttpQueue } from "../crawl.ts";
import type { CrawlerOptions, RoundOptions, TargetReport } from "../crawler-port.ts";
import { assertUsable } from "../fetch/answer.ts";
import type { SiteAccess } from "../site-access.ts";
import type { Page } from "../source.ts";
import { browserPhase } from "../visit/browser.ts";
import { httpVisit, type ReadAnswer } from "../visit/http.ts";
import { activeTargets, type ActiveTarget, type CrawlJob } from "./active.ts";
import { failureHandling, isFatal, stopped } from "./failures.ts";
import { forgetOtherTargets } from "./health.ts";
import { runPhases } from "./phases.ts";
import { bodyHash } from "./target-round.ts";
import { crawlTargets } from "./target.ts";

/** A page that puzzles its source is kept for repair; that it could not be kept is no reason to fail. */
const keepForRepair = async (options: CrawlerOptions, job: CrawlJob, page: Page, error: PipelineError) => {
  const { target } = job.round;
  try {
    await options.keepPage?.({
      source: target.source.id,
      target: target.key,
      title: target.title,
      url: page.finalUrl,
      status: page.status,
      contentType: page.headers["content-type"] ?? "",
      fetchedAt: page.fetchedAt,
      message: error.message,
      body: page.body,
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    options.log.warn("crawl.page-not-kept", { source: target.source.id, target: target.key, error: why });
  }
};

/** One round over all targets that are wanted. Targets fail one by one; only what is behind us ends the round. */
export const runRound = async (
  options: CrawlerOptions,
  access: SiteAccess,
  round: RoundOptions,
  signal: AbortSignal,
): Promise<readonly TargetReport[]> => {
  const { policy } = access;
  const { clock } = options;
  const fatal = new AbortController();
  const stop = AbortSignal.any([signal, fatal.signal]);
  let reason: unknown = null;

  const chosen = round.brands.filter(({ id }) => round.only?.brand === undefined || id === round.only.brand);
  const targets = crawlTargets(chosen, options.sources).filter(
    ({ source }) => round.only?.source === undefined || source.id === round.only.source,
  );
  const turns = activeTargets(options, policy, round);

  const die = (error: unknown): void => {
    reason ??= error;
    fatal.abort(error);
  };
  const finish = (active: ActiveTarget): Promise<void> | void =>
    stop.aborted ? turns.tell(active, "stopped", active.before) : turns.finish(active);
  const settle = async (active: ActiveTarget): Promise<void> => {
    active.pending--;
    if (active.pending > 0 || active.report !== null) return;
    await Promise.resolve(finish(active)).catch(die);
  };
  /** Of failed pages, for whose targets the queues do not wait. */
  const settling: Promise<void>[] = [];
  const handling = failureHandling(options, access, {
    stop,
    die,
    interrupted: () => fatal.abort(stopped()),
    settleLater: (job) => void settling.push(settle(job.round)),
  });

  const deferred: CrawlJob[] = [];
  /** Jobs for this transport; those for the other one wait for their own queue. */
  const sameTransport = (job: CrawlJob, next: readonly CrawlJob[]): readonly CrawlJob[] => {
    deferred.push(...next.filter(({ request }) => request.transport !== job.request.transport));
    return next.filter(({ request }) => request.transport === job.request.transport);
  };

  const read: ReadAnswer = async (job, answer, kept) => {
    const { pages } = job.round;
    const page: Page = { ...answer, request: job.request, fetchedAt: clock() };
    const usable = pages.usable(kept) ? kept : null;
    const unchanged = usable !== null && (answer.status === 304 || usable.bodyHash === bodyHash(page));
    const take = async () => {
      if (unchanged) return pages.takeUnchanged(usable);
      assertUsable(answer, millisOf(page.fetchedAt));
      return pages.take(page, kept);
    };
    const next = await take().catch(async (error: unknown) => {
      if (isPipelineError(error) && error.code === "SOURCE_LAYOUT_CHANGED")
        await keepForRepair(options, job, page, error);
      throw error;
    });
    const hosts = [new URL(job.request.url).host, new URL(answer.finalUrl).host];
    const jobs = sameTransport(job, turns.enqueue(job.round, next, hosts));
    turns.progress(job.round);
    await settle(job.round);
    return jobs;
  };

  const begin = async (active: ActiveTarget): Promise<readonly CrawlJob[]> => {
    const { source, options: target } = active.target;
    try {
      const credentials = options.credentials ?? {};
      const requests = source.start(target, { since: round.since ?? null, credentials });
      return turns.enqueue(active, requests, null);
    } catch (error) {
      // A credential that is missing is this target's trouble and nobody else's.
      if (!isPipelineError(error) || isFatal(error)) throw error;
      active.pages.fail(error);
      await finish(active);
      return [];
    }
  };

  const actives = await Promise.all(targets.map(turns.activate));
  const first: CrawlJob[] = [];
  for (const active of actives) {
    if (active.idle) turns.tell(active, "waiting", active.before);
    else first.push(...(await begin(active)));
  }
  await runPhases(first, deferred, stop, {
    http: (jobs) =>
      runHttpQueue(
        jobs,
        { ...handling, visit: httpVisit(options, access, stop, read) },
        {
          concurrency: policy.concurrencyPerHost,
          retries: policy.retries,
          signal: stop,
          proxies: policy.proxies,
        },
      ),
    browser: browserPhase(options, access, { stop, handling, read }),
    hosts: policy.concurrency,
  });
  await Promise.all(settling);
  for (const active of actives) if (active.report === null) turns.tell(active, "stopped", active.before);
  if (reason !== null) throw reason;
  if (round.only === undefined && !stop.aborted)
    await forgetOtherTargets(options.checkpoints, new Set(targets.map(({ key }) => key)));
  return actives.map(({ report }) => report as TargetReport);
};
