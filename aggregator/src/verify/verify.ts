import { instantOf, millisOf, type Instant, type Store } from "@molva/contracts";
import { rate } from "@molva/numbers";
import { FOREVER } from "../steps.ts";
import { compareDays } from "./days.ts";
import { addTo, recountMention, type RawFact, type RecountedBucket } from "./recount.ts";
import { readRollingView } from "./rolling-view.ts";
import { BRANDS, RAW_CHOICES, RAW_FACTS, readStored } from "./stored.ts";

/** One number that is not what a recount gives. */
export interface Difference {
  readonly brand: string;
  readonly hour: Instant;
  /** A column of the bucket, `dimension=value label` of a cell, `day positive` of a day's sums, or `rolling 24h nsr`. */
  readonly column: string;
  readonly stored: number | string | null;
  readonly recounted: number | string | null;
}

export interface Verification {
  readonly brands: number;
  readonly facts: number;
  /** Mentions that count. */
  readonly mentions: number;
  readonly buckets: number;
  /** Points of the rolling view that were compared; 0 where newer facts were being applied. */
  readonly rollingPoints: number;
  /** At most 10 000. */
  readonly differences: readonly Difference[];
}

const MOST = 10_000;
const HOUR = 3600;
/** How far back from a brand's last mention the rolling view is compared. */
const ROLLING_REACH = 400 * 24 * HOUR;
const WINDOWS = [24, 168, 720];

interface Recount {
  readonly facts: number;
  readonly mentions: number;
  readonly buckets: ReadonlyMap<number, RecountedBucket>;
}

const recount = async (store: Store, brand: string, asOf: number): Promise<Recount> => {
  const ranks = new Map<string, number>();
  for await (const { model, rank } of store.stream(RAW_CHOICES, { brand, asOf }))
    ranks.set(model, Math.max(rank, ranks.get(model) ?? 0));
  const buckets = new Map<number, RecountedBucket>();
  let [facts, mentions] = [0, 0];
  let rows: RawFact[] = [];
  const finish = (): void => {
    const counted = rows.length === 0 ? null : recountMention(rows, ranks);
    if (counted !== null) {
      mentions += 1;
      addTo(buckets, counted);
    }
    rows = [];
  };
  for await (const fact of store.stream(RAW_FACTS, { brand, asOf })) {
    if (rows[0] !== undefined && rows[0].id !== fact.id) finish();
    rows.push(fact);
    facts += 1;
  }
  finish();
  return { facts, mentions, buckets };
};

const EMPTY: RecountedBucket = new Map();

const compareBuckets = (
  brand: string,
  stored: ReadonlyMap<number, RecountedBucket>,
  recounted: ReadonlyMap<number, RecountedBucket>,
): readonly Difference[] => {
  const hours = [...new Set([...stored.keys(), ...recounted.keys()])].sort((a, b) => a - b);
  return hours.flatMap((hour) => {
    const [have, want] = [stored.get(hour) ?? EMPTY, recounted.get(hour) ?? EMPTY];
    const columns = [...new Set([...have.keys(), ...want.keys()])];
    return columns
      .filter((column) => have.get(column) !== want.get(column))
      .map((column) => ({
        brand,
        hour: instantOf(hour * 1000),
        column,
        stored: have.get(column) ?? 0,
        recounted: want.get(column) ?? 0,
      }));
  });
};

const LABELS = ["positive", "neutral", "negative", "unscored"] as const;
type Sums = Record<(typeof LABELS)[number], number>;

/** What the windows that end at each hour hold, by adding one hour and taking one away. */
const compareRolling = async (
  store: Store,
  brand: string,
  hours: number,
  buckets: ReadonlyMap<number, RecountedBucket>,
): Promise<{ readonly points: number; readonly differences: readonly Difference[] }> => {
  const known = [...buckets.keys()].sort((a, b) => a - b);
  const last = (known.at(-1) ?? 0) + hours * HOUR + HOUR;
  const first = Math.max((known[0] ?? 0) + HOUR, last - ROLLING_REACH);
  const points = new Map(
    (await readRollingView(store, { brand, hours, first, last })).map((p) => [millisOf(p.at) / 1000, p]),
  );
  const sums: Sums = { positive: 0, neutral: 0, negative: 0, unscored: 0 };
  const add = (hour: number, sign: 1 | -1): void => {
    for (const label of LABELS) sums[label] += sign * ((buckets.get(hour)?.get(label) as number | undefined) ?? 0);
  };
  for (let hour = first - hours * HOUR; hour < first - HOUR; hour += HOUR) add(hour, 1);
  const differences: Difference[] = [];
  for (let at = first; at <= last; at += HOUR) {
    add(at - HOUR, 1);
    const want: Readonly<Record<string, number | string | null>> = { ...sums, ...rate(sums) };
    const have = points.get(at) as Readonly<Record<string, unknown>> | undefined;
    for (const [column, recounted] of Object.entries(want)) {
      const stored = (have?.[column] ?? null) as number | string | null;
      if (stored !== recounted)
        differences.push({
          brand,
          hour: instantOf(at * 1000),
          column: `rolling ${hours}h ${column}`,
          stored,
          recounted,
        });
    }
    add(at - hours * HOUR, -1);
  }
  return { points: points.size, differences };
};

/**
 * Recounts every number from the plain facts and compares it with what the program would show: every column and cell of every
 * bucket, and, where no newer fact is being applied, the rolling view. Reads one mention at a time and one brand's buckets.
 * @param asOf the horizon, so that facts being applied right now are no differences; null: all that lies in the store.
 */
export const verify = async (
  store: Store,
  {
    asOf = null,
    onProgress,
  }: { readonly asOf?: Instant | null; readonly onProgress?: (brandsDone: number, brands: number) => void } = {},
): Promise<Verification> => {
  const until = asOf === null ? FOREVER : millisOf(asOf);
  const brands = (await store.query(BRANDS, {})).map((row) => row.brand);
  const differences: Difference[] = [];
  let [facts, mentions, buckets, rollingPoints] = [0, 0, 0, 0];
  for (const [done, brand] of brands.entries()) {
    onProgress?.(done, brands.length);
    const recounted = await recount(store, brand, until);
    const stored = await readStored(store, brand, until);
    facts += recounted.facts;
    mentions += recounted.mentions;
    buckets += stored.buckets.size;
    differences.push(...compareBuckets(brand, stored.buckets, recounted.buckets));
    for (const { at, ...rest } of await compareDays(store, brand, recounted.buckets, until))
      differences.push({ brand, hour: instantOf(at * 1000), ...rest });
    if (recounted.buckets.size === 0) continue;
    const rolling: Difference[] = [];
    let points = 0;
    for (const hours of WINDOWS) {
      const compared = await compareRolling(store, brand, hours, recounted.buckets);
      rolling.push(...compared.differences);
      points += compared.points;
    }
    const { newest } = await readStored(store, brand, until);
    if (newest !== null && millisOf(newest as Instant) > until) continue;
    rollingPoints += points;
    differences.push(...rolling);
  }
  return { brands: brands.length, facts, mentions, buckets, rollingPoints, differences: differences.slice(0, MOST) };
};
