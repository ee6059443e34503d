import type { TargetReport } from "@molva/crawlers";
import {
  FACTS,
  MENTIONS,
  millisOf,
  type Bus,
  type Checkpoints,
  type Clock,
  type Instant,
  type Progress,
  type TargetHealth,
} from "@molva/contracts";
import type { Metrics } from "@molva/platform";
import type { CrawlRounds } from "../crawl-rounds.ts";
import { readTargetHealth } from "../read-target-health.ts";
import type { StageName } from "../roles.ts";
import { answered } from "./answered.ts";

type ProgressOf = Readonly<
  Record<StageName, { readonly topic: string; readonly read: (bus: Bus) => Promise<Progress> }>
>;
const PROGRESS: ProgressOf = {
  classifier: { topic: MENTIONS.name, read: (bus) => bus.progress(MENTIONS, "classifier") },
  aggregator: { topic: FACTS.name, read: (bus) => bus.progress(FACTS, "aggregator") },
};

/** Before every scrape asks the log how far the stages' groups are. While it does not answer, the values are absent. */
export const reportLag = (metrics: Metrics, bus: Bus, stages: readonly StageName[], clock: Clock): void => {
  for (const group of stages) {
    const { topic, read } = PROGRESS[group];
    const labels = { topic, group };
    metrics.onScrape(async () => {
      const progress = await answered(read(bus)).catch(() => null);
      if (progress === null) {
        metrics.forget("molva_log_lag_messages", labels);
        metrics.forget("molva_log_oldest_unacknowledged_seconds", labels);
        return;
      }
      const { lag, horizon } = progress;
      const age = lag === 0 || horizon === null ? 0 : Math.max(0, (millisOf(clock()) - millisOf(horizon)) / 1000);
      metrics.set("molva_log_lag_messages", labels, lag);
      metrics.set("molva_log_oldest_unacknowledged_seconds", labels, age);
    });
  }
};

const STATES = ["new", "changed", "unchanged", "removed"] as const;

const OF_TARGETS = [
  "molva_target_last_success_timestamp_seconds",
  "molva_target_refused_since_timestamp_seconds",
  "molva_target_new_mentions",
  "molva_target_usual_mentions",
  "molva_target_quiet",
  "molva_target_unreadable_entries",
] as const;

/** How a target stands; what it has nothing to say of is absent. */
const tellTarget = (metrics: Metrics, health: TargetHealth): void => {
  const labels = { source: health.source, target: health.target };
  const tell = (name: (typeof OF_TARGETS)[number], value: number | null): void =>
    value === null ? metrics.forget(name, labels) : metrics.set(name, labels, value);
  const seconds = (at: Instant | null): number | null => (at === null ? null : millisOf(at) / 1000);
  tell("molva_target_last_success_timestamp_seconds", seconds(health.lastSuccessAt));
  tell("molva_target_refused_since_timestamp_seconds", seconds(health.blockedSince));
  tell("molva_target_new_mentions", health.got);
  tell("molva_target_usual_mentions", health.expected);
  tell("molva_target_quiet", health.quiet ? 1 : 0);
  tell("molva_target_unreadable_entries", health.unreadable);
};

/** What earlier rounds have left, so that a process that was started again is not silent until its first round is over. */
export const reportKnownTargets = async (
  metrics: Metrics,
  checkpoints: Checkpoints,
  crawled: ReadonlySet<string>,
): Promise<void> => {
  for (const health of await readTargetHealth(checkpoints, crawled)) tellTarget(metrics, health);
};

const countReport = (metrics: Metrics, { health, error, outcome }: TargetReport): void => {
  if (outcome !== "done") return; // its health is that of an earlier round
  const { source } = health;
  metrics.count("molva_crawl_pages_total", { source }, health.pages);
  for (const state of STATES) metrics.count("molva_crawl_mentions_total", { source, state }, health[state]);
  if (error !== null) metrics.count("molva_crawl_errors_total", { source, code: error.code });
  for (const [code, count] of Object.entries(health.errorsByCode))
    metrics.count("molva_crawl_page_errors_total", { source, code }, count);
  tellTarget(metrics, health);
};

/** The same rounds; what they bring is counted. */
export const meteredRounds = (rounds: CrawlRounds, metrics: Metrics): CrawlRounds => {
  const told = new Map<string, string>();
  return {
    run: async (ask) => {
      const reports = await rounds.run(ask);
      for (const report of reports) {
        countReport(metrics, report);
        told.set(report.health.target, report.health.source);
      }
      // A whole round names all there are: what left the configuration is told no more.
      const whole = ask.brand === null && ask.source === null && !ask.signal.aborted;
      const named = new Set(reports.map(({ health }) => health.target));
      for (const [target, source] of whole ? told : []) {
        if (named.has(target)) continue;
        for (const name of OF_TARGETS) metrics.forget(name, { source, target });
        told.delete(target);
      }
      return reports;
    },
    state: () => rounds.state(),
  };
};
