/** Simulated brands: what is usual known, what is planted known. Random numbers come from a seed, so a table can be printed again. */
export type Random = () => number;

/** mulberry32: uniform in [0, 1). */
export const randomFrom = (seed: number): Random => {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const poisson = (mean: number, random: Random): number => {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  let product = random();
  while (product > limit) {
    count += 1;
    product *= random();
  }
  return count;
};

/** Marsaglia and Tsang 2000, for any shape above 0; scale 1. */
const gamma = (shape: number, random: Random): number => {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
};

export interface Series {
  /** Mentions a day. */
  readonly perDay: number;
  /** Share of them that is negative. */
  readonly share: number;
  /** Shape of the gamma that mixes each hour's rate; null is Poisson. 3 makes an hour's rate vary by 58 %. */
  readonly shape: number | null;
  readonly days: number;
  readonly stepMinutes: number;
  readonly seed: number;
  /** What else multiplies the neutral and positive, and the negative mentions, at a moment (in days). Null: nothing is collected then. */
  readonly event?: (day: number) => { readonly others: number; readonly negative: number } | null;
  /** After a silence all that was missed comes at once. */
  readonly catchUp?: boolean;
}

export interface SimulatedRow {
  readonly at: number;
  readonly negative: number;
  readonly n: number;
  readonly originals: number;
}

const QUIET = { others: 1, negative: 1 };
/** Monday, 5 January 2026, midnight UTC. */
const START = Date.UTC(2026, 0, 5);

/** Three times as many by day as at night, and half as many at weekends. */
const season = (day: number): number =>
  (1 + 0.5 * Math.sin(2 * Math.PI * (day - 0.375))) * (day % 7 >= 5 ? 0.58 : 1.17);

export function* simulate(series: Series): Generator<SimulatedRow> {
  const random = randomFrom(series.seed);
  const steps = Math.round((series.days * 1440) / series.stepMinutes);
  let rate = 1;
  let hour = -1;
  let missedNegative = 0;
  let missedOthers = 0;
  for (let step = 0; step < steps; step++) {
    const day = (step * series.stepMinutes) / 1440;
    if (Math.floor(day * 24) !== hour) {
      hour = Math.floor(day * 24);
      rate = series.shape === null ? 1 : gamma(series.shape, random) / series.shape;
    }
    const mean = ((series.perDay * series.stepMinutes) / 1440) * season(day) * rate;
    const event = series.event === undefined ? QUIET : series.event(day);
    const negative = poisson(mean * series.share * (event ?? QUIET).negative, random);
    const others = poisson(mean * (1 - series.share) * (event ?? QUIET).others, random);
    if (event === null) {
      missedNegative += negative;
      missedOthers += others;
      continue;
    }
    const late =
      series.catchUp === true ? { negative: missedNegative, others: missedOthers } : { negative: 0, others: 0 };
    missedNegative = 0;
    missedOthers = 0;
    const all = negative + late.negative;
    yield {
      at: START + step * series.stepMinutes * 60_000,
      negative: all,
      n: all + others + late.others,
      originals: all,
    };
  }
}
