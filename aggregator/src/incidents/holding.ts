import {
  millisOf,
  type HeldReason,
  type Incident,
  type IncidentAnswer,
  type Instant,
  type PlannedEvent,
  type Severity,
} from "@molva/contracts";
import { wallAt } from "@molva/text";
import { rank, type Circumstances, type Signal } from "./signal.ts";

export const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
/** Closed ones are remembered so long: for the budget, the cool-down and what is learned from answers. */
export const MEMORY = 120 * 24 * HOUR;

export const hoursSince = (then: Instant, now: Instant): number => (millisOf(now) - millisOf(then)) / HOUR;

/** The wall clock's hour, 0…23. */
const hourAt = (now: Instant, zone: string): number => new Date(wallAt(millisOf(now), zone)).getUTCHours();

const isQuiet = ({ now, zone, rules }: Circumstances): boolean => {
  if (rules.quiet === null) return false;
  const hour = hourAt(now, zone);
  const { from, to } = rules.quiet;
  return from <= to ? hour >= from && hour < to : hour >= from || hour < to;
};

export const planFor = ({ brandId, now, planned }: Circumstances, effect: PlannedEvent["effect"]): boolean =>
  planned.some(
    (plan) =>
      plan.effect === effect &&
      (plan.brandId === null || plan.brandId === brandId) &&
      plan.from <= now &&
      now < plan.to,
  );

/**
 * How many times the threshold a brand's warnings must reach, learned from answers: each "not useful" of the last 120 days makes it
 * stricter by 15 %, each "useful" looser by 10 %, from 1 to 2. Critical ones are not touched.
 */
export const learnedThreshold = (answers: readonly IncidentAnswer[], now: Instant): number => {
  const recent = answers.filter((one) => millisOf(now) - millisOf(one.at) < MEMORY);
  const [no, yes] = ["not-useful", "useful"].map((kind) => recent.filter(({ answer }) => answer === kind).length) as [
    number,
    number,
  ];
  return Math.min(2, Math.max(1, 1.15 ** no * 0.9 ** yes));
};

const warningsOfWeek = (incidents: readonly Incident[], now: Instant): number =>
  incidents.filter(
    ({ told, openedAt, severity, held }) =>
      told !== null && held === null && severity === "warning" && millisOf(now) - millisOf(openedAt) < WEEK,
  ).length;

/** Which open incident a new one belongs to: all that a brand's negative spike brings with it is one thread. */
export const hostOf = (signal: Signal, incidents: readonly Incident[]): Incident | undefined =>
  signal.kind === "topic-surge" || signal.kind === "volume-spike" || signal.kind === "level"
    ? incidents.find((one) => one.kind === "negative-spike" && one.closedAt === null)
    : undefined;

/** Why an incident that opens now is told to nobody; null: it is told. */
export const heldBecause = (
  signal: Signal,
  severity: Severity,
  host: Incident | undefined,
  incidents: readonly Incident[],
  about: Circumstances,
): HeldReason | null => {
  if (planFor(about, "silence")) return "planned";
  if (host !== undefined) return "inhibited";
  if (severity !== "warning") return null;
  if (signal.numbers.strength < learnedThreshold(about.answers, about.now)) return "budget";
  if (warningsOfWeek(incidents, about.now) >= about.rules.warningsPerWeek) return "budget";
  return isQuiet(about) ? "quiet-hours" : null;
};

export const muted = (incident: Incident, { answers }: Circumstances): boolean =>
  answers.some((one) => one.incidentId === incident.id && one.answer === "mute");

/** What was held since the last digest, when it is time for one: at the digest's hour, and when the quiet hours are over. */
export const digestOf = (incidents: readonly Incident[], about: Circumstances): readonly Incident[] => {
  const { now, zone, rules } = about;
  if (isQuiet(about)) return [];
  const hour = hourAt(now, zone);
  return incidents.filter(
    (one) =>
      !one.gathered &&
      !muted(one, about) &&
      rank(one.severity) >= rank("warning") &&
      (one.held === "quiet-hours" ||
        (one.held === "budget" && (hour === rules.digestHour || hoursSince(one.openedAt, now) >= 24))),
  );
};
