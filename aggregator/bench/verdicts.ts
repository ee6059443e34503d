/**
 * How often a report says that something changed where nothing did, and how often it finds what did: 10,000 simulated pairs of weeks for each
 * line, twelve weeks of history, a hundred to a thousand mentions a week. `npm run bench:verdicts`.
 */
import type { FigureKey } from "@molva/contracts";
import { claim, claimAcross, comparisonOf, type Sample } from "../src/report/compare.ts";

const PAIRS = Number(process.argv[2] ?? 10_000);

/** Mulberry32, seeded: the table is the same each time. */
const random = (() => {
  let state = 20_261_122;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
})();

const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Marsaglia and Tsang (2000), shape 1 or more. */
const gamma = (shape: number): number => {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < x * x * 0.5 + d - d * v + d * Math.log(v)) return d * v;
  }
};

const poisson = (mean: number): number => {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
  let [count, product] = [0, random()];
  for (const limit = Math.exp(-mean); product > limit; product *= random()) count += 1;
  return count;
};

/** Counts that swing φ times as much as chance alone makes them. */
const swinging = (mean: number, phi: number): number =>
  phi <= 1 ? poisson(mean) : poisson(gamma(mean / (phi - 1)) * (phi - 1));

interface Truth {
  readonly mean: number;
  readonly phi: number;
  readonly positive: number;
  readonly negative: number;
}

/** Stars follow the label, with some who praise and give three. */
const starsOf = (label: "positive" | "neutral" | "negative"): number => {
  const r = random();
  if (label === "positive") return r < 0.8 ? 5 : 4;
  if (label === "neutral") return r < 0.6 ? 3 : r < 0.8 ? 4 : 2;
  return r < 0.7 ? 1 : 2;
};

const week = ({ mean, phi, positive, negative }: Truth): Sample => {
  const n = swinging(mean, phi);
  const counts = { positive: 0, neutral: 0, negative: 0 };
  let [rated, sum, squares] = [0, 0, 0];
  for (let i = 0; i < n; i += 1) {
    const r = random();
    const label = r < positive ? "positive" : r < positive + negative ? "negative" : "neutral";
    counts[label] += 1;
    if (random() < 0.8) {
      const stars = starsOf(label);
      rated += 1;
      sum += stars;
      squares += stars * stars;
    }
  }
  return { ...counts, volume: n, ratings: { n: rated, sum, squares }, weeks: 1 };
};

const together = (weeks: readonly Sample[]): Sample => {
  const add = (of: (week: Sample) => number): number => weeks.reduce((sum, one) => sum + of(one), 0);
  return {
    positive: add((w) => w.positive),
    neutral: add((w) => w.neutral),
    negative: add((w) => w.negative),
    volume: add((w) => w.volume),
    ratings: { n: add((w) => w.ratings.n), sum: add((w) => w.ratings.sum), squares: add((w) => w.ratings.squares) },
    weeks: weeks.length,
  };
};

const KEYS: readonly FigureKey[] = ["nsr", "volume", "negative-share", "mean-rating"];

/** One report: which numbers say up or down by their interval against the week before, and whether the text claims any change at all. */
const report = (before: Truth, now: Truth) => {
  const past = Array.from({ length: 12 }, () => week(before));
  const current = week(now);
  const volumes = past.map(({ volume }) => volume);
  const figures = claim(
    KEYS.map((key) => ({
      key,
      value: null,
      low: null,
      high: null,
      n: 0,
      state: "ok" as const,
      comparisons: [
        comparisonOf(key, "week", current, together(past.slice(-1)), volumes),
        comparisonOf(key, "four-weeks", current, together(past.slice(-4)), volumes),
      ],
    })),
  );
  const says = (key: FigureKey): boolean => {
    const verdict = figures.find((one) => one.key === key)?.comparisons[0]?.verdict;
    return verdict === "up" || verdict === "down";
  };
  const claims = (key?: FigureKey): boolean =>
    figures.some((one) => (key === undefined || one.key === key) && one.comparisons.some((c) => c.claimed));
  return { says, claims };
};

const percent = (count: number): string => `${((count / PAIRS) * 100).toFixed(1)} %`.padStart(8);

const line = (name: string, before: Truth, now: Truth): void => {
  const said = new Map<FigureKey, number>(KEYS.map((key) => [key, 0]));
  let [any, nsr] = [0, 0];
  for (let i = 0; i < PAIRS; i += 1) {
    const { says, claims } = report(before, now);
    for (const key of KEYS) if (says(key)) said.set(key, (said.get(key) ?? 0) + 1);
    if (claims()) any += 1;
    if (claims("nsr")) nsr += 1;
  }
  console.log(
    `${name.padEnd(46)}${KEYS.map((key) => percent(said.get(key) ?? 0)).join("")}  ${percent(any)}${percent(nsr)}`,
  );
};

const base = { positive: 0.35, negative: 0.3 };
console.log(
  `${PAIRS.toLocaleString("en")} pairs of weeks a line. Columns: says up or down against the week before, by its interval alone;`,
);
console.log(
  "then what the text claims, false discovery rate 10 %, against the week and four weeks: anything, and NSR.\n",
);
console.log(
  `${"".padEnd(46)}${["NSR", "volume", "negative", "rating"].map((t) => t.padStart(8)).join("")}  ${"claims".padStart(8)}${"NSR".padStart(8)}`,
);
console.log("no true change (at most 6 % a number, 10 % for the text)");
for (const [mean, phi] of [
  [130, 1],
  [130, 3],
  [300, 1],
  [300, 5],
  [1_000, 1],
  [1_000, 10],
] as const) {
  const truth = { mean, phi, ...base };
  line(`  ${mean} a week, swinging ${phi} × Poisson`, truth, truth);
}
const lopsided = { mean: 300, phi: 2, positive: 0.05, negative: 0.85 };
line("  300 a week, 85 % negative", lopsided, lopsided);
console.log("a true change");
/** Power of a two-sided test at 5 % that the interval predicts: 1 − Φ(1.96 − |d| / se). */
for (const shift of [0.05, 0.1, 0.2]) {
  const truth = { mean: 300, phi: 2, ...base };
  const moved = { ...truth, positive: base.positive - shift / 2, negative: base.negative + shift / 2 };
  const variance = (p: number, q: number): number => (p + q - (p - q) ** 2) / 300;
  const z = shift / Math.sqrt(variance(base.positive, base.negative) + variance(moved.positive, moved.negative));
  const t = 1.96 - z;
  // Φ by Abramowitz and Stegun 26.2.17.
  const phi = (x: number): number => {
    if (x < 0) return 1 - phi(-x);
    const k = 1 / (1 + 0.2316419 * x);
    const poly = k * (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
    return 1 - (Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI)) * poly;
  };
  line(`  NSR falls by ${shift * 100} points (predicted ${((1 - phi(t)) * 100).toFixed(1)} %)`, truth, moved);
}
for (const factor of [1.25, 1.5, 2]) {
  const truth = { mean: 300, phi: 3, ...base };
  line(`  mentions × ${factor}, swinging 3 × Poisson`, truth, { ...truth, mean: truth.mean * factor });
}

/** A summary over brands, of which each is compared with the week before alone: brands that it names, and what it says of them. */
const side = (brands: number, fallen: number, mean: number): void => {
  const truth = { mean, phi: 2, ...base };
  const moved = { ...truth, positive: base.positive - 0.1, negative: base.negative + 0.1 };
  const summaries = PAIRS / 10;
  let [any, wrongBrands, wrong, found] = [0, 0, 0, 0];
  for (let i = 0; i < summaries; i += 1) {
    const told = claimAcross(
      Array.from({ length: brands }, (_, brand) => {
        const past = Array.from({ length: 12 }, () => week(truth));
        const current = week(brand < fallen ? moved : truth);
        const volumes = past.map(({ volume }) => volume);
        return KEYS.map((key) => ({
          key,
          value: null,
          low: null,
          high: null,
          n: 0,
          state: "ok" as const,
          comparisons: [comparisonOf(key, "week", current, together(past.slice(-1)), volumes)],
        }));
      }),
    ).map((figures) =>
      figures.filter(({ comparisons }) => comparisons.some(({ claimed }) => claimed)).map(({ key }) => key),
    );
    const named = told.filter((keys) => keys.length > 0).length;
    if (named === 0) continue;
    any += 1;
    wrongBrands += told.filter((keys, brand) => keys.length > 0 && brand >= fallen).length / named;
    const claims = told.flatMap((keys, brand) => keys.map((key) => brand >= fallen || key === "volume"));
    wrong += claims.filter((isWrong) => isWrong).length / claims.length;
    found += told.filter((keys, brand) => brand < fallen && keys.includes("nsr")).length;
  }
  const share = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(1)} %`;
  console.log(
    fallen === 0
      ? `  ${brands} brands of ${mean} a week, none changed: it names any in ${share(any, summaries)}`
      : `  ${brands} brands of ${mean} a week, ${fallen} fall by 20 points: ${share(found, fallen * summaries)} of the falls are told; false are ${share(wrongBrands, summaries)} of the brands it names, ${share(wrong, summaries)} of what it says`,
  );
};
console.log(`\nthe summary over brands, ${(PAIRS / 10).toLocaleString("en")} weeks a line (at most 10 % false)`);
for (const [brands, mean] of [
  [10, 300],
  [50, 130],
] as const)
  for (const fallen of [0, brands / 5]) side(brands, fallen, mean);
