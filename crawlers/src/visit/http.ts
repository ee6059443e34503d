import type { CrawlerOptions } from "../crawler-port.ts";
import { withCredentials } from "../fetch/credentials.ts";
import type { Answer, Visitor } from "../fetch/http.ts";
import type { CrawlJob } from "../round/active.ts";
import { validatorsOf, type KeptPage } from "../round/ledger.ts";
import type { SiteAccess } from "../site-access.ts";

/** Reads one answer for its target; returns where that leads. */
export type ReadAnswer = (job: CrawlJob, answer: Answer, kept: KeptPage | null) => Promise<readonly CrawlJob[]>;

/** A page by plain HTTP: asked only for what changed since, hop by hop under robots.txt and the host's pace. */
export const httpVisit =
  ({ credentials }: CrawlerOptions, { http, policy, polite }: SiteAccess, stop: AbortSignal, read: ReadAnswer) =>
  async (job: CrawlJob, visitor: Visitor): Promise<readonly CrawlJob[]> => {
    const { source } = job.round.target;
    const kept = await job.round.ledger.page(job.request);
    const answer = await http.fetch(withCredentials(job.request, source, credentials), {
      limits: policy,
      userAgent: policy.userAgent,
      signal: stop,
      headers: job.round.pages.usable(kept) ? validatorsOf(kept) : {},
      visitor,
      beforeHop: (url) => polite(url, source, stop),
    });
    return read(job, answer, kept);
  };
