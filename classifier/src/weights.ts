import { PipelineError } from "@molva/contracts";
import { BLOCK_SCALES, createExtractor } from "./features.ts";

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
}

const MAGIC = 0x31574c4d; // "MLW1"
const HEAD = 4 + 4 + 4 * 9;

export const encodeWeights = (w: Weights): Buffer => {
  const out = Buffer.alloc(HEAD + w.keys.length * 8);
  out.writeUInt32LE(MAGIC, 0);
  out.writeUInt32LE(w.keys.length, 4);
  [w.idfStep, w.weightStep, ...w.bias, w.sharpness, ...w.shift].forEach((value, i) =>
    out.writeFloatLE(value, 8 + 4 * i),
  );
  w.keys.forEach((key, i) => out.writeInt32LE(key, HEAD + 4 * i));
  out.set(w.idf, HEAD + 4 * w.keys.length);
  out.set(new Uint8Array(w.weights.buffer, w.weights.byteOffset, w.weights.length), HEAD + 5 * w.keys.length);
  return out;
};

/** @throws {PipelineError} `MODEL_MISSING` (exit) when the bytes are no weights file. */
export const decodeWeights = (bytes: Buffer, name: string): Weights => {
  const count = bytes.length >= HEAD && bytes.readUInt32LE(0) === MAGIC ? bytes.readUInt32LE(4) : -1;
  if (count < 0 || bytes.length !== HEAD + count * 8)
    throw new PipelineError(
      `${name} is damaged or of another version: restore it from the repository, or train the model again`,
      {
        code: "MODEL_MISSING",
        recovery: "exit",
      },
    );
  const float = (i: number): number => bytes.readFloatLE(8 + 4 * i);
  return {
    keys: Int32Array.from({ length: count }, (_, i) => bytes.readInt32LE(HEAD + 4 * i)),
    idf: Uint8Array.prototype.slice.call(bytes, HEAD + 4 * count, HEAD + 5 * count),
    idfStep: float(0),
    weights: new Int8Array(Uint8Array.prototype.slice.call(bytes, HEAD + 5 * count)),
    weightStep: float(1),
    bias: [float(2), float(3), float(4)],
    sharpness: float(5),
    shift: [float(6), float(7), float(8)],
  };
};

/** Open addressing over the keys, for about 40 ns a look-up; −1 where there is none. */
const createIndex = (keys: Int32Array): ((key: number) => number) => {
  let size = 1024;
  while (size < keys.length * 3) size *= 2;
  const mask = size - 1;
  const slots = new Int32Array(size).fill(-1);
  keys.forEach((key, i) => {
    let at = key & mask;
    while (slots[at] !== -1) at = (at + 1) & mask;
    slots[at] = i;
  });
  return (key) => {
    let at = key & mask;
    for (;;) {
      const i = slots[at] as number;
      if (i === -1 || keys[i] === key) return i;
      at = (at + 1) & mask;
    }
  };
};

export type Three = readonly [number, number, number];

export const softmax = ([a, b, c]: Three): Three => {
  const top = Math.max(a, b, c);
  const [x, y, z] = [Math.exp(a - top), Math.exp(b - top), Math.exp(c - top)];
  const sum = x + y + z;
  return [x / sum, y / sum, z / sum];
};

export const calibrate = (scores: Three, w: Pick<Weights, "sharpness" | "shift">): Three =>
  softmax([
    scores[0] * w.sharpness + w.shift[0],
    scores[1] * w.sharpness + w.shift[1],
    scores[2] * w.sharpness + w.shift[2],
  ]);

/** Text → three scores, before calibration. Not re-entrant: it counts in buffers of its own. */
export const createScorer = (w: Weights): ((text: string) => Three) => {
  const index = createIndex(w.keys);
  const counts = new Uint16Array(w.keys.length);
  const touched: readonly [number[], number[], number[]] = [[], [], []];
  const add = (id: number, block: 0 | 1 | 2): void => {
    if (id < 0) return;
    const count = counts[id] as number;
    if (count === 0) touched[block].push(id);
    if (count < 60_000) counts[id] = count + 1;
  };
  const extract = createExtractor((keys, count) => {
    const known: number[] = [];
    for (let i = 0; i < count; i += 1) {
      const id = index(keys[i] as number);
      if (id >= 0) known.push(id);
    }
    return known;
  });
  const sink = {
    word: (key: number): void => add(index(key), 0),
    pieces: (ids: readonly number[]): void => {
      for (const id of ids) add(id, 1);
    },
    shape: (key: number): void => add(index(key), 2),
  };
  return (text) => {
    extract(text, sink);
    const scores: [number, number, number] = [...w.bias];
    touched.forEach((ids, block) => {
      let norm = 0;
      let [a, b, c] = [0, 0, 0];
      for (const id of ids) {
        const value = (1 + Math.log(counts[id] as number)) * (w.idf[id] as number) * w.idfStep;
        norm += value * value;
        a += value * (w.weights[3 * id] as number);
        b += value * (w.weights[3 * id + 1] as number);
        c += value * (w.weights[3 * id + 2] as number);
        counts[id] = 0;
      }
      ids.length = 0;
      if (norm === 0) return;
      const scale = ((BLOCK_SCALES[block] as number) * w.weightStep) / Math.sqrt(norm);
      scores[0] += a * scale;
      scores[1] += b * scale;
      scores[2] += c * scale;
    });
    return scores;
  };
};
