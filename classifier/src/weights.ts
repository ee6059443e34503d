import { PipelineError } from "@molva/contracts";
import { BLOCK_SCALES, createExtractor, type Features } from "./features.ts";
import { pieceKeys, placeOf } from "./hash.ts";
import { createValenceReader, FIGURES, valenceFinder, type ValenceTable } from "./valences.ts";

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

/** Answers most look-ups of unknown keys from 128 KiB, so that the table itself stays out of the way: 2^20 bits. */
const SIEVE_SHIFT = 12;

/** The weights as scoring reads them. Features are numbered from the most frequent on, so that those of most texts lie together. */
interface Table {
  readonly shift: number;
  /** By place: open addressing. */
  readonly keys: Int32Array;
  /** By place: number of the feature, −1 where the place is free. */
  readonly ids: Int32Array;
  /** By number: idf, then one byte of weight for each class. */
  readonly packed: Int32Array;
  readonly sieve: Int32Array;
}

const tableOf = (w: Weights): Table => {
  let shift = 22;
  while (2 ** (32 - shift) < w.keys.length * 2) shift -= 1;
  const size = 2 ** (32 - shift);
  const [keys, ids] = [new Int32Array(size), new Int32Array(size).fill(-1)];
  const [packed, sieve] = [new Int32Array(w.keys.length), new Int32Array(2 ** 15)];
  const order = Array.from(w.keys.keys()).sort((i, j) => (w.idf[i] as number) - (w.idf[j] as number) || i - j);
  for (const [id, i] of order.entries()) {
    const key = w.keys[i] as number;
    let at = placeOf(key, shift);
    while (ids[at] !== -1) at = (at + 1) & (size - 1);
    keys[at] = key;
    ids[at] = id;
    const [a, b, c] = [w.weights[3 * i] as number, w.weights[3 * i + 1] as number, w.weights[3 * i + 2] as number];
    packed[id] = ((w.idf[i] as number) << 24) | ((a & 255) << 16) | ((b & 255) << 8) | (c & 255);
    const bit = placeOf(key, SIEVE_SHIFT);
    sieve[bit >>> 5] = (sieve[bit >>> 5] as number) | (1 << (bit & 31));
  }
  return { shift, keys, ids, packed, sieve };
};

const LOGS = Float64Array.from({ length: 256 }, (_, count) => 1 + Math.log(Math.max(1, count)));

/** Words whose known pieces are remembered, and pieces for all of them together: 2.8 MiB a language. */
const WORDS_SHIFT = 16;
const POOL = 2 ** 19;

/** Text → three scores, before calibration. Not re-entrant: it counts in buffers of its own. */
export const createScorer = (w: Weights): ((text: string) => Three) => {
  const { shift, keys, ids, packed, sieve } = tableOf(w);
  const mask = keys.length - 1;
  const counts = new Uint8Array(packed.length);
  const touched = new Int32Array(packed.length + 1);
  const extract = createExtractor();
  const scores = new Float64Array(3);
  let known = 0;

  /** Number of a key's feature, −1 for an unknown one. */
  const find = (key: number): number => {
    const spread = Math.imul(key, 0x9e3779b1);
    if (((sieve[spread >>> (SIEVE_SHIFT + 5)] as number) & (1 << ((spread >>> SIEVE_SHIFT) & 31))) === 0) return -1;
    let at = spread >>> shift;
    while (ids[at] !== -1 && keys[at] !== key) at = (at + 1) & mask;
    return ids[at] as number;
  };
  const add = (id: number): void => {
    const before = counts[id] as number;
    if (before === 0) {
      touched[known] = id;
      known += 1;
    }
    if (before < 255) counts[id] = before + 1;
  };

  const words = {
    keys: new Int32Array(2 ** (32 - WORDS_SHIFT)),
    checks: new Int32Array(2 ** (32 - WORDS_SHIFT)),
    /** Start in the pool × 512 + number of pieces + 1; 0: free. */
    spans: new Int32Array(2 ** (32 - WORDS_SHIFT)),
    /** What the lists say of it. */
    valences: new Int32Array(2 ** (32 - WORDS_SHIFT)),
  };
  const valencesOf = valenceFinder(w.valences);
  const readValences = createValenceReader(w.valences.lists);
  const figures = new Float64Array(w.figures.length / 3);
  const figureWeights = Float64Array.from(w.figures);
  let said = new Int32Array(256);
  const pool = new Int32Array(POOL);
  let pooled = 0;
  const pieces = new Int32Array(512);
  /** The known pieces of a word are looked up once and then remembered at the one place its key has. */
  const remember = (
    units: Uint16Array,
    from: number,
    size: number,
    place: number,
    key: number,
    check: number,
  ): void => {
    if (pooled + pieces.length > POOL) {
      words.spans.fill(0);
      pooled = 0;
    }
    const start = pooled;
    const count = pieceKeys(units, from, size, pieces);
    for (let i = 0; i < count; i += 1) {
      const id = find(pieces[i] as number);
      if (id < 0) continue;
      pool[pooled] = id;
      pooled += 1;
    }
    words.keys[place] = key;
    words.checks[place] = check;
    words.spans[place] = start * 512 + (pooled - start) + 1;
    words.valences[place] = valencesOf(key);
  };
  const addPieces = ({ count, keys: tokenKeys, checks, places, sizes, units }: Features["tokens"]): void => {
    if (count > said.length) said = new Int32Array(2 * count);
    for (let token = 0; token < count; token += 1) {
      const size = sizes[token] as number;
      if (size === 0) {
        said[token] = 0;
        continue;
      }
      const key = tokenKeys[token] as number;
      const check = checks[token] as number;
      const place = placeOf(key, WORDS_SHIFT);
      if (words.spans[place] === 0 || words.keys[place] !== key || words.checks[place] !== check)
        remember(units, places[token] as number, size, place, key, check);
      said[token] = words.valences[place] as number;
      const span = (words.spans[place] as number) - 1;
      const start = span >>> 9;
      const end = start + (span & 511);
      let fresh = known;
      for (let i = start; i < end; i += 1) {
        const id = pool[i] as number;
        const before = counts[id] as number;
        touched[fresh] = id;
        if (before === 0) fresh += 1;
        if (before < 255) counts[id] = before + 1;
      }
      known = fresh;
    }
  };
  const addKeys = (found: Int32Array, count: number): void => {
    for (let i = 0; i < count; i += 1) {
      const id = find(found[i] as number);
      if (id >= 0) add(id);
    }
  };

  /** Adds what the counted features say, at length 1, and forgets them. */
  const sum = (block: 0 | 1 | 2): void => {
    // Most features stand once in a text: those are added up in whole numbers.
    let norm = 0;
    let [a, b, c] = [0, 0, 0];
    let [onceNorm, onceA, onceB, onceC] = [0, 0, 0, 0];
    const count = known;
    for (let i = 0; i < count; i += 1) {
      const id = touched[i] as number;
      const entry = packed[id] as number;
      const idf = entry >>> 24;
      const often = counts[id] as number;
      counts[id] = 0;
      if (often === 1) {
        onceNorm = (onceNorm + Math.imul(idf, idf)) | 0;
        onceA = (onceA + Math.imul(idf, (entry << 8) >> 24)) | 0;
        onceB = (onceB + Math.imul(idf, (entry << 16) >> 24)) | 0;
        onceC = (onceC + Math.imul(idf, (entry << 24) >> 24)) | 0;
        continue;
      }
      const value = (LOGS[often] as number) * idf;
      norm += value * value;
      a += value * ((entry << 8) >> 24);
      b += value * ((entry << 16) >> 24);
      c += value * ((entry << 24) >> 24);
    }
    norm += onceNorm;
    a += onceA;
    b += onceB;
    c += onceC;
    known = 0;
    if (norm === 0) return;
    // The step of the idf falls out: a block has length 1 whatever its unit.
    const scale = (BLOCK_SCALES[block] * w.weightStep) / Math.sqrt(norm);
    scores[0] = (scores[0] as number) + a * scale;
    scores[1] = (scores[1] as number) + b * scale;
    scores[2] = (scores[2] as number) + c * scale;
  };
  /** After `addPieces` of the same text. */
  const addValences = ({ marks, count }: Features["tokens"]): void => {
    readValences(marks, said, count, figures);
    let [a, b, c] = [scores[0] as number, scores[1] as number, scores[2] as number];
    for (let i = 0; i < figures.length; i += 1) {
      const figure = figures[i] as number;
      if (figure === 0) continue;
      a += figure * (figureWeights[3 * i] as number);
      b += figure * (figureWeights[3 * i + 1] as number);
      c += figure * (figureWeights[3 * i + 2] as number);
    }
    scores[0] = a;
    scores[1] = b;
    scores[2] = c;
  };
  return (text) => {
    const features = extract(text);
    scores.set(w.bias);
    addKeys(features.words, features.wordCount);
    sum(0);
    addPieces(features.tokens);
    sum(1);
    addValences(features.tokens);
    addKeys(features.shapes, features.shapeCount);
    sum(2);
    return [scores[0] as number, scores[1] as number, scores[2] as number];
  };
};
