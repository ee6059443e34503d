import { placeOf } from "./hash.ts";
import type { Weights } from "./weights.ts";

/** Answers most look-ups of unknown keys from 128 KiB, so that the table itself stays out of the way: 2^20 bits. */
const SIEVE_SHIFT = 12;

/** The weights as scoring reads them. Features are numbered from the most frequent on, so that those of most texts lie together. */
export interface FeatureTable {
  /** Number of a key's feature, −1 for an unknown one. */
  readonly find: (key: number) => number;
  /** By number: idf, then one byte of weight for each class. */
  readonly packed: Int32Array;
}

export const featureTable = (w: Weights): FeatureTable => {
  let shift = 22;
  while (2 ** (32 - shift) < w.keys.length * 2) shift -= 1;
  const size = 2 ** (32 - shift);
  // By place (open addressing): key, and number of the feature, −1 where the place is free.
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
  const mask = size - 1;
  return {
    packed,
    find: (key) => {
      const spread = Math.imul(key, 0x9e3779b1);
      if (((sieve[spread >>> (SIEVE_SHIFT + 5)] as number) & (1 << ((spread >>> SIEVE_SHIFT) & 31))) === 0) return -1;
      let at = spread >>> shift;
      while (ids[at] !== -1 && keys[at] !== key) at = (at + 1) & mask;
      return ids[at] as number;
    },
  };
};
