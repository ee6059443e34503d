import type { Probabilities } from "@molva/contracts";
import { together } from "../src/accurate/model.ts";
import type { Three } from "../src/weights.ts";

export interface Pair {
  /** The transformer's. */
  readonly scores: Three;
  /** The fast model's. */
  readonly probabilities: Probabilities;
  readonly label: 0 | 1 | 2;
  readonly importance: number;
}

export interface Together {
  readonly transformer: number;
  readonly linear: number;
  readonly shift: readonly [number, number, number];
}

const four = (value: number): number => Math.round(value * 10_000) / 10_000;
const CLASSES = [0, 1, 2] as const;
const ROUNDS = 600;

/** How much each counts, and shifts of the classes, that minimise the weighted log loss; by gradient descent, a weak pull to (1, 0). */
export const fitTogether = (pairs: readonly Pair[]): Together => {
  let [transformer, linear] = [1, 0.3];
  const shift: [number, number, number] = [0, 0, 0];
  const total = pairs.reduce((sum, { importance }) => sum + importance, 0);
  for (let round = 0; round < ROUNDS; round += 1) {
    let [ofTransformer, ofLinear] = [0.002 * (transformer - 1) * total, 0.002 * linear * total];
    const ofShift: [number, number, number] = [0, 0, 0];
    for (const { scores, probabilities, label, importance } of pairs) {
      const p = together(scores, probabilities, { transformer, linear, shift });
      const logs = [probabilities.negative, probabilities.neutral, probabilities.positive].map((of) =>
        Math.log(Math.max(5e-5, of)),
      );
      for (const c of CLASSES) {
        const error = importance * (p[c] - (c === label ? 1 : 0));
        ofTransformer += error * scores[c];
        ofLinear += error * (logs[c] ?? 0);
        ofShift[c] += error;
      }
    }
    transformer = Math.max(0, transformer - (0.2 * ofTransformer) / total);
    linear = Math.max(0, linear - (0.1 * ofLinear) / total);
    for (const c of CLASSES) shift[c] -= (0.5 * ofShift[c]) / total + 0.002 * shift[c];
  }
  return {
    transformer: four(transformer),
    linear: four(linear),
    shift: [four(shift[0]), four(shift[1]), four(shift[2])],
  };
};
