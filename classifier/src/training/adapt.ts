import { BLOCK_SCALES } from "../features.ts";
import { randomFrom } from "../hash.ts";
import { softmax, type Three, type Weights } from "../weights.ts";
import { createCorpus, type Corpus } from "./corpus.ts";
import { figuredBy } from "./word-lists.ts";

/** A text as a person labelled it. */
export interface Correction {
  readonly text: string;
  /** 0 negative, 1 neutral, 2 positive. */
  readonly label: 0 | 1 | 2;
}

/** How hard the shipped weights hold: one text alone moves its own score by about two, a text that shares a third of its features by a third of that. */
const HOLD = 1;
const EPOCHS = 30;
const RATE = 0.3;
/** A word that the model does not know is learned when so many of the texts have it. */
const LEAST_ROWS = 3;
const CLASSES = [0, 1, 2] as const;

/** Columns of the model, then those that are new; values as the scorer computes them, all of it in one block's length. */
interface Design {
  readonly corpus: Corpus;
  /** By the corpus's ids: the feature's number, −1 for one that is not used. */
  readonly numbers: Int32Array;
  readonly values: Float32Array;
  readonly keys: readonly number[];
  readonly idf: readonly number[];
}

const designOf = async (w: Weights, texts: readonly Correction[]): Promise<Design> => {
  const corpus = await createCorpus(
    texts.map(({ text }) => text),
    () => Promise.resolve(),
  );
  const numberOf = new Map([...w.keys].map((key, i) => [key, i]));
  const [keys, idf] = [[...w.keys], [...w.idf]];
  const numbers = new Int32Array(corpus.keys.length).fill(-1);
  for (const [id, key] of corpus.keys.entries()) {
    const known = numberOf.get(key);
    if (known !== undefined) numbers[id] = known;
    else if (corpus.blocks[id] === 0 && (corpus.rowsWith[id] as number) >= LEAST_ROWS) {
      numbers[id] = keys.length;
      keys.push(key);
      idf.push(255);
    }
  }
  const values = new Float32Array(corpus.ids.length);
  for (let row = 0; row < texts.length; row += 1) {
    const [from, to] = [corpus.starts[row] as number, corpus.starts[row + 1] as number];
    const norms: [number, number, number] = [0, 0, 0];
    for (let i = from; i < to; i += 1) {
      const id = corpus.ids[i] as number;
      const number = numbers[id] as number;
      if (number < 0) continue;
      const value = (corpus.counts[i] as number) * (idf[number] as number);
      values[i] = value;
      norms[corpus.blocks[id] as 0 | 1 | 2] += value * value;
    }
    for (let i = from; i < to; i += 1) {
      const block = corpus.blocks[corpus.ids[i] as number] as 0 | 1 | 2;
      if (norms[block] > 0) values[i] = ((values[i] as number) * BLOCK_SCALES[block]) / Math.sqrt(norms[block]);
    }
  }
  return { corpus, numbers, values, keys, idf };
};

/**
 * The weights moved towards what people said of these texts, as little as explains it: logistic regression that starts at the shipped weights and is
 * held to them (a prior, as in Chelba and Acero 2004). Equal inputs give equal weights.
 */
export const adapt = async (w: Weights, texts: readonly Correction[], seed: number): Promise<Weights> => {
  if (texts.length === 0) return w;
  const { corpus, numbers, values, keys, idf } = await designOf(w, texts);
  const weights = new Float32Array(keys.length * 3);
  for (const [i, byte] of w.weights.entries()) weights[i] = byte * w.weightStep;
  const moved = new Float32Array(weights.length);
  // What the lists of words say stays as it is: only words are learned.
  const { width, values: said } = figuredBy(
    w.valences,
    texts.map(({ text }) => text),
  );
  const startOf = (row: number): [number, number, number] => {
    const scores: [number, number, number] = [...w.bias];
    for (let k = 0; k < width; k += 1)
      for (const c of CLASSES) scores[c] += (said[row * width + k] as number) * (w.figures[3 * k + c] as number);
    return scores;
  };
  const order = [...texts.keys()];
  const random = randomFrom(seed);
  const pull = HOLD / texts.length;
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    order.sort((a, b) => a - b);
    for (let i = order.length - 1; i > 0; i -= 1) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    const rate = RATE / (1 + epoch);
    for (const row of order) {
      const scores = startOf(row);
      const [from, to] = [corpus.starts[row] as number, corpus.starts[row + 1] as number];
      for (let i = from; i < to; i += 1) {
        const number = numbers[corpus.ids[i] as number] as number;
        if (number < 0) continue;
        for (const c of CLASSES)
          scores[c] +=
            (values[i] as number) * ((weights[3 * number + c] as number) + (moved[3 * number + c] as number));
      }
      const p = softmax(scores.map((score, c) => score * w.sharpness + (w.shift[c] as number)) as unknown as Three);
      for (let i = from; i < to; i += 1) {
        const number = numbers[corpus.ids[i] as number] as number;
        if (number < 0) continue;
        for (const c of CLASSES) {
          const at = 3 * number + c;
          const slope = ((texts[row]?.label === c ? 1 : 0) - p[c]) * (values[i] as number);
          moved[at] = (moved[at] as number) + rate * (slope / w.sharpness - pull * (moved[at] as number));
        }
      }
    }
  }
  const sum = weights.map((value, i) => value + (moved[i] as number));
  const weightStep = sum.reduce((top, value) => Math.max(top, Math.abs(value)), 1e-9) / 127;
  return {
    ...w,
    keys: Int32Array.from(keys),
    idf: Uint8Array.from(idf),
    weights: Int8Array.from(sum, (value) => Math.round(value / weightStep)),
    weightStep,
  };
};
