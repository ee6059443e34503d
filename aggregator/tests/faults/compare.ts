import { instantOf, millisOf, type Instant, type Store } from "@molva/contracts";
import { rate } from "@molva/numbers";
import { z } from "zod";
import { NUMBERS } from "../../src/bucket-sums.ts";
import { readNsr, readRolling } from "../../src/index.ts";
import { firstText, fold, type Folded, type Numbers, type Reference, type Taken } from "./oracle.ts";

const CELL = ["positive", "neutral", "negative", "unscored", "singles"] as const;
const HOUR = 3600;

const STORED = {
  name: "test-stored-buckets",
  sql: `SELECT brand, toUnixTimestamp(hour) AS hour, [${NUMBERS.join(", ")}]::Array(UInt64) AS numbers,
      CAST(cells, 'Array(Tuple(String, String, UInt8, UInt32, UInt32, UInt32, UInt32, UInt32))') AS cells,
      arrayMap(x -> (x.1, toUnixTimestamp64Milli(x.2), leftPad(lower(hex(x.3)), 32, '0'), x.4, x.5, x.6, x.7, x.8, x.9), b.firsts) AS firsts
    FROM bucket AS b FINAL ORDER BY brand, b.hour`,
  params: z.strictObject({}),
  row: z.object({
    brand: z.string(),
    hour: z.int(),
    numbers: z.array(z.coerce.number()),
    cells: z.array(z.tuple([z.string(), z.string(), z.int(), z.int(), z.int(), z.int(), z.int(), z.int()])),
    firsts: z.array(
      z.tuple([
        z.string(),
        z.coerce.number(),
        z.string(),
        z.int(),
        z.string(),
        z.string(),
        z.string(),
        z.string(),
        z.array(z.string()),
      ]),
    ),
  }),
};

/** Every bucket as it lies in the store, in the reference's shape. */
const storedBuckets = async (store: Store): Promise<Folded> => {
  const folded = new Map<string, Map<number, Numbers>>();
  for await (const { brand, hour, numbers, cells, firsts } of store.stream(STORED, {})) {
    const found: Numbers = new Map();
    const put = (name: string, value: number): void => void (value === 0 ? null : found.set(name, value));
    for (const [i, name] of NUMBERS.entries()) put(name, numbers[i] ?? 0);
    for (const [dimension, value, coarse, ...counts] of cells)
      for (const [i, name] of CELL.entries())
        put(`${dimension}=${value}${coarse === 1 ? "~" : ""} ${name}`, counts[i] ?? 0);
    for (const [group, at, id, coarse, source, language, region, rating, topics] of firsts)
      found.set(
        `first of ${group}${coarse === 1 ? "~" : ""}`,
        firstText(at, id, [source, language, region, rating, [...new Set(topics)]]),
      );
    const hours = folded.get(brand) ?? new Map<number, Numbers>();
    folded.set(brand, hours);
    hours.set(hour, found);
  }
  return folded;
};

export interface Found {
  readonly compared: number;
  /** `aurora 2026-03-02T10 positive: 1 for 2`: what stands there, and what the reference gives. */
  readonly wrong: readonly string[];
}

const NOTHING: Numbers = new Map();

const hourText = (hour: number): string => new Date(hour * 1000).toISOString().slice(0, 13);

export const compareBuckets = async (store: Store, { folded }: Reference): Promise<Found> => {
  const stored = await storedBuckets(store);
  const wrong: string[] = [];
  let compared = 0;
  for (const brand of new Set([...stored.keys(), ...folded.keys()])) {
    const [have, want] = [stored.get(brand), folded.get(brand)];
    for (const hour of new Set([...(have?.keys() ?? []), ...(want?.keys() ?? [])])) {
      compared += 1;
      const [is, ought] = [have?.get(hour) ?? NOTHING, want?.get(hour) ?? NOTHING];
      for (const name of new Set([...is.keys(), ...ought.keys()]))
        if (is.get(name) !== ought.get(name))
          wrong.push(`${brand} ${hourText(hour)} ${name}: ${is.get(name) ?? 0} for ${ought.get(name) ?? 0}`);
    }
  }
  return { compared, wrong };
};

const LABELS = ["positive", "neutral", "negative", "unscored"] as const;
const WINDOWS = [24, 168, 720, 2160];

/** Every point of the rolling view, for windows of a day, a week, a month and a quarter. */
export const compareRolling = async (store: Store, { folded }: Reference): Promise<Found> => {
  const wrong: string[] = [];
  let compared = 0;
  for (const [brand, hours] of folded) {
    const sorted = [...hours.keys()].toSorted((a, b) => a - b);
    const [first, last] = [sorted[0] as number, sorted.at(-1) as number];
    for (const window of WINDOWS) {
      const [from, to] = [first + HOUR, Math.min(last + window * HOUR + HOUR, first + 500 * 24 * HOUR)];
      const points = await readRolling(store, {
        brands: [brand],
        hours: window,
        from: instantOf(from * 1000),
        to: instantOf(to * 1000),
      });
      const byTime = new Map(points.map((point) => [millisOf(point.at) / 1000, point]));
      const sums = { positive: 0, neutral: 0, negative: 0, unscored: 0 };
      const add = (hour: number, sign: 1 | -1): void => {
        for (const label of LABELS) sums[label] += sign * Number(hours.get(hour)?.get(label) ?? 0);
      };
      for (let at = from; at <= to; at += HOUR) {
        add(at - HOUR, 1);
        if (at - (window + 1) * HOUR >= first) add(at - (window + 1) * HOUR, -1);
        compared += 1;
        const point = byTime.get(at) as Readonly<Record<string, unknown>> | undefined;
        const ought = { ...sums, ...rate(sums) };
        for (const [name, value] of Object.entries(ought))
          if ((point?.[name] ?? null) !== value)
            wrong.push(`${brand} ${hourText(at)} rolling ${window}h ${name}: ${String(point?.[name])} for ${value}`);
      }
    }
  }
  return { compared, wrong };
};

/** One row of an answer: a day's counts. */
type DayCounts = readonly [
  day: string,
  positive: number,
  neutral: number,
  negative: number,
  unscored: number,
  originals: number,
];
/** What the program answered at a moment, and the point that it printed beside the answer. */
export interface Answer {
  readonly asOf: Instant;
  readonly days: Readonly<Record<string, readonly DayCounts[]>>;
}

/** Every brand's days as the program prints them as of a point. */
export const answerAt = async (store: Store, asOf: Instant, brands: readonly string[]): Promise<Answer> => {
  const rows = await readNsr(store, {
    brands,
    from: null,
    to: null,
    window: null,
    step: "day",
    by: null,
    tz: "UTC",
    asOf,
    horizon: asOf,
  });
  const daysOfBrand = (brand: string): readonly DayCounts[] =>
    rows
      .filter((row) => row.brand === brand && row.n + row.unscored > 0)
      .map((r) => [r.from.slice(0, 10), r.positive, r.neutral, r.negative, r.unscored, r.originals]);
  const days = Object.fromEntries(brands.map((brand) => [brand, daysOfBrand(brand)]));
  return { asOf, days };
};

/** The same days by the reference. */
const daysOf = ({ counted }: Reference, brand: string): readonly DayCounts[] => {
  const firsts = new Map<string, readonly [at: number, id: string]>();
  const mentions = counted.get(brand) ?? [];
  for (const { group, at, id } of mentions) {
    if (group === null) continue;
    const known = firsts.get(group);
    if (known === undefined || at < known[0] || (at === known[0] && id < known[1])) firsts.set(group, [at, id]);
  }
  const days = new Map<string, [number, number, number, number, number]>();
  for (const { group, at, id, label } of mentions) {
    const day = new Date(at).toISOString().slice(0, 10);
    const counts = days.get(day) ?? [0, 0, 0, 0, 0];
    days.set(day, counts);
    counts[LABELS.indexOf(label as "positive")] = (counts[LABELS.indexOf(label as "positive")] ?? 0) + 1;
    if (group === null || firsts.get(group)?.[1] === id) counts[4] += 1;
  }
  return [...days].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([day, counts]) => [day, ...counts] as const);
};

/** Asks again what was answered during the run: the digits must be those printed then, and those of the reference. */
export const compareAnswers = async (
  store: Store,
  answers: readonly Answer[],
  log: readonly Taken[],
): Promise<Found> => {
  const wrong: string[] = [];
  let compared = 0;
  for (const { asOf, days } of answers) {
    const brands = Object.keys(days);
    const again = await answerAt(store, asOf, brands);
    const reference = fold(log, millisOf(asOf));
    for (const brand of brands) {
      compared += days[brand]?.length ?? 0;
      const [then, now] = [JSON.stringify(days[brand]), JSON.stringify(again.days[brand])];
      const ought = JSON.stringify(daysOf(reference, brand));
      if (then !== now) wrong.push(`${brand} as of ${asOf}, asked again: ${now} for ${then}`);
      if (then !== ought) wrong.push(`${brand} as of ${asOf}, answered then: ${then} for ${ought}`);
    }
  }
  return { compared, wrong };
};
