import { meanOf } from "./mean.ts";
import { MIN_RATE, stateOf } from "./rate.ts";
import { round4 } from "./round.ts";
import type { Score } from "./scores.ts";

/** What one person said of one item: a score on a ten-point scale and how much it matters, on any scale. */
export interface ItemAnswer {
  readonly answer: string;
  readonly item: string;
  readonly score: number;
  readonly importance: number | null;
}

export interface CsiItem {
  readonly item: string;
  readonly n: number;
  /** Mean score, on the ten-point scale. */
  readonly mean: number;
  /** importanceᵢ / Σ importance; they add up to 1. */
  readonly weight: number;
}

export interface Csi extends Score {
  readonly items: readonly CsiItem[];
}

interface Sums {
  n: number;
  sum: number;
  weighed: number;
  importance: number;
}

const sumsOf = (answers: readonly ItemAnswer[]): ReadonlyMap<string, Sums> => {
  const found = new Map<string, Sums>();
  for (const { item, score, importance } of answers) {
    const sums = found.get(item) ?? { n: 0, sum: 0, weighed: 0, importance: 0 };
    sums.n += 1;
    sums.sum += score;
    if (importance !== null) [sums.weighed, sums.importance] = [sums.weighed + 1, sums.importance + importance];
    found.set(item, sums);
  }
  return found;
};

/**
 * Customer satisfaction index in percent: Σ wᵢ sᵢ × 10 of each answer, with wᵢ = mean importanceᵢ / Σ mean importance, and the mean of that over
 * all answers with the 95 % interval of Student's t. An answer that leaves items out weighs those it has. Without any importance all items weigh
 * the same. n counts answers, not items.
 */
export const csiOf = (answers: readonly ItemAnswer[]): Csi => {
  const sums = [...sumsOf(answers)];
  const told = sums.every(([, s]) => s.weighed > 0) && sums.some(([, s]) => s.importance > 0);
  const weights = sums.map(([item, s]) => [item, told ? s.importance / s.weighed : 1] as const);
  const all = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const weightOf = new Map(weights.map(([item, weight]) => [item, weight / all]));
  const byAnswer = new Map<string, { weight: number; sum: number }>();
  for (const { answer, item, score } of answers) {
    const weight = weightOf.get(item) ?? 0;
    const one = byAnswer.get(answer) ?? { weight: 0, sum: 0 };
    byAnswer.set(answer, { weight: one.weight + weight, sum: one.sum + weight * score });
  }
  const indices = [...byAnswer.values()].filter((one) => one.weight > 0).map((one) => (one.sum / one.weight) * 10);
  const n = indices.length;
  const items = sums.map(([item, s]) => ({
    item,
    n: s.n,
    mean: round4(s.sum / s.n),
    weight: round4(weightOf.get(item) ?? 0),
  }));
  const moments = { n, sum: indices.reduce((a, b) => a + b, 0), squares: indices.reduce((a, b) => a + b * b, 0) };
  const mean = n < MIN_RATE ? null : meanOf(moments, { min: 0, max: 100 });
  return {
    n,
    value: mean === null ? null : round4(mean.mean),
    low: mean?.interval == null ? null : round4(mean.interval.low),
    high: mean?.interval == null ? null : round4(mean.interval.high),
    state: stateOf(n),
    items,
  };
};
