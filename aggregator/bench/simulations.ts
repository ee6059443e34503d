import { detectNegatives, NEGATIVES_START } from "../src/index.ts";
import { simulate, type Series } from "./simulate.ts";

export interface Scenario {
  readonly name: string;
  readonly series: Omit<Series, "seed">;
  /** The planted incident: when it begins, in days, and how many hours it may take to be found. */
  readonly planted?: { readonly day: number; readonly withinHours: number };
}

export interface Outcome {
  readonly weeks: number;
  /** Alerts outside the planted incident (and the day after it). */
  readonly falseAlerts: number;
  readonly runs: number;
  /** Runs in which the incident was found in time, and the hours it took, sorted. */
  readonly found: number;
  readonly delays: readonly number[];
}

const DAY_MS = 86_400_000;
/** Alerts before this day are not counted: the detector promises to be silent in its first two days, and knows each hour of the week after the first week. */
const COUNT_FROM = 7;

/** Runs a scenario with `runs` seeds over the detector of negative mentions. */
export const runScenario = ({ series, planted }: Scenario, runs: number, firstSeed = 1): Outcome => {
  let falseAlerts = 0;
  const delays: number[] = [];
  for (let run = 0; run < runs; run++) {
    let state = NEGATIVES_START;
    let start: number | null = null;
    let foundAt: number | null = null;
    for (const row of simulate({ ...series, seed: firstSeed + run })) {
      start ??= row.at;
      const step = detectNegatives(state, row);
      state = step.state;
      if (!step.detection.alert) continue;
      const day = (row.at - start) / DAY_MS;
      // A row is stamped with the start of its step and known at its end.
      if (planted !== undefined && day >= planted.day && day < planted.day + 1.5)
        foundAt ??= (day - planted.day) * 24 + series.stepMinutes / 60;
      else if (day >= COUNT_FROM) falseAlerts += 1;
    }
    if (foundAt !== null) delays.push(foundAt);
  }
  return {
    weeks: (runs * (series.days - COUNT_FROM)) / 7,
    falseAlerts,
    runs,
    found: planted === undefined ? 0 : delays.filter((hours) => hours <= planted.withinHours).length,
    delays: delays.sort((a, b) => a - b),
  };
};

const base = { share: 0.2, stepMinutes: 15, days: 35 };
const between = (day: number, from: number, hours: number): boolean => day >= from && day < from + hours / 24;

/** From day 24 (a Thursday), 10 o'clock. */
const PLANTED = 24 + 10 / 24;

const incident =
  (times: number, hours: number): NonNullable<Series["event"]> =>
  (day) => ({ others: 1, negative: between(day, PLANTED, hours) ? times : 1 });

const SIZES = [20, 200, 2_000, 20_000] as const;
const SHAPES = [null, 5, 2] as const;

const shapeName = (shape: number | null): string =>
  shape === null ? "Poisson" : `rate varies ${Math.round(100 / Math.sqrt(shape))} %`;

export const CALM: readonly Scenario[] = [
  ...SIZES.flatMap((perDay) =>
    SHAPES.map((shape) => ({ name: `calm, ${perDay} a day, ${shapeName(shape)}`, series: { ...base, perDay, shape } })),
  ),
  {
    name: "a liked campaign: others × 5 for 3 days",
    series: {
      ...base,
      perDay: 2_000,
      shape: 5,
      event: (day) => ({ others: between(day, PLANTED, 72) ? 5 : 1, negative: between(day, PLANTED, 72) ? 1.3 : 1 }),
    },
  },
  {
    name: "everybody talks: all × 4 for a day",
    series: {
      ...base,
      perDay: 2_000,
      shape: 5,
      event: (day) => ({ others: between(day, PLANTED, 24) ? 4 : 1, negative: between(day, PLANTED, 24) ? 4 : 1 }),
    },
  },
  {
    name: "a holiday: all × 0.4 for 3 days",
    series: {
      ...base,
      perDay: 2_000,
      shape: 5,
      event: (day) => ({ others: between(day, PLANTED, 72) ? 0.4 : 1, negative: between(day, PLANTED, 72) ? 0.4 : 1 }),
    },
  },
  {
    // They stand at midnight in their source, and stay out of the steps: a third of the mentions is watched.
    name: "two of three mentions dated to the day only",
    series: { ...base, perDay: 2_000 / 3, shape: 5 },
  },
  {
    name: "a holiday's rush: all × 3 for 3 days",
    series: {
      ...base,
      perDay: 200,
      shape: 5,
      event: (day) => ({ others: between(day, PLANTED, 72) ? 3 : 1, negative: between(day, PLANTED, 72) ? 3 : 1 }),
    },
  },
  {
    name: "an outage of 10 h, then all at once",
    series: {
      ...base,
      perDay: 2_000,
      shape: 5,
      catchUp: true,
      event: (day) => (between(day, PLANTED, 10) ? null : { others: 1, negative: 1 }),
    },
  },
];

export const INCIDENTS: readonly Scenario[] = [
  { name: "20 a day, negative × 20 for 12 h", perDay: 20, times: 20, hours: 12, withinHours: 12 },
  { name: "200 a day, negative × 10 for 6 h", perDay: 200, times: 10, hours: 6, withinHours: 6 },
  { name: "200 a day, negative × 20 for 6 h", perDay: 200, times: 20, hours: 6, withinHours: 2 },
  { name: "2 000 a day, negative × 4 for 6 h", perDay: 2_000, times: 4, hours: 6, withinHours: 3 },
  { name: "2 000 a day, negative × 8 for 6 h", perDay: 2_000, times: 8, hours: 6, withinHours: 1 },
  { name: "20 000 a day, negative × 4 for 6 h", perDay: 20_000, times: 4, hours: 6, withinHours: 3 },
  { name: "20 000 a day, negative × 8 for 6 h", perDay: 20_000, times: 8, hours: 6, withinHours: 1 },
].map(({ name, perDay, times, hours, withinHours }) => ({
  name,
  series: { ...base, perDay, shape: 5, event: incident(times, hours) },
  planted: { day: PLANTED, withinHours },
}));
