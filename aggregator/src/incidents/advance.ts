import { createHash } from "node:crypto";
import { millisOf, type AlertEvent, type Incident, type IncidentKind, type Severity } from "@molva/contracts";
import { digestOf, heldBecause, HOUR, hostOf, hoursSince, MEMORY, muted, planFor } from "./holding.ts";
import { raised, severityOf } from "./severity.ts";
import { rank, type Circumstances, type Signal } from "./signal.ts";

export { learnedThreshold } from "./holding.ts";
export type { Circumstances, Signal } from "./signal.ts";

/** What an incident's next message says. */
export interface Message {
  readonly incident: Incident;
  readonly event: Exclude<AlertEvent, "test" | "digest">;
  readonly sequence: number;
}

export interface Digest {
  readonly gathers: readonly Incident[];
}

const keyOf = (one: {
  readonly kind: IncidentKind;
  readonly topic: string | null;
  readonly source: string | null;
}): string => JSON.stringify([one.kind, one.topic, one.source]);

/**
 * Half a day of the opening is in it and not its moment, so that two evaluators that look at different moments make the same
 * incident of the same spike.
 */
const idOf = (brandId: string, signal: Pick<Signal, "kind" | "topic" | "source" | "at">): string => {
  const halfDay = Math.floor(millisOf(signal.at) / (12 * HOUR));
  const key = JSON.stringify([brandId, signal.kind, signal.topic, signal.source, halfDay]);
  return createHash("sha256").update(key).digest("hex").slice(0, 16);
};

const opened = (signal: Signal, incidents: readonly Incident[], about: Circumstances): Incident => {
  const { brandId, now, rules } = about;
  const found = severityOf(signal, rules);
  const lifted = planFor(about, "raise");
  const severity = lifted ? raised(found.severity) : found.severity;
  const host = hostOf(signal, incidents);
  const held = heldBecause(signal, severity, host, incidents, about);
  const observed = signal.numbers.observed;
  return {
    id: idOf(brandId, signal),
    brandId,
    kind: signal.kind,
    topic: signal.topic,
    source: signal.source,
    severity,
    reasons: [...found.reasons, ...(lifted ? (["planned"] as const) : [])],
    openedAt: now,
    since: signal.since,
    lastUnusualAt: signal.at,
    closedAt: null,
    peak: { strength: signal.numbers.strength, observed },
    messages: held === null ? 1 : 0,
    told: held === null ? { at: now, severity, observed } : null,
    held,
    gathered: false,
    joins: host?.id ?? null,
    numbers: signal.numbers,
    mentions: signal.mentions.slice(0, 500),
  };
};

const hasGrown = (
  incident: Incident,
  severity: Severity,
  observed: number | null,
  { rules, now }: Circumstances,
): boolean => {
  const { told } = incident;
  // What was held is told as soon as it is critical: neither budget nor quiet hours hold that.
  if (told === null) return severity === "critical" && (incident.held === "budget" || incident.held === "quiet-hours");
  if (hoursSince(told.at, now) < rules.apartHours) return false;
  if (rank(severity) > rank(told.severity)) return true;
  return (
    observed !== null &&
    told.observed !== null &&
    told.observed > 0 &&
    observed >= rules.growth * told.observed &&
    observed >= told.observed + 5
  );
};

interface Step {
  readonly incident: Incident;
  readonly message: Message | null;
}

const goOn = (incident: Incident, signal: Signal | undefined, about: Circumstances): Step => {
  const { now, rules } = about;
  const silent = muted(incident, about) || incident.held === "planned" || incident.held === "inhibited";
  if (signal?.active === true) {
    const weighed = severityOf(signal, rules);
    const severity = rank(weighed.severity) > rank(incident.severity) ? weighed.severity : incident.severity;
    const observed = signal.numbers.observed;
    const strength = Math.max(incident.peak.strength, signal.numbers.strength);
    const peak = {
      strength,
      observed: observed === null ? incident.peak.observed : Math.max(observed, incident.peak.observed ?? 0),
    };
    const next: Incident = {
      ...incident,
      severity,
      reasons: severity === incident.severity ? incident.reasons : [...weighed.reasons],
      lastUnusualAt: signal.at > incident.lastUnusualAt ? signal.at : incident.lastUnusualAt,
      peak,
    };
    if (silent || !hasGrown(incident, severity, observed, about)) return { incident: next, message: null };
    const grown: Incident = {
      ...next,
      numbers: signal.numbers,
      mentions: signal.mentions.slice(0, 500),
      messages: incident.messages + 1,
      told: { at: now, severity, observed },
      held: null,
    };
    return {
      incident: grown,
      message: { incident: grown, event: incident.told === null ? "opened" : "escalated", sequence: incident.messages },
    };
  }
  // What came late may tell of an unusual moment after the last one that was known.
  const lastUnusualAt = signal !== undefined && signal.at > incident.lastUnusualAt ? signal.at : incident.lastUnusualAt;
  if (hoursSince(lastUnusualAt, now) < rules.closeHours)
    return { incident: { ...incident, lastUnusualAt }, message: null };
  const closed: Incident = { ...incident, lastUnusualAt, closedAt: now };
  const tell = rules.tellClosed !== null && incident.told !== null && rank(incident.severity) >= rank(rules.tellClosed);
  if (silent || !tell) return { incident: closed, message: null };
  const last = { ...closed, messages: incident.messages + 1 };
  return { incident: last, message: { incident: last, event: "closed", sequence: incident.messages } };
};

/** Whether one of its kind is open, or ended so lately that this is no news. Spikes keep their cool-down in the detector. */
const isKnown = (signal: Signal, incidents: readonly Incident[], { now, rules }: Circumstances): boolean =>
  incidents.some((one) => {
    if (keyOf(one) !== keyOf(signal)) return false;
    if (one.closedAt === null) return true;
    const spike = signal.kind === "negative-spike" || signal.kind === "topic-surge" || signal.kind === "volume-spike";
    return hoursSince(one.closedAt, now) < (spike ? 0 : rules.coolDownHours) || one.id === idOf(one.brandId, signal);
  });

/**
 * One look at one brand: what opens, what grows, what is over, and who is told. Pure: the same incidents and signals at the same
 * moment give the same, so two evaluators send once.
 */
export const advance = (
  incidents: readonly Incident[],
  signals: readonly Signal[],
  about: Circumstances,
): {
  readonly incidents: readonly Incident[];
  readonly messages: readonly Message[];
  readonly digest: Digest | null;
} => {
  const bySignal = new Map(signals.map((signal) => [keyOf(signal), signal] as const));
  const messages: Message[] = [];
  const next: Incident[] = [];
  for (const incident of incidents) {
    if (millisOf(about.now) - millisOf(incident.closedAt ?? about.now) > MEMORY) continue;
    if (incident.closedAt !== null) {
      next.push(incident);
      continue;
    }
    const step = goOn(incident, bySignal.get(keyOf(incident)), about);
    next.push(step.incident);
    if (step.message !== null) messages.push(step.message);
  }
  // The negative spike first: the others may be part of it.
  const order = (signal: Signal): number => (signal.kind === "negative-spike" ? 0 : 1);
  for (const signal of signals.toSorted((a, b) => order(a) - order(b))) {
    if (!signal.opens || isKnown(signal, next, about)) continue;
    const incident = opened(signal, next, about);
    next.push(incident);
    if (incident.held === null) messages.push({ incident, event: "opened", sequence: 0 });
  }
  const gathers = digestOf(next, about);
  const ids = new Set(gathers.map(({ id }) => id));
  return {
    incidents: next.map((one) => (ids.has(one.id) ? { ...one, gathered: true } : one)),
    messages,
    digest: gathers.length === 0 ? null : { gathers },
  };
};
