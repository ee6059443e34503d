import type { FeatureTable } from "./feature-table.ts";
import type { Tokens } from "./features.ts";
import { pieceKeys, placeOf } from "./hash.ts";
import { valenceFinder, type ValenceTable } from "./valences.ts";

/** Words whose known pieces are remembered, and pieces for all of them together: 4 MiB a language. */
const WORDS_SHIFT = 16;
const POOL = 2 ** 19;
/** More than a word has, which is cut before. */
const MOST_PIECES = 512;

/** A word's entry lies in one line of the processor's cache: key, check, start in the pool × 512 + number of pieces + 1 (0: free) … */
const ENTRY = 8;
const CHECK = 1;
const SPAN = 2;
/** … what the lists say of it, and from here on what its pieces add up to: squared length and three scores. */
const VALENCES = 3;
const SUMS = 4;

/** 1 + ln of how often a feature stands in a text. */
export const LOGS = Float64Array.from({ length: 256 }, (_, count) => 1 + Math.log(Math.max(1, count)));

/** The known pieces of a text's words. */
export interface Pieces {
  /** Finds them, before they are added up. */
  read(tokens: Tokens): void;
  /** By token of the text that was read: what the lists say of it. */
  readonly said: Int32Array;
  /** Into `out` what those of the tokens from `from` to `to` add up to: squared length and three scores. `counts` is 0 before and after. */
  sum(from: number, to: number, counts: Uint16Array, out: Float64Array): void;
}

export const createPieces = (most: number, { find, packed }: FeatureTable, valences: ValenceTable): Pieces => {
  const entries = new Int32Array(ENTRY * 2 ** (32 - WORDS_SHIFT));
  const pool = new Int32Array(POOL);
  let pooled = 0;
  const valencesOf = valenceFinder(valences);
  const pieces = new Int32Array(MOST_PIECES);
  const said = new Int32Array(most);
  // The text's pieces, word after word, and by token where its own begin: each stretch is one run, and stays what it is when words are forgotten.
  let listed = new Int32Array(1 << 12);
  const starts = new Int32Array(most + 1);
  // By token: what the pieces of those before it add up to, each counted as often as it stands there.
  const before = new Int32Array(4 * (most + 1));

  /** They are looked up once and then remembered at the one place the word's key has. */
  const remember = (
    entry: number,
    key: number,
    check: number,
    units: Uint16Array,
    from: number,
    size: number,
  ): void => {
    if (pooled + MOST_PIECES > POOL) {
      entries.fill(0);
      pooled = 0;
    }
    const start = pooled;
    const count = pieceKeys(units, from, size, pieces);
    find(pieces, count, pieces);
    let norm = 0;
    let a = 0;
    let b = 0;
    let c = 0;
    for (let i = 0; i < count; i += 1) {
      const id = pieces[i] as number;
      if (id < 0) continue;
      pool[pooled] = id;
      pooled += 1;
      const weights = packed[id] as number;
      const idf = weights >>> 24;
      norm = (norm + Math.imul(idf, idf)) | 0;
      a = (a + Math.imul(idf, (weights << 8) >> 24)) | 0;
      b = (b + Math.imul(idf, (weights << 16) >> 24)) | 0;
      c = (c + Math.imul(idf, (weights << 24) >> 24)) | 0;
    }
    entries[entry] = key;
    entries[entry + CHECK] = check;
    entries[entry + SPAN] = start * 512 + (pooled - start) + 1;
    entries[entry + VALENCES] = valencesOf(key);
    entries[entry + SUMS] = norm;
    entries[entry + SUMS + 1] = a;
    entries[entry + SUMS + 2] = b;
    entries[entry + SUMS + 3] = c;
  };

  const grow = (): void => {
    const larger = new Int32Array(2 * listed.length);
    larger.set(listed);
    listed = larger;
  };

  const read = ({ count, keys, checks, places, sizes, units }: Tokens): void => {
    let norm = 0;
    let a = 0;
    let b = 0;
    let c = 0;
    let end = 0;
    for (let token = 0; token < count; token += 1) {
      const size = sizes[token] as number;
      if (size === 0) said[token] = 0;
      else {
        const key = keys[token] as number;
        const check = checks[token] as number;
        const entry = ENTRY * placeOf(key, WORDS_SHIFT);
        if (entries[entry + SPAN] === 0 || entries[entry] !== key || entries[entry + CHECK] !== check)
          remember(entry, key, check, units, places[token] as number, size);
        said[token] = entries[entry + VALENCES] as number;
        const span = (entries[entry + SPAN] as number) - 1;
        const first = span >>> 9;
        const last = (span >>> 9) + (span & 511);
        if (end + MOST_PIECES > listed.length) grow();
        const list = listed;
        for (let i = first; i < last; i += 1, end += 1) list[end] = pool[i] as number;
        norm = (norm + (entries[entry + SUMS] as number)) | 0;
        a = (a + (entries[entry + SUMS + 1] as number)) | 0;
        b = (b + (entries[entry + SUMS + 2] as number)) | 0;
        c = (c + (entries[entry + SUMS + 3] as number)) | 0;
      }
      starts[token + 1] = end;
      const next = 4 * token + 4;
      before[next] = norm;
      before[next + 1] = a;
      before[next + 2] = b;
      before[next + 3] = c;
    }
  };

  return {
    said,
    read,
    // Most pieces stand once in a text: all are added up as if they did, word by word, and those that stand there more often are put right.
    sum: (from, to, counts, out) => {
      const list = listed;
      const [begin, end] = [starts[from] as number, starts[to] as number];
      for (let i = begin; i < end; i += 1) {
        const id = list[i] as number;
        counts[id] = (counts[id] as number) + 1;
      }
      const first = 4 * from;
      const last = 4 * to;
      let onceNorm = ((before[last] as number) - (before[first] as number)) | 0;
      let onceA = ((before[last + 1] as number) - (before[first + 1] as number)) | 0;
      let onceB = ((before[last + 2] as number) - (before[first + 2] as number)) | 0;
      let onceC = ((before[last + 3] as number) - (before[first + 3] as number)) | 0;
      let norm = 0;
      let a = 0;
      let b = 0;
      let c = 0;
      for (let i = begin; i < end; i += 1) {
        const id = list[i] as number;
        const often = counts[id] as number;
        counts[id] = 0;
        if (often <= 1) continue;
        const weights = packed[id] as number;
        const idf = weights >>> 24;
        const x = (weights << 8) >> 24;
        const y = (weights << 16) >> 24;
        const z = (weights << 24) >> 24;
        const all = Math.imul(often, idf);
        onceNorm = (onceNorm - Math.imul(all, idf)) | 0;
        onceA = (onceA - Math.imul(all, x)) | 0;
        onceB = (onceB - Math.imul(all, y)) | 0;
        onceC = (onceC - Math.imul(all, z)) | 0;
        const value = (LOGS[often < 255 ? often : 255] as number) * idf;
        norm += value * value;
        a += value * x;
        b += value * y;
        c += value * z;
      }
      out[0] = norm + onceNorm;
      out[1] = a + onceA;
      out[2] = b + onceB;
      out[3] = c + onceC;
    },
  };
};
