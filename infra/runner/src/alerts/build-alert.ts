import { createHash } from "node:crypto";
import { WATCH_STEP_MS, type Message, type Weighed, type WatchStep } from "@molva/aggregator";
import { instantOf, millisOf, type Alert, type BrandId, type Incident, type Instant } from "@molva/contracts";

const idOf = (parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);

export interface AlertParts {
  readonly now: Instant;
  readonly asOf: Instant | null;
  /** What the message says beside its numbers; absent for an end. */
  readonly weighed: Weighed | undefined;
  /** The brand's last steps, for the picture. */
  readonly steps: readonly WatchStep[];
  readonly unwell: Alert["unwell"];
  /** Ids of the channels that are told; empty: all. */
  readonly channels: readonly string[];
}

const HOUR_MS = 3_600_000;
const PICTURE_HOURS = 48;

/** Hours of the last two days, against what is usual for the window, an hour. */
const pictureOf = (incident: Incident, { steps, now }: AlertParts): Alert["steps"] => {
  const start = Math.floor(millisOf(now) / HOUR_MS) * HOUR_MS - (PICTURE_HOURS - 1) * HOUR_MS;
  const counts = new Map<number, number>();
  for (const step of steps) {
    const hour = Math.floor(millisOf(step.from) / HOUR_MS) * HOUR_MS;
    if (hour < start) continue;
    const count =
      incident.kind === "volume-spike"
        ? step.mentions
        : incident.topic === null
          ? step.negative
          : (step.topics[incident.topic]?.negative ?? 0);
    counts.set(hour, (counts.get(hour) ?? 0) + count);
  }
  const { expected, hours } = incident.numbers;
  const usual = expected === null ? null : Number((expected / Math.max(hours, WATCH_STEP_MS / HOUR_MS)).toFixed(2));
  return Array.from({ length: PICTURE_HOURS }, (_, i) => {
    const at = start + i * HOUR_MS;
    return {
      at: instantOf(at),
      count: counts.get(at) ?? 0,
      usual,
      unusual: at + HOUR_MS > millisOf(incident.since) && at <= millisOf(incident.lastUnusualAt),
    };
  });
};

const withPicture = (kind: Incident["kind"]): boolean =>
  kind === "negative-spike" || kind === "topic-surge" || kind === "volume-spike";

/** A decided message, ready for the log. The same decision has the same id. */
export const alertOf = ({ incident, event, sequence }: Message, parts: AlertParts): Alert => ({
  alertId: idOf([incident.id, event, sequence]),
  incidentId: incident.id,
  sequence,
  event,
  kind: incident.kind,
  severity: incident.severity,
  reasons: incident.reasons,
  brandId: incident.brandId,
  topic: incident.topic,
  source: incident.source,
  decidedAt: parts.now,
  since: incident.since,
  until: incident.closedAt === null ? null : incident.lastUnusualAt,
  asOf: parts.asOf,
  numbers: incident.numbers,
  sources: parts.weighed?.sources ?? [],
  topics: parts.weighed?.topics ?? [],
  mentions: incident.mentions,
  evidence: [...(parts.weighed?.evidence ?? [])],
  unwell: parts.unwell,
  steps: withPicture(incident.kind) && event !== "closed" ? pictureOf(incident, parts) : [],
  gathers: [],
  channels: [...parts.channels],
});

/** One message for what was held back. Its id holds the incidents, so that two evaluators make the same. */
export const digestAlert = (brandId: BrandId, gathers: readonly Incident[], parts: AlertParts): Alert => {
  const worst = gathers.some(({ severity }) => severity === "critical") ? "critical" : "warning";
  const [first] = gathers.toSorted((a, b) => (a.since < b.since ? -1 : 1));
  if (first === undefined) throw new RangeError("a digest gathers at least one incident");
  const id = idOf([brandId, "digest", gathers.map((one) => one.id).toSorted()]);
  return {
    ...alertOf({ incident: first, event: "opened", sequence: 0 }, { ...parts, weighed: undefined }),
    alertId: id,
    incidentId: id,
    event: "digest",
    severity: worst,
    reasons: [],
    mentions: [],
    steps: [],
    gathers: gathers.slice(0, 100).map((one) => ({
      incidentId: one.id,
      kind: one.kind,
      severity: one.severity,
      brandId: one.brandId,
      topic: one.topic,
      since: one.since,
      observed: one.peak.observed,
      expected: one.numbers.expected,
    })),
  };
};
