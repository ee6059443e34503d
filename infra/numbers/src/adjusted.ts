import type { AdjustedState, Label, Probabilities } from "@molva/contracts";
import { Z } from "./interval.ts";
import { weightsOf } from "./audit-weights.ts";
import { averaged, candidateOf, knownOf } from "./lean-candidates.ts";
import { meanShares, recalibrate, recalibrated, type Judged } from "./recalibrate.ts";
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
   * How far brands usually lean from what the model says after recalibration, in log-odds: standard deviations of the lean from negative to positive,
   * and of that from neutral to either. Which holds differs from source to source: the audits weigh all pairs against each other.
   */
  readonly leans: readonly number[];
  readonly feelings: readonly number[];
  /** Of how many audits worth it is what EM says of the shares of labels in the unit. The audits weigh these, too. */
  readonly trusts: readonly number[];
  /** How far one window of a brand usually leans from its others, in log-odds. */
  readonly drift: number;
  /** What a lean cannot tell (standard deviation, share), while audits in the unit are few. */
  readonly misfit: number;
  /** From so many audits in the unit on the model is believed as far as the audits show it right, and no further. */
  readonly enough: number;
  /** Fewer audits correct nothing. */
  readonly least: number;
  /** Half-width of the plain rate without audits (share). */
  readonly uncorrected: number;
}

/** LABELS.md §5, bettered and set by `npm run bench:rates` with brands left out of training: docs/audits.md has its table. */
export const ADJUSTED: AdjustedConstants = {
  leans: [0.3, 1, 2],
  feelings: [0.3, 1],
  trusts: [0, 5],
  drift: 0.65,
  misfit: 0.03,
  enough: 100,
  least: 30,
  uncorrected: 0.45,
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

/** The model is never taken for better than this: least variance of (truth − what it says) over audits. */
export const FLOOR = 0.05;
const FITTED = 3;

/**
 * The rate of a unit, corrected by audits: recalibrate on all of them, then let the unit lean (a shift of the log-odds of negative and positive) as its
 * own audits say, held back by how much brands lean, which the audits of all brands say. From `enough` audits in the unit on nothing is held back
 * (prediction-powered inference). With fewer than `least` audits nothing is corrected: the plain rate with the width that brands left out of training
 * justify.
 *
 * Source: ../shared/docs/LABELS.md §5; A. Angelopoulos et al., "Prediction-powered inference", Science 382 (2023); M. Saerens et al., Neural Computation 14
 * (2002) for what unlabelled texts tell of shares. Ours: a random intercept per brand and window in the logit, with its variances averaged by the audits
 * (Laplace's method), instead of one blend with EM and one shrunken difference.
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
  const { variance: spread } = moments(
    audits.map(leftOf),
    audits.map(() => 1),
  );
  const known = knownOf(unit, audits, by, spread);
  const candidates = constants.leans.flatMap((lean) =>
    constants.feelings.flatMap((feeling) =>
      constants.trusts.map((trust) => candidateOf(known, { lean, feeling, trust }, constants)),
    ),
  );
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
