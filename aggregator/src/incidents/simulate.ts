import { instantOf, millisOf, type Incident, type Instant } from "@molva/contracts";
import type { WatchStep } from "../queries/watch-steps.ts";
import { advance, type Circumstances, type Message, type Signal } from "./advance.ts";
import { WATCH_STEP_MS } from "./run-watch.ts";
import { watchStep, WATCH_RULES, WATCH_START, type Finding, type WatchRules } from "./watch.ts";

/** What the rules would have done, had they watched. */
export interface Simulated {
  readonly incidents: readonly Incident[];
  readonly messages: readonly Message[];
  /** Digests, and how many incidents they gathered. */
  readonly digests: readonly { readonly at: Instant; readonly gathers: readonly Incident[] }[];
}

/** A finding as a signal, without what only the texts tell (reach, danger): history is run by counts alone. */
export const signalOf = (finding: Finding): Signal => ({
  kind: finding.kind,
  topic: finding.topic,
  source: null,
  active: finding.strength >= 1,
  opens: finding.alert,
  since: instantOf(millisOf(finding.at) - finding.numbers.hours * 3_600_000),
  at: finding.at,
  numbers: finding.numbers,
  mentions: [],
  reach: 0,
  safety: 0,
  law: 0,
});

/**
 * Runs a brand's history through the same rules, steps in their order, as if each had been looked at when it ended. What comes
 * before `from` only teaches what is usual.
 */
export const simulate = (
  steps: readonly WatchStep[],
  from: Instant,
  about: Omit<Circumstances, "now">,
  rules: WatchRules = WATCH_RULES,
): Simulated => {
  let state = WATCH_START;
  let incidents: readonly Incident[] = [];
  const messages: Message[] = [];
  const digests: { at: Instant; gathers: readonly Incident[] }[] = [];
  for (const step of steps) {
    const end = instantOf(millisOf(step.from) + WATCH_STEP_MS);
    const looked = watchStep(state, step, end, rules);
    state = looked.state;
    if (end < from) continue;
    const signals = looked.findings.filter(({ strength }) => strength >= 1).map(signalOf);
    const open = incidents.some(({ closedAt, gathered, held }) => closedAt === null || (held !== null && !gathered));
    if (signals.length === 0 && !open) continue;
    const next = advance(incidents, signals, { ...about, now: end });
    ({ incidents } = next);
    messages.push(...next.messages);
    if (next.digest !== null) digests.push({ at: end, gathers: next.digest.gathers });
  }
  return { incidents, messages, digests };
};
