import { softmax, type Three } from "../weights.ts";

interface Calibration {
  readonly sharpness: number;
  readonly shift: Three;
}

interface Held {
  readonly scores: Three;
  readonly label: 0 | 1 | 2;
  readonly importance: number;
}

/** Sharpness and shifts that minimise the weighted log loss on held-out texts, by gradient descent; a weak pull to (1, 0, 0, 0). */
export const fitCalibration = (held: readonly Held[]): Calibration => {
  let sharpness = 1;
  const shift: [number, number, number] = [0, 0, 0];
  const total = held.reduce((sum, h) => sum + h.importance, 0);
  if (total === 0) return { sharpness, shift };
  for (let round = 0; round < 400; round += 1) {
    let slope = 0.002 * (sharpness - 1) * total;
    const slopes: [number, number, number] = [0, 0, 0];
    for (const { scores, label, importance } of held) {
      const p = softmax([
        scores[0] * sharpness + shift[0],
        scores[1] * sharpness + shift[1],
        scores[2] * sharpness + shift[2],
      ]);
      for (const c of [0, 1, 2] as const) {
        const error = importance * (p[c] - (c === label ? 1 : 0));
        slope += error * scores[c];
        slopes[c] += error;
      }
    }
    sharpness = Math.max(0.05, sharpness - (0.5 * slope) / total);
    for (const c of [0, 1, 2] as const) shift[c] -= slopes[c] / total + 0.002 * shift[c];
  }
  return { sharpness, shift };
};
