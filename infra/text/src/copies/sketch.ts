import { COMPARED_LIMIT, hashWords, mixed } from "./words.ts";

/** Features that are kept of a text: the smallest ones by hash, which are a random sample of all (bottom-k MinHash, Cohen and Kaspar 2007). */
export const SKETCH_SIZE = 64;

/** What of a text is compared. */
export interface Sketch {
  /** Words in the text. */
  readonly words: number;
  /** Distinct features: words, and pairs of neighbours. */
  readonly size: number;
  /** The smallest of them by hash, ascending, at most `SKETCH_SIZE`. */
  readonly features: Uint32Array;
  /** The smallest of the pairs, ascending: by these a text is found again. At most `KEYS`. */
  readonly keys: Uint32Array;
  /** Of all words in their order. */
  readonly whole: number;
}

/** Pairs by which a text is looked up. */
export const KEYS = 8;

const PAIR_SEED = 0x9e3779b9;
const MOST_WORDS = COMPARED_LIMIT / 2;

const words = new Uint32Array(MOST_WORDS);
const pairs = new Uint32Array(MOST_WORDS);
const all = new Uint32Array(2 * MOST_WORDS);

/** Drops what stands twice in a row. Returns how many are left. */
const distinct = (sorted: Uint32Array): number => {
  let kept = 0;
  for (let i = 0; i < sorted.length; i += 1) {
    if (kept === 0 || sorted[i] !== sorted[kept - 1]) sorted[kept++] = sorted[i] as number;
  }
  return kept;
};

/** Reads title and text as one. A text of 100 characters takes some microseconds; time is linear in the text but for one sort. */
export const sketchOf = (title: string | null, text: string): Sketch => {
  const first = title === null ? 0 : hashWords(title, words);
  const count = hashWords(text, words, first);
  let whole = count;
  for (let i = 0; i < count; i += 1) {
    const word = words[i] as number;
    whole = Math.imul(whole ^ word, PAIR_SEED) + i;
    all[i] = word;
    if (i > 0) {
      const pair = mixed(Math.imul((words[i - 1] as number) ^ PAIR_SEED, 0x85ebca6b) + word);
      pairs[i - 1] = pair;
      all[count + i - 1] = pair;
    }
  }
  const sortedPairs = pairs.subarray(0, Math.max(0, count - 1)).sort();
  const sorted = all.subarray(0, Math.max(0, 2 * count - 1)).sort();
  const pairCount = distinct(sortedPairs);
  const size = distinct(sorted);
  return {
    words: count,
    size,
    features: sorted.slice(0, Math.min(size, SKETCH_SIZE)),
    keys: sortedPairs.slice(0, Math.min(pairCount, KEYS)),
    whole: mixed(whole),
  };
};
