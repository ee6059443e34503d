import { setImmediate as turn } from "node:timers/promises";
import { BLOCK_SCALES } from "../features.ts";
import { randomFrom } from "../hash.ts";
import type { Corpus } from "./corpus.ts";
import type { Figured } from "./word-lists.ts";

interface Idf {
  readonly bytes: Uint8Array;
  readonly step: number;
}

/** ln((1 + rows) / (1 + rows with it)) + 1, in one byte; shape features have none (1). */
export const idfOf = (corpus: Corpus): Idf => {
  const rows = corpus.starts.length - 1;
  const exact = Float64Array.from(corpus.rowsWith, (df, id) =>
    corpus.blocks[id] === 2 ? 1 : Math.log((1 + rows) / (1 + df)) + 1,
  );
  const step = exact.reduce((top, value) => Math.max(top, value), 1) / 255;
  return { bytes: Uint8Array.from(exact, (value) => Math.round(value / step)), step };
};

/** Values as the shipped model computes them: tf × idf, each block of a row at length 1, times the block's scale. */
export const valuesOf = (corpus: Corpus, idf: Idf): Float32Array => {
  const values = new Float32Array(corpus.ids.length);
  for (let row = 0; row + 1 < corpus.starts.length; row += 1) {
    const norms: [number, number, number] = [0, 0, 0];
    const [from, to] = [corpus.starts[row] as number, corpus.starts[row + 1] as number];
    for (let i = from; i < to; i += 1) {
      const id = corpus.ids[i] as number;
      const value = (corpus.counts[i] as number) * (idf.bytes[id] as number) * idf.step;
      values[i] = value;
      norms[corpus.blocks[id] as 0 | 1 | 2] += value * value;
    }
    for (let i = from; i < to; i += 1) {
      const block = corpus.blocks[corpus.ids[i] as number] as 0 | 1 | 2;
      values[i] = ((values[i] as number) * BLOCK_SCALES[block]) / Math.sqrt(norms[block]);
    }
  }
  return values;
};

export interface Rows {
  readonly corpus: Corpus;
  readonly values: Float32Array;
  /** 0, 1, 2 a row. */
  readonly labels: Uint8Array;
  /** A row's importance; their mean is 1. Zero: held out. */
  readonly importance: Float32Array;
  /** What the lists of words say of each row, all of like spread. */
  readonly figured: Figured;
}

interface FitOptions {
  readonly loss: "softmax" | "hinge";
  /** Inverse strength of L2: λ = 1 / (c × rows). */
  readonly c: number;
  readonly epochs: number;
  readonly seed: number;
  /** Three a feature: what a value is multiplied with before it meets a class (NB-SVM's log-count ratios). Null: 1. */
  readonly ratios: Float32Array | null;
  readonly onEpoch: (epoch: number) => void;
}

export interface Linear {
  /** Three a feature. */
  readonly weights: Float32Array;
  /** Three a figure. */
  readonly figures: Float64Array;
  readonly bias: Float64Array;
}

const shuffled = (rows: Int32Array, random: () => number): void => {
  for (let i = rows.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const kept = rows[i] as number;
    rows[i] = rows[j] as number;
    rows[j] = kept;
  }
};

/** −dLoss/dscore of the three classes, into `out`. */
const slopes = (loss: FitOptions["loss"], scores: Float64Array, label: number, out: Float64Array): void => {
  if (loss === "softmax") {
    const top = Math.max(scores[0] as number, scores[1] as number, scores[2] as number);
    let sum = 0;
    for (let c = 0; c < 3; c += 1) sum += out[c] = Math.exp((scores[c] as number) - top);
    for (let c = 0; c < 3; c += 1) out[c] = (c === label ? 1 : 0) - (out[c] as number) / sum;
    return;
  }
  for (let c = 0; c < 3; c += 1) {
    const side = c === label ? 1 : -1;
    out[c] = 2 * side * Math.max(0, 1 - side * (scores[c] as number));
  }
};

/** Stochastic gradient descent, η = 0.3 / (1 + 0.3 λ t), shuffled each epoch from the seed. Yields to the event loop after each epoch. */
export const fit = async (rows: Rows, options: FitOptions): Promise<Linear> => {
  const { corpus, values, labels, importance } = rows;
  const { ids, starts } = corpus;
  const { ratios } = options;
  const { width, values: said } = rows.figured;
  const figures = new Float64Array(width * 3);
  const weights = new Float32Array(corpus.keys.length * 3);
  const bias = new Float64Array(3);
  const order = Int32Array.from(labels.keys()).filter((row) => (importance[row] as number) > 0);
  const lambda = 1 / (options.c * order.length);
  const random = randomFrom(options.seed);
  const [scores, slope] = [new Float64Array(3), new Float64Array(3)];
  let shrink = 1;
  let t = 0;
  for (let epoch = 0; epoch < options.epochs; epoch += 1) {
    shuffled(order, random);
    for (const row of order) {
      const eta = 0.3 / (1 + 0.3 * lambda * t);
      t += 1;
      const [from, to] = [starts[row] as number, starts[row + 1] as number];
      let [a, b, c] = [0, 0, 0];
      for (let i = from; i < to; i += 1) {
        const at = (ids[i] as number) * 3;
        const v = values[i] as number;
        a += v * (weights[at] as number) * (ratios === null ? 1 : (ratios[at] as number));
        b += v * (weights[at + 1] as number) * (ratios === null ? 1 : (ratios[at + 1] as number));
        c += v * (weights[at + 2] as number) * (ratios === null ? 1 : (ratios[at + 2] as number));
      }
      const figured = row * width;
      for (let k = 0; k < width; k += 1) {
        const v = said[figured + k] as number;
        a += v * (figures[3 * k] as number);
        b += v * (figures[3 * k + 1] as number);
        c += v * (figures[3 * k + 2] as number);
      }
      scores[0] = a * shrink + (bias[0] as number);
      scores[1] = b * shrink + (bias[1] as number);
      scores[2] = c * shrink + (bias[2] as number);
      slopes(options.loss, scores, labels[row] as number, slope);
      shrink *= 1 - eta * lambda;
      const step = (eta * (importance[row] as number)) / shrink;
      const [x, y, z] = [step * (slope[0] as number), step * (slope[1] as number), step * (slope[2] as number)];
      for (let i = from; i < to; i += 1) {
        const at = (ids[i] as number) * 3;
        const v = values[i] as number;
        weights[at] = (weights[at] as number) + v * x * (ratios === null ? 1 : (ratios[at] as number));
        weights[at + 1] = (weights[at + 1] as number) + v * y * (ratios === null ? 1 : (ratios[at + 1] as number));
        weights[at + 2] = (weights[at + 2] as number) + v * z * (ratios === null ? 1 : (ratios[at + 2] as number));
      }
      for (let k = 0; k < width; k += 1) {
        const v = said[figured + k] as number;
        figures[3 * k] = (figures[3 * k] as number) + v * x;
        figures[3 * k + 1] = (figures[3 * k + 1] as number) + v * y;
        figures[3 * k + 2] = (figures[3 * k + 2] as number) + v * z;
      }
      for (let k = 0; k < 3; k += 1)
        bias[k] = (bias[k] as number) + 0.1 * eta * (importance[row] as number) * (slope[k] as number);
    }
    options.onEpoch(epoch + 1);
    await turn();
  }
  for (let i = 0; i < weights.length; i += 1)
    weights[i] = (weights[i] as number) * shrink * (ratios === null ? 1 : (ratios[i] as number));
  return { weights, figures: figures.map((weight) => weight * shrink), bias };
};

/** NB-SVM's ratios (Wang and Manning 2012): ln of a feature's share in the class over its share outside, smoothed by 1. */
export const ratiosOf = ({ corpus, values, labels, importance }: Rows): Float32Array => {
  const n = corpus.keys.length;
  const mass = new Float64Array(n * 3).fill(1);
  const total = new Float64Array(3).fill(n);
  for (const [row, label] of labels.entries()) {
    for (let i = corpus.starts[row] as number; i < (corpus.starts[row + 1] as number); i += 1) {
      const weight = (values[i] as number) * (importance[row] as number);
      mass[(corpus.ids[i] as number) * 3 + label] = (mass[(corpus.ids[i] as number) * 3 + label] as number) + weight;
      total[label] = (total[label] as number) + weight;
    }
  }
  const sum = (total[0] as number) + (total[1] as number) + (total[2] as number);
  return Float32Array.from(mass, (inside, at) => {
    const c = at % 3;
    const all = (mass[at - c] as number) + (mass[at - c + 1] as number) + (mass[at - c + 2] as number);
    return Math.log(inside / (total[c] as number)) - Math.log((all - inside) / (sum - (total[c] as number)));
  });
};
