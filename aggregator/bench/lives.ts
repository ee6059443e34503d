import { brandIdSchema, instantOf, millisOf } from "@molva/contracts";
import { INCIDENT_RULES, simulate as live, WATCH_STEP_MS, type WatchStep } from "../src/index.ts";
import { simulate, type Series } from "./simulate.ts";
import type { Scenario } from "./simulations.ts";

/** What a brand's people were told, over all runs of a scenario. */
export interface Lives {
  readonly weeks: number;
  /** Messages at once outside the planted incident (and the day and a half after its begin), digests not counted. */
  readonly warnings: number;
  readonly critical: number;
  readonly digests: number;
  /** Incidents that the budget held back. */
  readonly held: number;
  /** Brand-weeks with more messages at once than the budget has. */
  readonly over: number;
  readonly runs: number;
  /** Runs in which the planted one was told in time, and the hours it took, sorted. */
  readonly found: number;
  readonly delays: readonly number[];
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** The detector is silent in its first two days, and knows the hours of the week after a week. */
const COUNT_FROM = 7;
const BRAND = brandIdSchema.parse("simulated");

/** The steps as the evaluator reads them from the store: where nothing was collected stands nothing. */
const stepsOf = (series: Series): readonly WatchStep[] => {
  const rows = [...simulate(series)];
  const [first] = rows;
  const counts = new Map(rows.map((row) => [row.at, row] as const));
  const start = first?.at ?? 0;
  return Array.from({ length: Math.round((series.days * DAY_MS) / WATCH_STEP_MS) }, (_, i): WatchStep => {
    const row = counts.get(start + i * WATCH_STEP_MS) ?? { negative: 0, n: 0, originals: 0 };
    const { negative, n, originals } = row;
    return { from: instantOf(start + i * WATCH_STEP_MS), negative, n, originals, mentions: n, topics: {} };
  });
};

/** Runs a scenario through all that decides over messages, with the default rules. */
export const runLives = ({ series, planted }: Scenario, runs: number, firstSeed = 1): Lives => {
  let [warnings, critical, digests, held, over] = [0, 0, 0, 0, 0];
  const delays: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const steps = stepsOf({ ...series, seed: firstSeed + run });
    const start = millisOf(steps[0]?.from ?? instantOf(0));
    const from = instantOf(start + COUNT_FROM * DAY_MS);
    const about = { brandId: BRAND, zone: "UTC", rules: INCIDENT_RULES, answers: [], planned: [] };
    const lived = live(steps, from, about);
    const weeks = new Map<number, number>();
    let foundAt: number | null = null;
    for (const { incident, event } of lived.messages) {
      if (incident.severity === "info") continue;
      const at = millisOf(event === "closed" ? (incident.closedAt ?? incident.openedAt) : (incident.told?.at ?? from));
      const day = (at - start) / DAY_MS;
      if (planted !== undefined && day >= planted.day && day < planted.day + 1.5) {
        if (event === "opened") foundAt ??= (day - planted.day) * 24;
        continue;
      }
      if (incident.severity === "critical") critical += 1;
      else warnings += 1;
      const week = Math.floor((at - millisOf(from)) / WEEK_MS);
      weeks.set(week, (weeks.get(week) ?? 0) + 1);
    }
    over += [...weeks.values()].filter((count) => count > INCIDENT_RULES.warningsPerWeek).length;
    digests += lived.digests.length;
    held += lived.incidents.filter((one) => one.held === "budget").length;
    if (foundAt !== null) delays.push(foundAt);
  }
  return {
    weeks: (runs * (series.days - COUNT_FROM)) / 7,
    warnings,
    critical,
    digests,
    held,
    over,
    runs,
    found: planted === undefined ? 0 : delays.filter((hours) => hours <= planted.withinHours).length,
    delays: delays.sort((a, b) => a - b),
  };
};
