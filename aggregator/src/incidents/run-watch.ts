import { instantOf, millisOf, type Instant } from "@molva/contracts";
import type { WatchStep } from "../queries/watch-steps.ts";
import { watchStep, WATCH_RULES, type Finding, type WatchRules, type WatchState } from "./watch.ts";

export const WATCH_STEP_MS = 900_000;

/** A series that was unusual in the time that is looked at. */
export interface Unusual {
  /** The newest unusual moment, with the strongest numbers since the incident began. */
  readonly finding: Finding;
  /** Whether the newest step is unusual still. */
  readonly active: boolean;
  /** The step that opened it, when that lies in the time that is looked at; else null: it goes on from before. */
  readonly opening: Finding | null;
}

export interface Watched {
  /** The state at `keepUntil`: where the next look goes on. */
  readonly kept: WatchState;
  readonly unusual: readonly Unusual[];
  /** What each rule said at the last step. */
  readonly latest: readonly Finding[];
}

const seriesOf = ({ kind, topic }: Finding): string => `${kind} ${topic ?? ""}`;

export interface WatchRun {
  readonly state: WatchState;
  /** From the state's end to now, without gaps; the last one may not have ended. */
  readonly steps: readonly WatchStep[];
  readonly now: Instant;
  /** Mentions come late: the state is kept as it was here, and what came after is looked at again the next time. */
  readonly keepUntil: Instant;
  /** Nothing that became unusual before this opens anything: what is imported later is no news. */
  readonly freshFrom: Instant;
  readonly rules?: WatchRules;
}

/** Runs a brand's rules over its steps. Pure; alerts, backtest, `why` and simulations all come through here. */
export const runWatch = ({ state, steps, now, keepUntil, freshFrom, rules = WATCH_RULES }: WatchRun): Watched => {
  let current = state;
  let kept = state;
  let latest: readonly Finding[] = [];
  const unusual = new Map<string, { finding: Finding; opening: Finding | null }>();
  for (const step of steps) {
    const close = millisOf(step.from) + WATCH_STEP_MS;
    const end = instantOf(Math.min(close, millisOf(now)));
    if (end <= step.from) continue;
    const looked = watchStep(current, step, end, rules);
    current = looked.state;
    if (instantOf(close) <= keepUntil) kept = current;
    latest = looked.findings;
    if (end < freshFrom) continue;
    for (const finding of looked.findings) {
      if (finding.strength < 1) continue;
      const known = unusual.get(seriesOf(finding));
      const strongest =
        known === undefined || finding.numbers.strength >= known.finding.numbers.strength
          ? finding.numbers
          : known.finding.numbers;
      unusual.set(seriesOf(finding), {
        finding: { ...finding, numbers: strongest },
        opening: known?.opening ?? (finding.alert ? finding : null),
      });
    }
  }
  const active = new Set(latest.filter(({ strength }) => strength >= 1).map(seriesOf));
  return {
    kept,
    latest,
    unusual: [...unusual].map(([series, found]) => ({ ...found, active: active.has(series) })),
  };
};
