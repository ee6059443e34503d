import { readDrift, readNsr, readRatingMoves, readSurveys, surveyBrands } from "@molva/aggregator";
import {
  instantOf,
  millisOf,
  NOTHING_MEASURED,
  type AlertNumbers,
  type Incident,
  type Instant,
  type Store,
} from "@molva/contracts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What one rule beside the spikes says of one brand, whether it alerts or not. */
export interface Reading {
  readonly brand: string;
  readonly kind: Extract<Incident["kind"], "level" | "rating-drop" | "drift" | "silence">;
  /** Of a level: null is the rate of mentions, `nps` the surveys'. */
  readonly source: string | null;
  readonly since: Instant;
  readonly numbers: AlertNumbers;
  readonly active: boolean;
  /** Why it does or does not alert, in a few words. */
  readonly why: string;
}

/** What a rule has not measured; it alerts from strength 1 on. */
export const NO_NUMBERS: AlertNumbers = { ...NOTHING_MEASURED, strength: 1 };

/** How many mentions a month, or answers, a verdict on the level needs: as every verdict. */
const LEAST = 100;

const levelWhy = (n: number, high: number | null): { readonly active: boolean; readonly why: string } => {
  if (n < LEAST || high === null) return { active: false, why: `n < ${LEAST}: no verdict` };
  if (high < 0) return { active: true, why: `the whole interval is below zero: it ends at ${high.toFixed(1)}` };
  return { active: false, why: `the interval reaches ${high.toFixed(1)}, not below zero` };
};

export interface ReadingQuestion {
  readonly store: Store;
  readonly brands: readonly string[];
  readonly now: Instant;
  readonly horizon: Instant | null;
  /** What was known at this point of the log; null: all. */
  readonly asOf?: Instant | null;
}

/** The rate over 30 days. */
export const readLevels = async ({ store, brands, now, horizon, asOf = null }: ReadingQuestion) => {
  const to = Math.ceil(millisOf(now) / HOUR_MS) * HOUR_MS;
  const from = instantOf(to - 30 * DAY_MS);
  const question = { brands, from, to: instantOf(to), window: null, step: null, by: null, tz: "UTC", asOf, horizon };
  return (await readNsr(store, question)).map(({ brand, n, nsr, low, high, previous }): Reading => ({
    brand,
    kind: "level",
    source: null,
    since: from,
    numbers: {
      ...NO_NUMBERS,
      hours: 720,
      n,
      level: nsr === null ? null : { value: nsr, low, high },
      before: previous,
      thresholds: { high: 0, n: LEAST },
    },
    ...levelWhy(n, high),
  }));
};

/** Answers to surveys come in waves: so many days of them are one level. */
const SURVEY_DAYS = 90;

/** The net promoter score of customers over 90 days. */
export const readSurveyLevels = async ({ store, brands, now, asOf = null }: ReadingQuestion) => {
  const asked = new Set<string>(await surveyBrands(store));
  const from = instantOf(Math.floor(millisOf(now) / HOUR_MS) * HOUR_MS - SURVEY_DAYS * DAY_MS);
  const found: Reading[] = [];
  for (const brand of brands.filter((one) => asked.has(one))) {
    const question = {
      brand,
      metric: "nps",
      wave: null,
      segment: null,
      bySegment: false,
      from,
      to: now,
      asOf,
    } as const;
    for (const { metric, wave, n, value, low, high, previous } of await readSurveys(store, question)) {
      if (metric !== "nps" || wave !== null) continue;
      const level = value === null ? null : { value, low, high };
      const thresholds = { high: 0, n: LEAST };
      const numbers = { ...NO_NUMBERS, hours: SURVEY_DAYS * 24, n, level, before: previous, thresholds };
      found.push({ brand, kind: "level", source: "nps", since: from, numbers, ...levelWhy(n, high) });
    }
  }
  return found;
};

/** A tenth of a star on a scale of five, as sources print it. */
const DROP = 0.1;

export const readRatingDrops = async ({ store, brands, now }: ReadingQuestion) =>
  (await readRatingMoves(store, brands, now)).map((move): Reading => {
    const scale = move.max > move.min ? 5 / (move.max - move.min + (move.min === 1 ? 1 : 0)) : 1;
    const fall = Number(((move.before - move.now) * scale).toFixed(3));
    return {
      brand: move.brand,
      kind: "rating-drop",
      source: move.source,
      since: instantOf(millisOf(now) - 7 * DAY_MS),
      numbers: {
        ...NO_NUMBERS,
        hours: 168,
        n: move.count,
        level: { value: move.now, low: null, high: null },
        before: move.before,
        strength: Math.max(0, Number((fall / DROP).toFixed(3))),
        thresholds: { fall: DROP },
      },
      active: fall >= DROP,
      why:
        fall >= DROP
          ? `${fall.toFixed(2)} stars of five less than a week before`
          : `moved by ${(-fall).toFixed(2)} stars of five in a week; it takes a fall of ${DROP}`,
    };
  });

const DRIFTED = 0.25;
const DRIFT_LEAST = 200;

export const readDrifts = async ({ store, brands, now }: ReadingQuestion) =>
  (await readDrift(store, brands, now)).map(({ brand, n, before, index }): Reading => {
    const enough = n >= DRIFT_LEAST && before >= DRIFT_LEAST;
    return {
      brand,
      kind: "drift",
      source: null,
      since: instantOf(millisOf(now) - 7 * DAY_MS),
      numbers: {
        ...NO_NUMBERS,
        hours: 168,
        n,
        strength: Math.max(0, Number((index / DRIFTED).toFixed(3))),
        thresholds: { index: DRIFTED, n: DRIFT_LEAST },
      },
      active: enough && index >= DRIFTED,
      why: enough
        ? `stability index ${index.toFixed(2)}, against ${DRIFTED}`
        : `fewer than ${DRIFT_LEAST} labels in the last seven days or in the 28 before`,
    };
  });
