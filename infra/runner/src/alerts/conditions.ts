import type { Signal } from "@molva/aggregator";
import { millisOf, type Alert, type Checkpoints, type Instant, type Store, type TargetHealth } from "@molva/contracts";
import {
  NO_NUMBERS,
  readDrifts,
  readLevels,
  readRatingDrops,
  readSurveyLevels,
  type Reading,
  type ReadingQuestion,
} from "./readings.ts";
import { readTargetHealth } from "../read-target-health.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const signalOf = ({ kind, source, since, numbers }: Reading, now: Instant): Signal => ({
  kind,
  topic: null,
  source,
  active: true,
  opens: true,
  since,
  at: now,
  numbers,
  mentions: [],
  reach: 0,
  safety: 0,
  law: 0,
});

/** How collection stands where it does not stand well; null where it does. */
const unwellState = (health: TargetHealth, now: Instant): "silent" | "blocked" | "failing" | null => {
  if (health.state === "blocked" || health.state === "forbidden") return "blocked";
  const since = health.lastSuccessAt;
  if (health.state === "failing" && (since === null || millisOf(now) - millisOf(since) > DAY_MS)) return "failing";
  return health.quiet ? "silent" : null;
};

/** Sources of a brand whose silence must not read as calm. */
export const unwellOf = (health: readonly TargetHealth[], brand: string, now: Instant): Alert["unwell"] =>
  health
    .flatMap((one) => {
      const state = one.brands.includes(brand) ? unwellState(one, now) : null;
      return state === null
        ? []
        : [{ source: one.source, state, since: one.blockedSince ?? one.lastNewMentionAt ?? one.lastSuccessAt }];
    })
    .slice(0, 20);

const WHY_SILENT = {
  silent: "far fewer mentions came than its own history lets one expect",
  blocked: "it refuses us",
  failing: "it could not be read for a day",
} as const;

/** Sources that are silent, blocked, or failing for a day; and those that are well. */
export const readSilences = (health: readonly TargetHealth[], now: Instant): readonly Reading[] =>
  health.flatMap((one) => {
    const state = unwellState(one, now);
    const since = one.lastNewMentionAt ?? one.lastSuccessAt ?? one.blockedSince ?? now;
    const hours = Math.max(1, Math.round((millisOf(now) - millisOf(since)) / HOUR_MS));
    const numbers = { ...NO_NUMBERS, hours, observed: one.got, expected: one.expected };
    const why = state === null ? "its collection stands well" : WHY_SILENT[state];
    return one.brands.map((brand): Reading => ({
      brand,
      kind: "silence",
      source: one.source,
      since,
      numbers,
      active: state !== null,
      why,
    }));
  });

export interface Conditions {
  /** What stands at each brand now, beside the spikes. */
  readonly signals: ReadonlyMap<string, readonly Signal[]>;
  readonly health: readonly TargetHealth[];
}

/** Level, ratings and NPS move slowly; silence by the hour. */
const SLOW_MS = 5 * 60_000;
/** Drift is read from all labels of five weeks. */
const DRIFT_MS = HOUR_MS;

/** Asks a question anew when its answer is older than so many milliseconds, or is about other brands. */
const asking = (ms: number, ask: (question: ReadingQuestion) => Promise<readonly Reading[]>) => {
  let last: { readonly at: Instant; readonly brands: string; readonly found: readonly Reading[] } | null = null;
  return async (question: ReadingQuestion): Promise<readonly Reading[]> => {
    const brands = question.brands.join(" ");
    if (last === null || last.brands !== brands || Math.abs(millisOf(question.now) - millisOf(last.at)) >= ms)
      last = { at: question.now, brands, found: (await ask(question)).filter(({ active }) => active) };
    return last.found;
  };
};

export interface ConditionParts {
  readonly store: Store;
  readonly checkpoints: Checkpoints;
  /** Keys of the targets that are crawled: what was taken out of the configuration is not silent. */
  readonly crawled: () => Promise<ReadonlySet<string>>;
}

/** Level, surveys, public ratings, drift of the labels, and sources that bring nothing. One signal a brand, kind and source. */
export const createConditions = ({ store, checkpoints, crawled }: ConditionParts) => {
  const slow = asking(SLOW_MS, async (question) => [
    ...(await readLevels(question)),
    ...(await readSurveyLevels(question)),
    ...(await readRatingDrops(question)),
  ]);
  const drift = asking(DRIFT_MS, readDrifts);
  return async (brands: readonly string[], now: Instant, horizon: Instant | null): Promise<Conditions> => {
    const health = await readTargetHealth(checkpoints, await crawled());
    const question = { store, brands, now, horizon };
    const found = [
      ...(await slow(question)),
      ...(await drift(question)),
      ...readSilences(health, now).filter(({ active }) => active),
    ];
    const signals = new Map<string, Signal[]>();
    for (const one of found) {
      const own = signals.get(one.brand) ?? [];
      // Dated now: what was found a while ago still stands.
      if (!own.some(({ kind, source }) => kind === one.kind && source === one.source)) own.push(signalOf(one, now));
      signals.set(one.brand, own);
    }
    return { signals, health };
  };
};
