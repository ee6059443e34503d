import type { AdjustedState, Label, Probabilities } from "@molva/contracts";
import { Z } from "./interval.ts";
import {
  fitLean,
  foretold,
  inverse,
  leaned,
  quadratic,
  type Lean,
  type LogShares,
  type Seen,
  type Symmetric,
} from "./lean.ts";
import { logShares, meanShares, recalibrate, recalibrated, type Judged, type Recalibration } from "./recalibrate.ts";
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
  drift: 0.5,
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

const LABEL_AT: Readonly<Record<Label, 0 | 1 | 2>> = { negative: 0, neutral: 1, positive: 2 };

interface Candidate {
  readonly rate: number;
  readonly se2: number;
  /** How well the audits fit it: log density. */
  readonly evidence: number;
}

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

/** Texts that tell of a unit's shares: more tell no more than `trusts` believe. */
const MOST_TEXTS = 400;

/** All that does not change from candidate to candidate. */
interface Known {
  readonly said: readonly LogShares[];
  readonly texts: readonly LogShares[];
  readonly usual: Probabilities;
  readonly inside: readonly Seen[];
  readonly others: readonly Seen[];
  readonly elsewhere: readonly { readonly seen: readonly Seen[]; readonly texts: readonly LogShares[] }[];
  readonly size: number;
  /** Variance of (truth − what the model says) over all audits, and how many they are. */
  readonly spread: number;
  readonly audits: number;
}

const NO_LEAN: Lean = [0, 0];
const plainShares = (said: LogShares): LogShares => leaned(said, NO_LEAN);

const knownOf = (unit: Unit, audits: readonly Audit[], by: Recalibration, spread: number): Known => {
  const said = unit.said.map((p) => logShares(p, by));
  const step = Math.max(1, said.length / MOST_TEXTS);
  const texts = Array.from({ length: Math.min(said.length, MOST_TEXTS) }, (_, i) =>
    plainShares(said[Math.floor(i * step)] as LogShares),
  );
  const seenOf = (of: readonly Audit[], weights: readonly number[]): readonly Seen[] =>
    of.map((a, i) => ({
      said: logShares(a.said, by),
      label: LABEL_AT[a.label] as 0 | 1 | 2,
      weight: weights[i] as number,
    }));
  const own = (where: Audit["where"]): readonly Seen[] => {
    const of = audits.filter((a) => a.where === where);
    return seenOf(of, weightsOf(of, unit.strata));
  };
  const brands = new Map<string, Audit[]>();
  for (const audit of audits) {
    if (audit.where !== "elsewhere") continue;
    const list = brands.get(audit.brand) ?? [];
    list.push(audit);
    brands.set(audit.brand, list);
  }
  const elsewhere = [...brands.values()].map((list) => {
    const seen = seenOf(
      list,
      list.map(() => 1),
    );
    return { seen, texts: seen.map((one) => plainShares(one.said)) };
  });
  return {
    said,
    texts,
    usual: meanShares(audits.map((a) => recalibrated(a.said, by))) as Probabilities,
    inside: own("unit"),
    others: own("brand"),
    elsewhere,
    size: unit.size,
    spread,
    audits: audits.length,
  };
};

/** Standard deviations along negative–positive and along neutral–either → covariance of the lean. */
const covarianceOf = (lean: number, feeling: number): Symmetric => [
  (lean ** 2 + feeling ** 2) / 2,
  (feeling ** 2 - lean ** 2) / 2,
  (lean ** 2 + feeling ** 2) / 2,
];
const plus = ([a, b, c]: Symmetric, more: number): Symmetric => [a + more, b, c + more];

/** One estimate: how brands lean is supposed to be known; the brand's own lean is then as likely as its audits make it, and its window's around that. */
const candidateOf = (
  known: Known,
  { lean, feeling, trust }: { readonly lean: number; readonly feeling: number; readonly trust: number },
  { drift, misfit }: AdjustedConstants,
): Candidate => {
  const { usual, inside, others, elsewhere } = known;
  const covariance = covarianceOf(lean, feeling);
  const prior = { mean: NO_LEAN, precision: inverse(covariance) };
  let evidence = 0;
  for (const { seen, texts } of elsewhere) {
    const question = { seen, prior, texts, usual, trust };
    evidence += foretold(question, fitLean(question));
  }
  // Within the lean of brands, not on top of it.
  const moves = Math.min(drift ** 2, lean ** 2 / 2, feeling ** 2 / 2);
  let [own, ownTrust] = [prior, trust];
  if (others.length > 0) {
    const ofBrand = { mean: NO_LEAN, precision: inverse(plus(covariance, -moves)) };
    const texts = others.map((one) => plainShares(one.said));
    const question = { seen: others, prior: ofBrand, texts, usual, trust };
    const fitted = fitLean(question);
    evidence += foretold(question, fitted);
    own = { mean: fitted.lean as typeof NO_LEAN, precision: inverse(plus(fitted.covariance, moves)) };
    ownTrust = 0;
  }
  const question = { seen: inside, prior: own, texts: known.texts, usual, trust: ownTrust };
  const fitted = fitLean(question);
  evidence += foretold(question, fitted);
  let [rate, spread, g0, g1] = [0, 0, 0, 0];
  for (const said of known.said) {
    const p = leaned(said, fitted.lean);
    const s = p[2] - p[0];
    rate += s;
    spread += p[0] + p[2] - s * s;
    g0 -= p[0] * (1 + s);
    g1 += p[2] * (1 - s);
  }
  const n = known.said.length;
  const gradient: Lean = [g0 / n, g1 / n];
  // What was audited in the unit is known; only the rest is estimated.
  const share = Math.min(1, inside.length / known.size);
  const left = inside.reduce((sum, { said, label }) => {
    const p = leaned(said, fitted.lean);
    return sum + (label - 1) - (p[2] - p[0]);
  }, 0);
  const ofLean = quadratic(fitted.covariance, gradient);
  const before = quadratic(covariance, gradient);
  const open = before === 0 ? 1 : Math.min(1, ofLean / before);
  return {
    rate: rate / n + left / known.size,
    se2:
      (1 - share) ** 2 * ofLean +
      ((1 - share) * spread) / n / known.size +
      (open ** 2 * known.spread) / known.audits +
      (open * misfit) ** 2,
    evidence,
  };
};

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

/** Variance of what the model gets wrong, where no audit tells: LABELS.md §4d, in the middle of its four groups. */
export const USUAL_VARIANCE = 0.4;
/** How far a brand's rate usually stays from the model's after recalibration (standard deviation, share). */
const USUAL_BIAS = 0.1;

/**
 * Half-width of the interval (share) that a unit of `size` mentions gets from `audits` audits in it. Below `enough` the audits are shrunk towards what
 * the model says, whose bias is usually ten points; from there on they stand for themselves.
 * @param spread variance of (truth − what the model says) over audits, about 0.2 for a good model and 0.7 without one.
 */
export const halfWidthAfter = (audits: number, size: number, spread: number = USUAL_VARIANCE): number => {
  if (audits >= size) return 0;
  if (audits < 2) return 1;
  const chance = (Math.max(FLOOR, spread) / audits) * (1 - audits / size);
  const measured = studentT(audits - 1) * Math.sqrt(chance);
  const { enough } = ADJUSTED;
  if (audits >= enough) return Math.min(1, measured);
  const known = Math.sqrt((USUAL_BIAS ** 2 * chance) / (USUAL_BIAS ** 2 + chance));
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
