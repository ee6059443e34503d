import { readDrift, readNsr, readRatingMoves, readSurveys, surveyBrands, type Signal } from "@molva/aggregator";
import {
  instantOf,
  millisOf,
  targetHealthSchema,
  type Alert,
  type AlertNumbers,
  type Checkpoints,
  type Instant,
  type Store,
  type TargetHealth,
} from "@molva/contracts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const NO_NUMBERS: AlertNumbers = {
  hours: 1,
  observed: null,
  expected: null,
  n: null,
  originals: null,
  share: null,
  usualShare: null,
  shareChange: null,
  level: null,
  before: null,
  strength: 1,
  thresholds: {},
};

const signal = (parts: Pick<Signal, "kind" | "since" | "numbers"> & Partial<Signal>, now: Instant): Signal => ({
  topic: null,
  source: null,
  active: true,
  opens: true,
  at: now,
  mentions: [],
  reach: 0,
  safety: 0,
  law: 0,
  ...parts,
});

/** What a level is of, where it is not the rate of mentions. */
const NPS = "nps";

/** How many mentions a month a verdict on the level needs: as every verdict. */
const LEAST = 100;

/** The rate over 30 days, its whole interval below zero. */
const levels = async (store: Store, brands: readonly string[], now: Instant, horizon: Instant | null) => {
  const to = Math.ceil(millisOf(now) / HOUR_MS) * HOUR_MS;
  const from = instantOf(to - 30 * DAY_MS);
  const rows = await readNsr(store, {
    brands,
    from,
    to: instantOf(to),
    window: null,
    step: null,
    by: null,
    tz: "UTC",
    asOf: null,
    horizon,
  });
  return rows.flatMap((row): readonly (readonly [string, Signal])[] => {
    if (row.nsr === null || row.high === null || row.low === null || row.n < LEAST || row.high >= 0) return [];
    const numbers = {
      ...NO_NUMBERS,
      hours: 720,
      n: row.n,
      level: { value: row.nsr, low: row.low, high: row.high },
      before: row.previous,
      thresholds: { high: 0, n: LEAST },
    };
    return [[row.brand, signal({ kind: "level", since: from, numbers }, now)]];
  });
};

/** Answers to surveys come in waves: so many days of them are one level. */
const SURVEY_DAYS = 90;

/** The net promoter score of customers over 90 days, its whole interval below zero. */
const surveyLevels = async (store: Store, brands: readonly string[], now: Instant): Promise<Found> => {
  const asked = new Set<string>(await surveyBrands(store));
  const from = instantOf(Math.floor(millisOf(now) / HOUR_MS) * HOUR_MS - SURVEY_DAYS * DAY_MS);
  const found: (readonly [string, Signal])[] = [];
  for (const brand of brands.filter((one) => asked.has(one))) {
    const question = {
      brand,
      metric: "nps",
      wave: null,
      segment: null,
      bySegment: false,
      from,
      to: null,
      asOf: null,
    } as const;
    for (const row of await readSurveys(store, question)) {
      const { metric, wave, n, value, low, high } = row;
      if (metric !== "nps" || wave !== null || value === null || low === null || high === null) continue;
      if (n < LEAST || high >= 0) continue;
      const numbers = {
        ...NO_NUMBERS,
        hours: SURVEY_DAYS * 24,
        n,
        level: { value, low, high },
        before: row.previous,
        thresholds: { high: 0, n: LEAST },
      };
      found.push([brand, signal({ kind: "level", source: NPS, since: from, numbers }, now)]);
    }
  }
  return found;
};

/** A tenth of a star on a scale of five, as sources print it. */
const DROP = 0.1;

const ratingDrops = async (store: Store, brands: readonly string[], now: Instant) =>
  (await readRatingMoves(store, brands, now)).flatMap((move): readonly (readonly [string, Signal])[] => {
    const scale = move.max > move.min ? 5 / (move.max - move.min + (move.min === 1 ? 1 : 0)) : 1;
    const fall = Number(((move.before - move.now) * scale).toFixed(3));
    if (fall < DROP) return [];
    const numbers = {
      ...NO_NUMBERS,
      hours: 168,
      n: move.count,
      level: { value: move.now, low: null, high: null },
      before: move.before,
      strength: Number((fall / DROP).toFixed(3)),
      thresholds: { fall: DROP },
    };
    return [
      [
        move.brand,
        signal(
          { kind: "rating-drop", source: move.source, since: instantOf(millisOf(now) - 7 * DAY_MS), numbers },
          now,
        ),
      ],
    ];
  });

const DRIFTED = 0.25;
const DRIFT_LEAST = 200;

const drifts = async (store: Store, brands: readonly string[], now: Instant) =>
  (await readDrift(store, brands, now)).flatMap(
    ({ brand, n, before, index }): readonly (readonly [string, Signal])[] => {
      if (n < DRIFT_LEAST || before < DRIFT_LEAST || index < DRIFTED) return [];
      const numbers = {
        ...NO_NUMBERS,
        hours: 168,
        n,
        strength: Number((index / DRIFTED).toFixed(3)),
        thresholds: { index: DRIFTED, n: DRIFT_LEAST },
      };
      return [[brand, signal({ kind: "drift", since: instantOf(millisOf(now) - 7 * DAY_MS), numbers }, now)]];
    },
  );

export const readHealth = async (checkpoints: Checkpoints): Promise<readonly TargetHealth[]> => {
  const found: TargetHealth[] = [];
  for await (const [, value] of checkpoints.entries("health/")) {
    const parsed = targetHealthSchema.safeParse(value);
    if (parsed.success) found.push(parsed.data);
  }
  return found;
};

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

/** One signal a brand and source that is silent, blocked or failing for a day. */
const silences = (health: readonly TargetHealth[], now: Instant) =>
  health.flatMap((one): readonly (readonly [string, Signal])[] => {
    if (unwellState(one, now) === null) return [];
    const since = one.lastNewMentionAt ?? one.lastSuccessAt ?? one.blockedSince ?? now;
    const hours = Math.max(1, Math.round((millisOf(now) - millisOf(since)) / HOUR_MS));
    const numbers = { ...NO_NUMBERS, hours, observed: one.got, expected: one.expected, thresholds: {} };
    return one.brands.map(
      (brand) => [brand, signal({ kind: "silence", source: one.source, since, numbers }, now)] as const,
    );
  });

export interface Conditions {
  /** What stands at each brand now, beside the spikes. */
  readonly signals: ReadonlyMap<string, readonly Signal[]>;
  readonly health: readonly TargetHealth[];
}

/** Level, ratings, drift of the labels and NPS move slowly; silence by the hour. */
const SLOW_MS = 5 * 60_000;
/** Drift is read from all labels of five weeks. */
const DRIFT_MS = HOUR_MS;

type Found = readonly (readonly [brand: string, signal: Signal])[];

/** What was found a while ago still stands: it is dated now, so that what it says does not look over. */
const dated = (found: Found, now: Instant): Found => found.map(([brand, one]) => [brand, { ...one, at: now }]);

/** Asks a question anew when its answer is older than so many milliseconds, or is about other brands. */
const remembered = (
  ms: number,
  ask: (brands: readonly string[], now: Instant, horizon: Instant | null) => Promise<Found>,
) => {
  let last: { readonly at: Instant; readonly brands: string; readonly found: Found } | null = null;
  return async (brands: readonly string[], now: Instant, horizon: Instant | null): Promise<Found> => {
    const key = brands.join(" ");
    if (last === null || last.brands !== key || Math.abs(millisOf(now) - millisOf(last.at)) >= ms)
      last = { at: now, brands: key, found: await ask(brands, now, horizon) };
    return dated(last.found, now);
  };
};

/** Level, surveys, public ratings, drift of the labels, and sources that bring nothing. One signal a brand, kind and source. */
export const createConditions = ({
  store,
  checkpoints,
}: {
  readonly store: Store;
  readonly checkpoints: Checkpoints;
}) => {
  const slow = remembered(SLOW_MS, async (brands, now, horizon) => [
    ...(await levels(store, brands, now, horizon)),
    ...(await surveyLevels(store, brands, now)),
    ...(await ratingDrops(store, brands, now)),
  ]);
  const drift = remembered(DRIFT_MS, (brands, now) => drifts(store, brands, now));
  return async (brands: readonly string[], now: Instant, horizon: Instant | null): Promise<Conditions> => {
    const health = await readHealth(checkpoints);
    const found = [
      ...(await slow(brands, now, horizon)),
      ...(await drift(brands, now, horizon)),
      ...silences(health, now),
    ];
    const signals = new Map<string, Signal[]>();
    for (const [brand, one] of found) {
      const known = signals.get(brand) ?? [];
      if (!known.some(({ kind, source }) => kind === one.kind && source === one.source)) known.push(one);
      signals.set(brand, known);
    }
    return { signals, health };
  };
};
