import type { AdjustedState, Label, Probabilities } from "@molva/contracts";
import { Z } from "./interval.ts";
import {
  meanShares,
  recalibrate,
  recalibrated,
  shiftedShares,
  type Judged,
  type Recalibration,
} from "./recalibrate.ts";
import { studentT } from "./student.ts";

/** A mention that was drawn at random and that a person labelled. */
export interface Audit extends Judged {
  /** It lies in the unit; else in another window of the brand, or with another brand of the same sources. */
  readonly where: "unit" | "brand" | "elsewhere";
  readonly brand: string;
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
  /**
   * How much of the estimate may be the shift of the prior by EM; the rest is the mean of recalibrated probabilities. Which is right differs from
   * source to source: the brand's own audits weigh these against each other, alike where there are none.
   */
  readonly blends: readonly number[];
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
  blends: [0, 0.25, 0.5, 0.75, 1],
  tau: 0.1,
  drift: 0.06,
  enough: 100,
  least: 30,
  uncorrected: 0.4,
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
const FITTED = 3;

interface Candidate {
  readonly rate: number;
  readonly se2: number;
  /** How well the brand's own audits fit it: log density. */
  readonly evidence: number;
}

const logNormal = (x: number, variance: number): number => -(x ** 2) / (2 * variance) - Math.log(variance) / 2;

/** One estimate before the audits of the brand, and what these make of it: a normal bias of the brand, and one of its window around that. */
const shrunken = (
  unit: Unit,
  audits: readonly Audit[],
  leftOf: (audit: Audit) => number,
  estimate: number,
  { tau, drift }: AdjustedConstants,
): Candidate => {
  const all = moments(
    audits.map(leftOf),
    audits.map(() => 1),
  );
  // Three numbers were fitted to the very audits whose residuals these are.
  const s2 = Math.max(FLOOR, (all.variance * (audits.length - 1)) / (audits.length - 1 - FITTED));
  let [bias, certainty, evidence] = [0, tau ** 2, 0];
  const others = audits.filter((a) => a.where === "brand");
  if (others.length > 0) {
    const found = moments(others.map(leftOf), weightsOf(others, unit.strata));
    const known = s2 / found.worth + drift ** 2;
    const own = tau ** 2 - drift ** 2;
    bias = (own / (own + known)) * found.mean;
    certainty = (own * known) / (own + known) + drift ** 2;
    evidence += logNormal(found.mean, own + known);
  }
  const inside = audits.filter((a) => a.where === "unit");
  let [lambda, own] = [0, 0];
  if (inside.length > 0) {
    const found = moments(inside.map(leftOf), weightsOf(inside, unit.strata));
    const chance = (s2 / found.worth) * Math.max(0, 1 - inside.length / unit.size);
    own = found.mean;
    lambda = certainty / (certainty + chance);
    evidence += logNormal(own - bias, certainty + chance);
  }
  return {
    rate: estimate + bias + lambda * (own - bias),
    se2: (1 - lambda) * certainty + ((1 - lambda) ** 2 * s2) / audits.length,
    evidence,
  };
};

/** What the audits of one other brand say of blending: what is left on them without, and how far EM would move them. */
interface Elsewhere {
  readonly left: number;
  readonly shift: number;
  readonly count: number;
}

/** Fewer audits of a brand say nothing of it. */
const LEAST_ELSEWHERE = 6;

const elsewhereOf = (
  audits: readonly Audit[],
  by: Recalibration,
  prior: Probabilities,
  leftOf: (audit: Audit) => number,
): readonly Elsewhere[] => {
  const brands = new Map<string, Audit[]>();
  for (const audit of audits) {
    if (audit.where !== "elsewhere") continue;
    const list = brands.get(audit.brand) ?? [];
    list.push(audit);
    brands.set(audit.brand, list);
  }
  return [...brands.values()]
    .filter((list) => list.length >= LEAST_ELSEWHERE)
    .map((list) => {
      const said = list.map((a) => recalibrated(a.said, by));
      const mean = meanShares(said) as Probabilities;
      return {
        left: list.reduce((sum, a) => sum + leftOf(a), 0) / list.length,
        shift: sentimentOf(shiftedShares(said, prior)) - sentimentOf(mean),
        count: list.length,
      };
    });
};

/** The mean of the candidates, each by how well it fits, and the variance with what they differ by. */
const averaged = (candidates: readonly Candidate[]): { readonly rate: number; readonly se2: number } => {
  const best = Math.max(...candidates.map((c) => c.evidence));
  const weights = candidates.map((c) => Math.exp(c.evidence - best));
  const total = weights.reduce((a, b) => a + b, 0);
  const mean = (of: (c: Candidate) => number): number =>
    candidates.reduce((sum, c, i) => sum + (weights[i] as number) * of(c), 0) / total;
  const rate = mean((c) => c.rate);
  return { rate, se2: mean((c) => c.se2 + (c.rate - rate) ** 2) };
};

/**
 * The rate of a unit, corrected by audits: recalibrate on all of them, shift the prior by EM as far as the brand's own audits want it, then add what
 * these show to be left, shrunk by how much chance is in it. From `enough` audits in the unit on nothing is shrunk (prediction-powered inference).
 * With fewer than `least` audits nothing is corrected: the plain rate with the width that brands left out of training justify.
 *
 * Source: ../shared/docs/LABELS.md §5; A. Angelopoulos et al., "Prediction-powered inference", Science 382 (2023). Ours: several blends with EM, averaged by
 * the audits, instead of one; and that audits in other windows of the brand tell of its bias, less surely by `drift`.
 */
export const adjustedRate = (
  unit: Unit,
  audits: readonly Audit[],
  constants: AdjustedConstants = ADJUSTED,
): Adjusted | null => {
  if (unit.size === 0) return null;
  const inside = audits.filter((a) => a.where === "unit");
  const counted = { audits: audits.length, inUnit: inside.length };
  const mean = meanShares(unit.said);
  if (audits.length < constants.least || mean === null) {
    const opinion = (mean === null ? 1 : variance(mean)) / unit.size;
    const made = interval(unit.plain, constants.uncorrected / Z, opinion, Z);
    return { ...made, state: "uncorrected", ...counted };
  }
  const by = recalibrate(audits);
  const said = unit.said.map((p) => recalibrated(p, by));
  const shares = meanShares(said) as Probabilities;
  const opinion = variance(shares) / unit.size;
  const sampling = sampled(said, unit.size);
  const lefts = new Map(audits.map((a) => [a, VALUE[a.label] - sentimentOf(recalibrated(a.said, by))]));
  const leftOf = (a: Audit): number => lefts.get(a) ?? 0;
  if (inside.length >= Math.min(constants.enough, unit.size)) {
    const found = moments(inside.map(leftOf), weightsOf(inside, unit.strata));
    const finite = Math.max(0, 1 - inside.length / unit.size);
    const se = Math.sqrt((Math.max(FLOOR, found.variance) / found.worth) * finite + sampling);
    const quantile = studentT(Math.max(1, Math.round(found.worth) - 1));
    return { ...interval(sentimentOf(shares) + found.mean, se, opinion, quantile), state: "measured", ...counted };
  }
  const prior = meanShares(audits.map((a) => recalibrated(a.said, by))) as Probabilities;
  const shift = sentimentOf(shiftedShares(said, prior)) - sentimentOf(shares);
  const { variance: spread } = moments(
    audits.map(leftOf),
    audits.map(() => 1),
  );
  const others = elsewhereOf(audits, by, prior, leftOf);
  const candidates = constants.blends.map((blend) => {
    const one = shrunken(
      unit,
      audits,
      (a) => leftOf(a) - blend * shift,
      sentimentOf(shares) + blend * shift,
      constants,
    );
    const elsewhere = others.reduce(
      (sum, o) => sum + logNormal(o.left - blend * o.shift, constants.tau ** 2 + Math.max(FLOOR, spread) / o.count),
      0,
    );
    return { ...one, evidence: one.evidence + elsewhere };
  });
  const { rate, se2 } = averaged(candidates);
  const made = interval(rate, Math.sqrt(se2 + sampling), opinion, studentT(audits.length - 1 - FITTED));
  return { ...made, state: "recalibrated", ...counted };
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
 * Half-width of the interval (share) that a unit of `size` mentions gets from `audits` audits in it. Below `enough` the audits are shrunk towards what
 * the model says, whose bias is usually `tau`; from there on they stand for themselves.
 * @param spread variance of (truth − what the model says) over audits, about 0.2 for a good model and 0.7 without one.
 */
export const halfWidthAfter = (audits: number, size: number, spread: number = USUAL_VARIANCE): number => {
  if (audits >= size) return 0;
  if (audits < 2) return 1;
  const chance = (Math.max(FLOOR, spread) / audits) * (1 - audits / size);
  const measured = studentT(audits - 1) * Math.sqrt(chance);
  const { tau, enough } = ADJUSTED;
  if (audits >= enough) return Math.min(1, measured);
  const known = Math.sqrt((tau ** 2 * chance) / (tau ** 2 + chance));
  return Math.min(1, measured, Math.max(studentT(audits - 1) * known, halfWidthAfter(enough, size, spread)));
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
