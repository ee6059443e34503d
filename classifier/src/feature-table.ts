import { placeOf } from "./hash.ts";
import type { Weights } from "./weights.ts";

/** Answers most look-ups of unknown keys from 128 KiB, so that the table itself stays out of the way: 2^20 bits. */
const SIEVE_SHIFT = 12;

/** The weights as scoring reads them. Features are numbered from the most frequent on, so that those of most texts lie together. */
export interface FeatureTable {
  /** Into `out` the numbers of the features of the first `count` keys, −1 for an unknown one. `out` may be `keys`. */
  readonly find: (keys: Int32Array, count: number, out: Int32Array) => void;
  /** By number: idf, then one byte of weight for each class. */
  readonly packed: Int32Array;
}

export const featureTable = (w: Weights): FeatureTable => {
  let shift = 22;
  while (2 ** (32 - shift) < w.keys.length * 2) shift -= 1;
  // By place (open addressing): key, and number of the feature + 1, 0 where the place is free; side by side for one look at memory.
  const places = new Int32Array(2 ** (33 - shift));
  const mask = places.length - 1;
  const [packed, sieve] = [new Int32Array(w.keys.length), new Int32Array(2 ** 15)];
  const order = Array.from(w.keys.keys()).sort((i, j) => (w.idf[i] as number) - (w.idf[j] as number) || i - j);
  for (const [id, i] of order.entries()) {
    const key = w.keys[i] as number;
    let at = 2 * placeOf(key, shift);
    while (places[at + 1] !== 0) at = (at + 2) & mask;
    places[at] = key;
    places[at + 1] = id + 1;
    const [a, b, c] = [w.weights[3 * i] as number, w.weights[3 * i + 1] as number, w.weights[3 * i + 2] as number];
    packed[id] = ((w.idf[i] as number) << 24) | ((a & 255) << 16) | ((b & 255) << 8) | (c & 255);
    const bit = placeOf(key, SIEVE_SHIFT);
    sieve[bit >>> 5] = (sieve[bit >>> 5] as number) | (1 << (bit & 31));
  }
  return {
    packed,
    find: (keys, count, out) => {
      for (let i = 0; i < count; i += 1) {
        const key = keys[i] as number;
        const bit = placeOf(key, SIEVE_SHIFT);
        if (((sieve[bit >>> 5] as number) & (1 << (bit & 31))) === 0) {
          out[i] = -1;
          continue;
        }
        let at = 2 * placeOf(key, shift);
        while (places[at] !== key && places[at + 1] !== 0) at = (at + 2) & mask;
        out[i] = (places[at + 1] as number) - 1;
      }
    },
  };
};
