import { readDrift, readNsr, readRatingMoves, type Signal } from "@molva/aggregator";
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

export interface ConditionParts {
  readonly store: Store;
  readonly checkpoints: Checkpoints;
  readonly brands: readonly string[];
  readonly now: Instant;
  readonly horizon: Instant | null;
}

/** Level, public ratings, drift of the labels, and sources that bring nothing. One signal a brand, kind and source. */
export const readConditions = async ({
  store,
  checkpoints,
  brands,
  now,
  horizon,
}: ConditionParts): Promise<Conditions> => {
  const health = await readHealth(checkpoints);
  const found = [
    ...(await levels(store, brands, now, horizon)),
    ...(await ratingDrops(store, brands, now)),
    ...(await drifts(store, brands, now)),
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
