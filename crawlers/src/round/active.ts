import type { Instant, TargetHealth } from "@molva/contracts";
import type { Job } from "../crawl.ts";
import type { CrawlerOptions, RoundOptions, TargetReport } from "../crawler-port.ts";
import type { CrawlPolicy } from "../policy.ts";
import type { PageRequest } from "../source.ts";
import { healthKey, nextHealth, readHealth } from "./health.ts";
import { createLedger, pageKey, type Ledger } from "./ledger.ts";
import { dueAt } from "./schedule.ts";
import { createTargetRound, type TargetRound } from "./target-round.ts";
import type { CrawlTarget } from "./target.ts";
import { historyEntry, readHistory, usualOf, withRound } from "./usual.ts";
import { lookBackTo, readWalks, walkedTo, walksKey, type Walks } from "./walk.ts";

export interface CrawlJob extends Job {
  readonly round: ActiveTarget;
}

/** A target in this round, and what is still to do for it. */
export interface ActiveTarget {
  readonly pages: TargetRound;
  readonly target: CrawlTarget;
  readonly ledger: Ledger;
  readonly before: TargetHealth;
  /** It is not its turn. */
  readonly idle: boolean;
  readonly walks: Walks;
  readonly queued: Set<string>;
  pending: number;
  report: TargetReport | null;
  notBefore: Instant | null;
}

/** A backfill follows pages as long as there are any, but not for ever. */
const BACKFILL_PAGES = 10_000;

/** The targets of one round: how each begins, where it goes on, how it ends. */
export const activeTargets = (options: CrawlerOptions, policy: CrawlPolicy, round: RoundOptions) => {
  const { checkpoints, clock, log } = options;
  const since = round.since ?? null;

  const progress = ({ target, pages, report }: ActiveTarget): void => {
    const { counts, oldest } = pages.result();
    round.onProgress?.({
      target: target.key,
      source: target.source.id,
      title: target.title,
      ...counts,
      reached: oldest,
      report,
    });
  };

  const tell = (active: ActiveTarget, outcome: TargetReport["outcome"], health: TargetHealth): void => {
    const { error, publicRating } = active.pages.result();
    active.report = { health, publicRating, error, outcome, dueAt: dueAt(active.target, health, policy) };
    progress(active);
  };

  /** Whether it is not this target's turn. A person who names what to crawl means now; everybody else waits as the site asked. */
  const waits = ({ before, target }: Pick<ActiveTarget, "before" | "target">): boolean => {
    if (round.only !== undefined || since !== null) return false;
    const now = clock();
    if (before.nextAttemptAt !== null && before.nextAttemptAt > now) return true;
    const due = round.scheduled === true ? dueAt(target, before, policy) : null;
    return due !== null && due > now;
  };

  return {
    progress,
    tell,

    async activate(target: CrawlTarget): Promise<ActiveTarget> {
      const ledger = createLedger(checkpoints, target.key);
      const before = await readHealth(checkpoints, target);
      // Most targets of a scheduled round wait: of those nothing more is read.
      const idle = waits({ before, target });
      const walks = idle ? {} : await readWalks(checkpoints, target.key);
      const reach = { since, lookBackTo: lookBackTo(walks, clock()), cursor: idle ? null : await ledger.since() };
      const pages = createTargetRound(
        target,
        {
          ledger,
          publish: options.publish,
          hashAuthor: options.hashAuthor,
          matchesBrand: options.matchesBrand,
          zone: policy.zone,
        },
        reach,
      );
      return {
        pages,
        target,
        ledger,
        before,
        idle,
        walks,
        queued: new Set(),
        pending: 0,
        report: null,
        notBefore: null,
      };
    },

    /** Pages to go to, once each and up to the limit; only on the site that led there. */
    enqueue(
      active: ActiveTarget,
      requests: readonly PageRequest[],
      hosts: readonly string[] | null,
    ): readonly CrawlJob[] {
      const usual = Math.min(policy.maxPages, active.target.source.pageLimit(active.target.options));
      const limit = since === null ? usual : BACKFILL_PAGES;
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
    },

    /** What was learned about the target as a whole is saved after its last page. */
    async finish(active: ActiveTarget): Promise<void> {
      const at = clock();
      const { target } = active;
      await active.pages.finish(at);
      const { counts, error, errorsByCode, unreadable, publicRating, oldest, toTheEnd } = active.pages.result();
      const before = await readHistory(checkpoints, target.key);
      // Only a first success begins a history, and a backfill is no news.
      const begins = error === null || counts.pages > 0;
      const history = before === null && !begins ? null : withRound(before, since === null ? counts.new : 0, at);
      const lastNew = since === null && counts.new > 0 ? at : active.before.lastNewMentionAt;
      const health = nextHealth(active.before, {
        target,
        at,
        counts,
        error,
        errorsByCode,
        unreadable,
        publicRating,
        usual: usualOf(history, lastNew, at),
        notBefore: active.notBefore,
      });
      const walks = error === null && since === null ? walkedTo(active.walks, toTheEnd ? null : oldest, at) : null;
      await checkpoints.write({
        [healthKey(target.key)]: health,
        ...(history === null ? {} : historyEntry(target.key, history)),
        ...(walks === null ? {} : { [walksKey(target.key)]: walks }),
      });
      log.info("crawl.target", {
        source: health.source,
        target: health.target,
        state: health.state,
        ...counts,
        unreadable,
        code: health.errorCode,
      });
      tell(active, "done", health);
    },
  };
};
