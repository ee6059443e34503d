import type { AdjustedState, Label, Probabilities } from "@molva/contracts";
import { Z } from "./interval.ts";
import { meanShares, recalibrate, recalibrated, shiftedShares, type Judged } from "./recalibrate.ts";
import { studentT } from "./student.ts";

/** A mention that was drawn at random and that a person labelled. */
export interface Audit extends Judged {
  /** It lies in the unit; else in another window of the brand, or with another brand of the same sources. */
  readonly where: "unit" | "brand" | "elsewhere";
  /** What was drawn from: the source. */
  readonly stratum: string;
}

/** A unit is a brand in a window. */
export interface Unit {
  /** What the model says of its mentions, or of a uniform sample of them. */
  readonly said: readonly Probabilities[];
  /** How many they are in all. */
  readonly size: number;
  /** How many lie in each stratum. Audits are weighed by it where sources were not drawn alike. */
  readonly strata: ReadonlyMap<string, number>;
  /** (P − N) / n of the labels as they count: what stands where no audit is. */
  readonly plain: number;
}

export interface AdjustedConstants {
  /** How much of the estimate is the shift of the prior by EM; the rest is the mean of recalibrated probabilities. */
  readonly blend: number;
  /** How far a brand's rate usually stays from it after recalibration (standard deviation, share). */
  readonly tau: number;
  /** How far one window of a brand usually stays from its others. Within `tau`. */
  readonly drift: number;
  /** From so many audits in the unit on the model is believed as far as the audits show it right, and no further. */
  readonly enough: number;
  /** Fewer audits correct nothing. */
  readonly least: number;
  /** Half-width of the plain rate without audits (share). */
  readonly uncorrected: number;
}

/** LABELS.md §5, checked and set by `npm run bench:rates` with brands left out of training: docs/audits.md has its table. */
export const ADJUSTED: AdjustedConstants = {
  blend: 0.4,
  tau: 0.08,
  drift: 0.05,
  enough: 100,
  least: 30,
  uncorrected: 0.25,
};

/** The rate of the collected texts with the model's error in its interval. Shares, −1…1. */
export interface Adjusted {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  /** Of the opinion behind the texts, of which they are a sample: var(y) / N is added. */
  readonly opinionLow: number;
  readonly opinionHigh: number;
  readonly state: AdjustedState;
  /** Audits that it rests on, and those of them in the unit. */
  readonly audits: number;
  readonly inUnit: number;
}

const VALUE: Readonly<Record<Label, number>> = { negative: -1, neutral: 0, positive: 1 };
const sentimentOf = (p: Probabilities): number => p.positive - p.negative;

const clip = (x: number): number => Math.min(1, Math.max(-1, x));

const interval = (
  rate: number,
  se: number,
  opinion: number,
  quantile: number,
): Pick<Adjusted, "rate" | "low" | "high" | "opinionLow" | "opinionHigh"> => {
  const wide = Math.sqrt(se ** 2 + opinion);
  const at = clip(rate);
  return {
    rate: at,
    low: clip(at - quantile * se),
    high: clip(at + quantile * se),
    opinionLow: clip(at - quantile * wide),
    opinionHigh: clip(at + quantile * wide),
  };
};

/** Weighted mean and variance (of one, with the correction for a sample), and how many equal ones it is worth (Kish). */
const moments = (
  values: readonly number[],
  weights: readonly number[],
): { readonly mean: number; readonly variance: number; readonly worth: number } => {
  let [sum, squares, total] = [0, 0, 0];
  for (const [i, x] of values.entries()) {
    const w = weights[i] as number;
    sum += w * x;
    total += w;
    squares += w * w;
  }
  if (total === 0) return { mean: 0, variance: 0, worth: 0 };
  const mean = sum / total;
  const worth = (total * total) / squares;
  let spread = 0;
  for (const [i, x] of values.entries()) spread += (weights[i] as number) * (x - mean) ** 2;
  return { mean, variance: worth > 1 ? (spread / total) * (worth / (worth - 1)) : 0, worth };
};

/** A weight this far from 1 costs more certainty than the bias that it takes away. */
const MOST_WEIGHT = 4;

/** By how much each audit's stratum was drawn too seldom: its share of the mentions over its share of the audits. */
const weightsOf = (audits: readonly Audit[], strata: ReadonlyMap<string, number>): readonly number[] => {
  const drawn = new Map<string, number>();
  for (const { stratum } of audits) drawn.set(stratum, (drawn.get(stratum) ?? 0) + 1);
  const all = [...drawn.keys()].reduce((sum, stratum) => sum + (strata.get(stratum) ?? 0), 0);
  return audits.map(({ stratum }) => {
    const share = all === 0 ? 1 : (strata.get(stratum) ?? 0) / all;
    const weight = (share * audits.length) / (drawn.get(stratum) as number);
    return Math.min(MOST_WEIGHT, Math.max(1 / MOST_WEIGHT, weight));
  });
};

const FLOOR = 0.05;

/**
 * The rate of a unit, corrected by audits: recalibrate on all of them, shift the prior by EM with weight `blend`, then add what the audits of the
 * unit show to be left, shrunk by how much chance is in it. From `enough` audits in the unit on nothing is shrunk (prediction-powered inference).
 * With fewer than `least` audits nothing is corrected: the plain rate with the width that brands left out of training justify.
 *
 * Source: ../shared/docs/LABELS.md §5; A. Angelopoulos et al., "Prediction-powered inference", Science 382 (2023). Ours is the step between: audits in
 * other windows of the brand tell of its bias, less surely by `drift`.
 */
export const adjustedRate = (
  unit: Unit,
  audits: readonly Audit[],
  constants: AdjustedConstants = ADJUSTED,
): Adjusted | null => {
  const { blend, tau, drift, enough, least } = constants;
  if (unit.size === 0) return null;
  const inside = audits.filter((a) => a.where === "unit");
  const counted = { audits: audits.length, inUnit: inside.length };
  const mean = meanShares(unit.said);
  if (audits.length < least || mean === null) {
    const opinion = (mean === null ? 1 : variance(mean)) / unit.size;
    const made = interval(unit.plain, constants.uncorrected / Z, opinion, Z);
    return { ...made, state: "uncorrected", ...counted };
  }
  const by = recalibrate(audits);
  const said = unit.said.map((p) => recalibrated(p, by));
  const shares = meanShares(said) as Probabilities;
  const prior = meanShares(audits.map((a) => recalibrated(a.said, by))) as Probabilities;
  const shifted = blend === 0 ? shares : shiftedShares(said, prior);
  const estimate = (1 - blend) * sentimentOf(shares) + blend * sentimentOf(shifted);
  const sampling = sampled(said, unit.size);
  const moves = estimate - sentimentOf(shares);
  const lefts = (list: readonly Audit[]): readonly number[] =>
    list.map((a) => VALUE[a.label] - sentimentOf(recalibrated(a.said, by)) - moves);
  const opinion = variance(shares) / unit.size;
  if (inside.length >= Math.min(enough, unit.size)) {
    const found = moments(lefts(inside), weightsOf(inside, unit.strata));
    const finite = Math.max(0, 1 - inside.length / unit.size);
    const se = Math.sqrt((Math.max(FLOOR, found.variance) / found.worth) * finite + sampling);
    const made = interval(estimate + found.mean, se, opinion, studentT(Math.max(1, Math.round(found.worth) - 1)));
    return { ...made, state: "measured", ...counted };
  }
  const all = moments(
    lefts(audits),
    audits.map(() => 1),
  );
  const s2 = Math.max(FLOOR, all.variance);
  // The brand's bias by its other windows.
  const others = audits.filter((a) => a.where === "brand");
  let [bias, certainty] = [0, tau ** 2];
  if (others.length > 0) {
    const found = moments(lefts(others), weightsOf(others, unit.strata));
    const known = s2 / found.worth + drift ** 2;
    const own = tau ** 2 - drift ** 2;
    bias = (own / (own + known)) * found.mean;
    certainty = (own * known) / (own + known) + drift ** 2;
  }
  const own = moments(lefts(inside), weightsOf(inside, unit.strata));
  const v = own.worth === 0 ? Infinity : (s2 / own.worth) * Math.max(0, 1 - inside.length / unit.size);
  const lambda = v === Infinity ? 0 : certainty / (certainty + v);
  const rate = estimate + bias + lambda * (own.mean - bias);
  const se2 = (1 - lambda) * certainty + ((1 - lambda) ** 2 * s2) / audits.length + sampling;
  return { ...interval(rate, Math.sqrt(se2), opinion, Z), state: "recalibrated", ...counted };
};

const variance = (p: Probabilities): number => p.positive + p.negative - sentimentOf(p) ** 2;

/** Variance that is left where `said` is a uniform sample of a larger unit. */
const sampled = (said: readonly Probabilities[], size: number): number => {
  if (said.length < 2 || said.length >= size) return 0;
  const { variance: spread } = moments(
    said.map(sentimentOf),
    said.map(() => 1),
  );
  return (spread / said.length) * (1 - said.length / size);
};

/** Variance of what the model gets wrong, where no audit tells: LABELS.md §4d, in the middle of its four groups. */
export const USUAL_VARIANCE = 0.4;

/**
 * Half-width of the interval (share) that a unit of `size` mentions gets from `audits` audits in it, from `enough` on.
 * @param spread variance of (truth − what the model says) over audits, about 0.2 for a good model and 0.7 without one.
 */
export const halfWidthAfter = (audits: number, size: number, spread: number = USUAL_VARIANCE): number => {
  if (audits >= size) return 0;
  if (audits < 2) return 1;
  return Math.min(1, studentT(audits - 1) * Math.sqrt((Math.max(FLOOR, spread) / audits) * (1 - audits / size)));
};

/** The smallest number of audits in a unit of `size` mentions whose interval is at most `half` (share) on either side. */
export const auditsFor = (half: number, size: number, spread: number = USUAL_VARIANCE): number => {
  let [low, high] = [1, Math.max(2, size)];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (halfWidthAfter(middle, size, spread) <= half) high = middle;
    else low = middle;
  }
  return high;
};

/**
 * Agreement of two people beyond chance on the same mentions: (observed − expected) / (1 − expected).
 * Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960).
 * @returns −1…1; null of no pair, or when both always gave one and the same label.
 */
export const kappa = (pairs: readonly (readonly [Label, Label])[]): number | null => {
  const n = pairs.length;
  if (n === 0) return null;
  const labels = Object.keys(VALUE) as Label[];
  const observed = pairs.filter(([a, b]) => a === b).length / n;
  const expected = labels.reduce(
    (sum, label) =>
      sum + (pairs.filter(([a]) => a === label).length / n) * (pairs.filter(([, b]) => b === label).length / n),
    0,
  );
  return expected === 1 ? null : (observed - expected) / (1 - expected);
};
