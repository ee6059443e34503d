/** 32-bit FNV-1a over UTF-16 units from `from` (inclusive) to `to` (exclusive), before mixing. */
const fold = (text: string, from: number, to: number, seed: number): number => {
  let h = seed;
  for (let i = from; i < to; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
};

/** Murmur3's finaliser: FNV alone leaves the low bits of short strings too alike for a power-of-two table. */
const mix = (hash: number): number => {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
};

/** A feature's key as a signed 32-bit number; zero is kept free as "no key". */
const keyOf = (h: number): number => {
  const key = mix(h);
  return key === 0 ? 1 : key;
};

const WORD_SEED = 0x811c9dc5 | 0;
const CHAR_SEED = 0x2545f491;
const SHAPE_SEED = 0x5bd1e995;

export const wordKey = (word: string): number => keyOf(fold(word, 0, word.length, WORD_SEED));
/** Keys of all pieces of `least` to `most` units, into `out`; returns how many. `out` holds (most − least + 1) a unit. */
export const pieceKeys = (padded: string, least: number, most: number, out: Int32Array): number => {
  let count = 0;
  for (let from = 0; from < padded.length; from += 1) {
    let h = CHAR_SEED;
    const end = Math.min(padded.length, from + most);
    for (let i = from; i < end; i += 1) {
      h = Math.imul(h ^ padded.charCodeAt(i), 0x01000193);
      if (i - from + 1 < least) continue;
      out[count] = keyOf(h);
      count += 1;
    }
  }
  return count;
};
export const shapeKey = (shape: string): number => keyOf(fold(shape, 0, shape.length, SHAPE_SEED));

/** The word as it stands inside the scope of a negation. */
export const negatedKey = (word: number): number => keyOf(word ^ 0x3c6ef372);
/** An n-gram from its first n − 1 words' key and the next word's. */
export const joinKey = (left: number, right: number): number => keyOf(Math.imul(left, 0x9e3779b1) + right);

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
