import { featureTable } from "./feature-table.ts";
import { BLOCK_SCALES, SHAPES, createExtractor, fillShapes } from "./features.ts";
import { LOGS, createPieces } from "./pieces.ts";
import { createValenceReader } from "./valences.ts";
import type { Three, Weights } from "./weights.ts";

/** Texts that `normaliseText` gave → three scores, before calibration. Not re-entrant: it counts in buffers of its own. */
export interface Scorer {
  score(text: string): Three;
  /**
   * Of the units from `from` to `to` of a text: what `score` says of them alone, but for what stands across their edges. Quick where `text` is
   * what was read last. Null where no token begins.
   */
  stretch(text: string, from: number, to: number): Three | null;
}

/** The first of ascending `places` before `count` that is at least `least`; `count` when none is. */
const firstFrom = (places: Int32Array, count: number, least: number): number => {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
};

export const createScorer = (w: Weights): Scorer => {
  const table = featureTable(w);
  const { find, packed } = table;
  const { features, extract } = createExtractor();
  const { words, origins, firsts, tokens } = features;
  const pieces = createPieces(firsts.length, table, w.valences);
  // Of a text of at most `READ_LIMIT` units no feature stands there 2^16 times.
  const counts = new Uint16Array(packed.length);
  const touched = new Int32Array(packed.length + 1);
  // Of the text that was read last: the features of its words, the token that each begins with, and by token where its own begin.
  const ids = new Int32Array(words.length);
  const idOrigins = new Int32Array(words.length);
  const begins = new Int32Array(firsts.length);
  const shapes = new Int32Array(SHAPES);
  const readValences = createValenceReader(w.valences.lists);
  const figures = new Float64Array(w.figures.length / 3);
  const figureWeights = Float64Array.from(w.figures);
  const scores = new Float64Array(3);
  const sums = new Float64Array(4);
  let known = 0;
  let last: string | null = null;

  const add = (id: number): void => {
    const before = counts[id] as number;
    touched[known] = id;
    if (before === 0) known += 1;
    counts[id] = before + 1;
  };
  /** Looks up the keys of the text's words and leaves out those of no feature. */
  const readWords = (): void => {
    find(words, firsts[tokens.count] as number, ids);
    let at = 0;
    let kept = 0;
    for (let token = 0; token < tokens.count; token += 1) {
      begins[token] = kept;
      for (const end = firsts[token + 1] as number; at < end; at += 1) {
        const id = ids[at] as number;
        ids[kept] = id;
        idOrigins[kept] = origins[at] as number;
        if (id >= 0) kept += 1;
      }
    }
    begins[tokens.count] = kept;
  };
  /** What reaches back over the edge is not of the stretch. */
  const addWords = (from: number, to: number): void => {
    const end = begins[to] as number;
    for (let i = begins[from] as number; i < end; i += 1) if ((idOrigins[i] as number) >= from) add(ids[i] as number);
  };
  /** Adds up the features that were counted, and forgets them. */
  const sumUp = (): void => {
    let norm = 0;
    let a = 0;
    let b = 0;
    let c = 0;
    // Most features stand once in a text: those are added up in whole numbers.
    let onceNorm = 0;
    let onceA = 0;
    let onceB = 0;
    let onceC = 0;
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
      const value = (LOGS[Math.min(255, often)] as number) * idf;
      norm += value * value;
      a += value * ((entry << 8) >> 24);
      b += value * ((entry << 16) >> 24);
      c += value * ((entry << 24) >> 24);
    }
    known = 0;
    sums[0] = norm + onceNorm;
    sums[1] = a + onceA;
    sums[2] = b + onceB;
    sums[3] = c + onceC;
  };
  /** Adds what a block says, at length 1. */
  const settle = (block: 0 | 1 | 2): void => {
    const norm = sums[0] as number;
    if (norm === 0) return;
    // The step of the idf falls out: a block has length 1 whatever its unit.
    const scale = (BLOCK_SCALES[block] * w.weightStep) / Math.sqrt(norm);
    for (let k = 0; k < 3; k += 1) scores[k] = (scores[k] as number) + (sums[k + 1] as number) * scale;
  };
  const addValences = (from: number, to: number): void => {
    readValences(tokens.marks, pieces.said, from, to, figures);
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
  const scoreTokens = (from: number, to: number): Three => {
    scores.set(w.bias);
    addWords(from, to);
    sumUp();
    settle(0);
    pieces.sum(from, to, counts, sums);
    settle(1);
    addValences(from, to);
    const count = fillShapes(tokens, from, to, shapes);
    find(shapes, count, shapes);
    for (let i = 0; i < count; i += 1) if ((shapes[i] as number) >= 0) add(shapes[i] as number);
    sumUp();
    settle(2);
    return [scores[0] as number, scores[1] as number, scores[2] as number];
  };
  const read = (text: string): void => {
    if (text === last) return;
    last = null;
    extract(text);
    readWords();
    pieces.read(tokens);
    last = text;
  };
  return {
    score: (text) => {
      read(text);
      return scoreTokens(0, tokens.count);
    },
    stretch: (text, from, to) => {
      read(text);
      const first = firstFrom(tokens.starts, tokens.count, from);
      const end = firstFrom(tokens.starts, tokens.count, to);
      return first < end ? scoreTokens(first, end) : null;
    },
  };
};
