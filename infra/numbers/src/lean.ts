import type { Probabilities } from "@molva/contracts";

/** Negative, neutral, positive: logarithms of what the model says, recalibrated. */
export type LogShares = readonly [negative: number, neutral: number, positive: number];
/** What a brand adds to the log-odds of negative and of positive against neutral. */
export type Lean = readonly [negative: number, positive: number];
/** A symmetric 2 × 2 matrix: upper left, beside, lower right. */
export type Symmetric = readonly [number, number, number];

/** A text of known label. */
export interface Seen {
  readonly said: LogShares;
  readonly label: 0 | 1 | 2;
  readonly weight: number;
}

interface Normal {
  readonly mean: Lean;
  readonly precision: Symmetric;
}

export const inverse = ([a, b, c]: Symmetric): Symmetric => {
  const determinant = a * c - b * b;
  return [c / determinant, -b / determinant, a / determinant];
};

/** u' M u */
export const quadratic = ([a, b, c]: Symmetric, [u, v]: Lean): number => a * u * u + 2 * b * u * v + c * v * v;

/** Softmax: the shares of labels for one text of a brand that leans so. */
export const leaned = ([x, y, z]: LogShares, [u, v]: Lean): LogShares => {
  const [a, c] = [x + u, z + v];
  const top = Math.max(a, y, c);
  const [p, q, r] = [Math.exp(a - top), Math.exp(y - top), Math.exp(c - top)];
  const sum = p + q + r;
  return [p / sum, q / sum, r / sum];
};

interface Hill {
  readonly height: number;
  readonly slope: Lean;
  readonly bend: Symmetric;
}

const onPrior = ({ mean, precision: [a, b, c] }: Normal, [u, v]: Lean): Hill => {
  const off: Lean = [u - mean[0], v - mean[1]];
  return {
    height: -quadratic([a, b, c], off) / 2,
    slope: [-(a * off[0] + b * off[1]), -(b * off[0] + c * off[1])],
    bend: [a, b, c],
  };
};

const onSeen = (seen: readonly Seen[], lean: Lean): Hill => {
  let [height, g0, g1, h0, h01, h1] = [0, 0, 0, 0, 0, 0];
  for (const { said, label, weight } of seen) {
    const p = leaned(said, lean);
    height += weight * Math.log(p[label]);
    g0 += weight * ((label === 0 ? 1 : 0) - p[0]);
    g1 += weight * ((label === 2 ? 1 : 0) - p[2]);
    h0 += weight * p[0] * (1 - p[0]);
    h1 += weight * p[2] * (1 - p[2]);
    h01 -= weight * p[0] * p[2];
  }
  return { height, slope: [g0, g1], bend: [h0, h01, h1] };
};

/** As if only the shares of the labels differed from `usual`, and not what texts of a label look like: what EM climbs. */
const onTexts = (texts: readonly LogShares[], usual: Probabilities, trust: number, [u, v]: Lean): Hill => {
  if (trust === 0 || texts.length === 0) return { height: 0, slope: [0, 0], bend: [0, 0, 0] };
  const [less, more] = [Math.exp(u), Math.exp(v)];
  let [height, m0, m1] = [0, 0, 0];
  for (const [negative, neutral, positive] of texts) {
    const sum = negative * less + neutral + positive * more;
    height += Math.log(sum);
    m0 += (negative * less) / sum;
    m1 += (positive * more) / sum;
  }
  const total = usual.negative * less + usual.neutral + usual.positive * more;
  const [q0, q1] = [(usual.negative * less) / total, (usual.positive * more) / total];
  const each = trust / texts.length;
  return {
    height: each * height - trust * Math.log(total),
    slope: [each * m0 - trust * q0, each * m1 - trust * q1],
    // Of the two curvatures the one that is never negative: steps stay uphill.
    bend: [trust * q0 * (1 - q0), -trust * q0 * q1, trust * q1 * (1 - q1)],
  };
};

const ROUNDS = 25;

interface Fitted {
  readonly lean: Lean;
  /** Of the lean, by Laplace's method. */
  readonly covariance: Symmetric;
  /** Log of the integral over all leans, but for a constant. */
  readonly evidence: number;
}

export interface LeanQuestion {
  readonly seen: readonly Seen[];
  readonly prior: Normal;
  /** Shares (not logarithms) of texts of the same brand without a label. */
  readonly texts: readonly LogShares[];
  /** Shares of labels for which what the model says is right. */
  readonly usual: Probabilities;
  /** Of how many labelled texts worth `texts` are. */
  readonly trust: number;
}

/** The likeliest lean, by Newton's method. */
export const fitLean = ({ seen, prior, texts, usual, trust }: LeanQuestion): Fitted => {
  const at = (lean: Lean): Hill => {
    const [a, b, c] = [onPrior(prior, lean), onSeen(seen, lean), onTexts(texts, usual, trust, lean)];
    return {
      height: a.height + b.height + c.height,
      slope: [a.slope[0] + b.slope[0] + c.slope[0], a.slope[1] + b.slope[1] + c.slope[1]],
      bend: [a.bend[0] + b.bend[0] + c.bend[0], a.bend[1] + b.bend[1] + c.bend[1], a.bend[2] + b.bend[2] + c.bend[2]],
    };
  };
  let lean: Lean = prior.mean;
  let hill = at(lean);
  for (let round = 0; round < ROUNDS; round += 1) {
    const [a, b, c] = inverse(hill.bend);
    const step: Lean = [a * hill.slope[0] + b * hill.slope[1], b * hill.slope[0] + c * hill.slope[1]];
    const size = Math.max(Math.abs(step[0]), Math.abs(step[1]));
    const part = size > 1 ? 1 / size : 1;
    lean = [lean[0] + part * step[0], lean[1] + part * step[1]];
    hill = at(lean);
    if (size < 1e-5) break;
  }
  const [a, b, c] = hill.bend;
  return { lean, covariance: inverse(hill.bend), evidence: hill.height - Math.log(a * c - b * b) / 2 };
};

/** How well a prior foretold what was seen: log density, by Laplace's method. */
export const foretold = (question: LeanQuestion, fitted: Fitted): number =>
  question.seen.length === 0 ? 0 : fitted.evidence - fitLean({ ...question, seen: [] }).evidence;
