import { PipelineError } from "@molva/contracts";
import { FIGURES, type ValenceTable } from "./valences.ts";

/** A trained language: exact 32-bit keys, one byte of idf and three of weight a feature. Classes: negative, neutral, positive. */
export interface Weights {
  readonly keys: Int32Array;
  /** idf = byte × `idfStep`. */
  readonly idf: Uint8Array;
  readonly idfStep: number;
  /** Three a feature; weight = byte × `weightStep`. */
  readonly weights: Int8Array;
  readonly weightStep: number;
  readonly bias: readonly [number, number, number];
  /** Probabilities are softmax(score × `sharpness` + `shift`); fitted on texts held out of training. */
  readonly sharpness: number;
  readonly shift: readonly [number, number, number];
  readonly valences: ValenceTable;
  /** Three for each of the lists' figures. */
  readonly figures: Float32Array;
}

const MAGIC = 0x33574c4d; // "MLW3": with lists of words
const HEAD = 4 + 4 + 4 * 9 + 4 + 4;

/** Bytes of a file with so many features, listed words and lists. */
const sizeOf = (count: number, words: number, lists: number): number =>
  HEAD + count * 8 + words * (4 + lists) + 4 * 3 * FIGURES * lists;

export const encodeWeights = (w: Weights): Buffer => {
  const { keys: words, lists, values } = w.valences;
  const out = Buffer.alloc(sizeOf(w.keys.length, words.length, lists));
  out.writeUInt32LE(MAGIC, 0);
  out.writeUInt32LE(w.keys.length, 4);
  [w.idfStep, w.weightStep, ...w.bias, w.sharpness, ...w.shift].forEach((value, i) =>
    out.writeFloatLE(value, 8 + 4 * i),
  );
  w.keys.forEach((key, i) => out.writeInt32LE(key, HEAD + 4 * i));
  out.set(w.idf, HEAD + 4 * w.keys.length);
  out.set(new Uint8Array(w.weights.buffer, w.weights.byteOffset, w.weights.length), HEAD + 5 * w.keys.length);
  out.writeUInt32LE(words.length, HEAD - 8);
  out.writeUInt32LE(lists, HEAD - 4);
  let at = HEAD + 8 * w.keys.length;
  for (const key of words) at = out.writeInt32LE(key, at);
  for (const value of values) at = out.writeInt8(value, at);
  for (const weight of w.figures) at = out.writeFloatLE(weight, at);
  return out;
};

/** @throws {PipelineError} `MODEL_MISSING` (exit) when the bytes are no weights file. */
export const decodeWeights = (bytes: Buffer, name: string): Weights => {
  const count = bytes.length >= HEAD && bytes.readUInt32LE(0) === MAGIC ? bytes.readUInt32LE(4) : -1;
  const [words, lists] = count < 0 ? [0, 0] : [bytes.readUInt32LE(HEAD - 8), bytes.readUInt32LE(HEAD - 4)];
  if (count < 0 || bytes.length !== sizeOf(count, words, lists))
    throw new PipelineError(
      `${name} is damaged or of another version: restore it from the repository, or train the model again`,
      {
        code: "MODEL_MISSING",
        recovery: "exit",
      },
    );
  const float = (i: number): number => bytes.readFloatLE(8 + 4 * i);
  const listed = HEAD + 8 * count;
  const said = listed + 4 * words;
  const figures = said + words * lists;
  return {
    keys: Int32Array.from({ length: count }, (_, i) => bytes.readInt32LE(HEAD + 4 * i)),
    idf: Uint8Array.prototype.slice.call(bytes, HEAD + 4 * count, HEAD + 5 * count),
    idfStep: float(0),
    weights: new Int8Array(Uint8Array.prototype.slice.call(bytes, HEAD + 5 * count, listed)),
    weightStep: float(1),
    bias: [float(2), float(3), float(4)],
    sharpness: float(5),
    shift: [float(6), float(7), float(8)],
    valences: {
      keys: Int32Array.from({ length: words }, (_, i) => bytes.readInt32LE(listed + 4 * i)),
      lists,
      values: new Int8Array(Uint8Array.prototype.slice.call(bytes, said, figures)),
    },
    figures: Float32Array.from({ length: 3 * FIGURES * lists }, (_, i) => bytes.readFloatLE(figures + 4 * i)),
  };
};

export type Three = readonly [number, number, number];

export const softmax = (scores: Three): Three => {
  const top = Math.max(scores[0], scores[1], scores[2]);
  const x = Math.exp(scores[0] - top);
  const y = Math.exp(scores[1] - top);
  const z = Math.exp(scores[2] - top);
  const sum = x + y + z;
  return [x / sum, y / sum, z / sum];
};

export const calibrate = (scores: Three, w: Pick<Weights, "sharpness" | "shift">): Three =>
  softmax([
    scores[0] * w.sharpness + w.shift[0],
    scores[1] * w.sharpness + w.shift[1],
    scores[2] * w.sharpness + w.shift[2],
  ]);
