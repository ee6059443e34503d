import { PLAIN } from "./letters.ts";

export const PRIME = 0x01000193;
export const WORD_SEED = 0x811c9dc5 | 0;
const PIECE_SEED = 0x2545f491;
const LEAST_PIECE = 2;
const MOST_PIECE = 6;
const SHAPE_SEED = 0x5bd1e995;

/** Keys of all pieces of 2 to 6 units of those from `from` on, into `out`; returns how many: fewer than 5 for each unit. */
export const pieceKeys = (units: Uint16Array, from: number, size: number, out: Int32Array): number => {
  let count = 0;
  const end = from + size;
  for (let first = from; first + LEAST_PIECE <= end; first += 1) {
    let h = Math.imul(PIECE_SEED ^ (units[first] as number), PRIME);
    const last = first + MOST_PIECE < end ? first + MOST_PIECE : end;
    for (let i = first + 1; i < last; i += 1) {
      h = Math.imul(h ^ (units[i] as number), PRIME);
      out[count] = h;
      count += 1;
    }
  }
  return count;
};

/** Spreads FNV's differences over all bits; one-to-one. */
const mix = (hash: number): number => {
  const h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return h ^ (h >>> 13);
};

/** 32-bit FNV-1a over the plain units of a word, as the scanner hashes it. */
export const wordKey = (word: string): number => {
  let h = WORD_SEED;
  for (let i = 0; i < word.length; i += 1) h = Math.imul(h ^ (PLAIN[word.charCodeAt(i)] as number), PRIME);
  return h;
};

/** The word as it stands inside the scope of a negation. */
export const negatedKey = (word: number): number => mix(word ^ 0x3c6ef372);
/** An n-gram from its first n − 1 words' key and the next word's. */
export const joinKey = (left: number, right: number): number => mix(Math.imul(left, 0x9e3779b1) + right);
/** A shape: which (below 16) and how much (below 16). */
export const shapeKey = (shape: number, amount: number): number => mix(SHAPE_SEED ^ ((shape << 4) | amount));

/** Where a key is looked for first in a table of 2^(32 − shift) places: the high bits of a product depend on all of the key's. */
export const placeOf = (key: number, shift: number): number => Math.imul(key, 0x9e3779b1) >>> shift;

/** A reproducible stream of numbers in [0, 1) (mulberry32): training takes no other randomness. */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};
