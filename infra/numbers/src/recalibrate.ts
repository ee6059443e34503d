import type { Label, Probabilities } from "@molva/contracts";

/** What audits say of a model's probabilities: softmax(sharpness × ln p + (negative, 0, positive)). */
export interface Recalibration {
  readonly sharpness: number;
  readonly negative: number;
  readonly positive: number;
}

/** What the model said of a mention, and what it is. */
export interface Judged {
  readonly said: Probabilities;
  readonly label: Label;
}

/** Probabilities are kept in ten-thousandths: a 0 is less than half of one. */
const LEAST = 0.000_05;
/** Weight of the prior on sharpness; the shifts have weight 1. LABELS.md §5.1. */
const PRIOR = 20;
const ROUNDS = 50;

const ln = (p: number): number => Math.log(Math.max(p, LEAST));

/** Logarithms of the probabilities as the audits would have them, but for a constant. */
export const logShares = (
  said: Probabilities,
  by: Recalibration,
): readonly [negative: number, neutral: number, positive: number] => [
  by.sharpness * ln(said.negative) + by.negative,
  by.sharpness * ln(said.neutral),
  by.sharpness * ln(said.positive) + by.positive,
];

/** The probabilities as the audits would have them. */
export const recalibrated = (said: Probabilities, by: Recalibration): Probabilities => {
  const [a, b, c] = logShares(said, by);
  const top = Math.max(a, b, c);
  const [x, y, z] = [Math.exp(a - top), Math.exp(b - top), Math.exp(c - top)];
  const sum = x + y + z;
  return { negative: x / sum, neutral: y / sum, positive: z / sum };
};

/** Solves a 3 × 3 system by elimination with pivots; the matrix is positive definite here. */
const solve = (matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] => {
  const m = matrix.map((row, i) => [...row, right[i] as number]);
  for (let k = 0; k < 3; k += 1) {
    let best = k;
    for (let i = k + 1; i < 3; i += 1) if (Math.abs(m[i]?.[k] as number) > Math.abs(m[best]?.[k] as number)) best = i;
    [m[k], m[best]] = [m[best] as number[], m[k] as number[]];
    const pivot = m[k] as number[];
    for (let i = 0; i < 3; i += 1) {
      if (i === k) continue;
      const row = m[i] as number[];
      const by = (row[k] as number) / (pivot[k] as number);
      for (let j = k; j < 4; j += 1) row[j] = (row[j] as number) - by * (pivot[j] as number);
    }
  }
  return m.map((row, i) => (row[3] as number) / (row[i] as number));
};

/**
 * The recalibration that makes the audits likeliest, with a pull to "as it was": minimises Σ −ln p(label) + 20 (a − 1)² + b₋² + b₊² by Newton's
 * method; the sum is convex, so there is one answer. Of no audits: nothing changes.
 *
 * Source: ../shared/docs/LABELS.md §5.1 (Platt scaling for three classes with a Gaussian prior).
 */
export const recalibrate = (audits: readonly Judged[]): Recalibration => {
  let [a, b, c] = [1, 0, 0];
  for (let round = 0; round < ROUNDS; round += 1) {
    const slope = [2 * PRIOR * (a - 1), 2 * b, 2 * c];
    const bend = [
      [2 * PRIOR, 0, 0],
      [0, 2, 0],
      [0, 0, 2],
    ];
    for (const { said, label } of audits) {
      const p = recalibrated(said, { sharpness: a, negative: b, positive: c });
      const z = [ln(said.negative), ln(said.neutral), ln(said.positive)] as const;
      const mean = p.negative * z[0] + p.neutral * z[1] + p.positive * z[2];
      const own = label === "negative" ? z[0] : label === "neutral" ? z[1] : z[2];
      slope[0] = (slope[0] as number) + mean - own;
      slope[1] = (slope[1] as number) + p.negative - (label === "negative" ? 1 : 0);
      slope[2] = (slope[2] as number) + p.positive - (label === "positive" ? 1 : 0);
      const row = [
        p.negative * z[0] ** 2 + p.neutral * z[1] ** 2 + p.positive * z[2] ** 2 - mean ** 2,
        p.negative * (z[0] - mean),
        p.positive * (z[2] - mean),
        p.negative * (1 - p.negative),
        -p.negative * p.positive,
        p.positive * (1 - p.positive),
      ] as const;
      const add = (i: number, j: number, by: number): void => {
        (bend[i] as number[])[j] = (bend[i]?.[j] as number) + by;
        if (i !== j) (bend[j] as number[])[i] = (bend[j]?.[i] as number) + by;
      };
      add(0, 0, row[0]);
      add(0, 1, row[1]);
      add(0, 2, row[2]);
      add(1, 1, row[3]);
      add(1, 2, row[4]);
      add(2, 2, row[5]);
    }
    const step = solve(bend, slope);
    const size = Math.max(...step.map(Math.abs));
    // A long first step may overshoot: it is shortened, the sum is convex.
    const part = size > 1 ? 1 / size : 1;
    a = Math.max(0.02, a - part * (step[0] as number));
    b -= part * (step[1] as number);
    c -= part * (step[2] as number);
    if (size < 1e-9) break;
  }
  return { sharpness: a, negative: b, positive: c };
};

/** Mean probabilities; null of none. */
export const meanShares = (list: readonly Probabilities[]): Probabilities | null => {
  if (list.length === 0) return null;
  let [negative, neutral, positive] = [0, 0, 0];
  for (const p of list) {
    negative += p.negative;
    neutral += p.neutral;
    positive += p.positive;
  }
  const n = list.length;
  return { negative: negative / n, neutral: neutral / n, positive: positive / n };
};
