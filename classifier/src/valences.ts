import { placeOf } from "./hash.ts";
import { CONTRASTS, NEGATES, STOPS, WORD } from "./token-list.ts";

/** Lists of words with what each says by itself, −1…1: how good it is, or how much it says at all. 0: not in that list. */
export interface ValenceTable {
  /** Of words, as the scanner makes them. */
  readonly keys: Int32Array;
  readonly lists: number;
  /** `lists` for each key; 127 is 1. */
  readonly values: Int8Array;
}

/** How much is said of a text for each list. */
export const FIGURES = 9;
/** A negation reaches over so many words, up to punctuation or a contrast. */
const SCOPE = 4;
/** What a negated word is worth, in tenths: "not good" is bad, but less so than "bad". */
const NEGATED = -6;
/** Values of lists in tenths, as parts of 1. */
const UNIT = 1 / 1270;

/** ln(1 + |x|) with the sign of x. */
const tamed = (x: number): number => (x === 0 ? 0 : x < 0 ? -Math.log(1 - x) : Math.log(1 + x));

/** So many lists have room in one number. */
const MOST_LISTS = 4;

/** Key of a word → what each list says of it, eight bits a list from the lowest on; 0: in none. */
export const valenceFinder = ({ keys, lists, values }: ValenceTable): ((key: number) => number) => {
  if (lists > MOST_LISTS) throw new RangeError(`${lists} lists of words: at most ${MOST_LISTS} can be read`);
  let shift = 22;
  while (2 ** (32 - shift) < keys.length * 2) shift -= 1;
  // Key and what is said of it side by side, for one look at memory; 0 says that a place is free.
  const places = new Int32Array(2 ** (33 - shift));
  const mask = places.length - 1;
  for (const [row, key] of keys.entries()) {
    let said = 0;
    for (let list = 0; list < lists; list += 1) said |= ((values[row * lists + list] as number) & 255) << (8 * list);
    let at = 2 * placeOf(key, shift);
    while (places[at + 1] !== 0 && places[at] !== key) at = (at + 2) & mask;
    if (places[at + 1] !== 0) continue;
    places[at] = key;
    places[at + 1] = said;
  }
  return (key) => {
    let at = 2 * placeOf(key, shift);
    while (places[at] !== key && places[at + 1] !== 0) at = (at + 2) & mask;
    return places[at + 1] as number;
  };
};

/** `tamed` of whole numbers. */
const COUNTS = Float64Array.from({ length: 64 }, (_, count) => Math.log(1 + count));
const tamedCount = (count: number): number => (count < COUNTS.length ? (COUNTS[count] as number) : tamed(count));

type ReadValences = (marks: Uint8Array, said: Int32Array, from: number, to: number, out: Float64Array) => void;

/**
 * Into `out`, `FIGURES` for each list: sums of good and of bad words, the best and the worst, the last, how many good and bad, the sum after the last
 * contrast, and the mean (LABELS.md §7). Of the tokens from `from` to `to`; `said` holds what `valenceFinder` gave for each. Not re-entrant.
 */
export const createValenceReader = (lists: number): ReadValences => {
  // Tokens that a list knows, one after another: what is said of each, and how it is turned, in tenths.
  let values = new Int32Array(256);
  let turns = new Int32Array(256);
  return (marks, said, from, to, out) => {
    if (to - from > values.length) {
      values = new Int32Array(2 * (to - from));
      turns = new Int32Array(2 * (to - from));
    }
    let known = 0;
    let scope = 0;
    let contrast = 0;
    let contrasts = false;
    for (let token = from; token < to; token += 1) {
      const mark = marks[token] as number;
      let turn = 10;
      if (mark === NEGATES) scope = SCOPE;
      else if (mark === CONTRASTS) {
        scope = 0;
        contrast = known;
        contrasts = true;
      } else if (mark === STOPS) scope = 0;
      else if (scope > 0 && mark === WORD) {
        turn = NEGATED;
        scope -= 1;
      }
      const all = said[token] as number;
      values[known] = all;
      turns[known] = turn;
      if (all !== 0) known += 1;
    }
    for (let list = 0; list < lists; list += 1) {
      const shift = 24 - 8 * list;
      let good = 0;
      let bad = 0;
      let best = 0;
      let worst = 0;
      let last = 0;
      let goods = 0;
      let bads = 0;
      // Whole numbers and no branches: no processor guesses what the next word says.
      for (let i = 0; i < known; i += 1) {
        const value = Math.imul(((values[i] as number) << shift) >> 24, turns[i] as number);
        const down = value & (value >> 31);
        const up = value - down;
        good += up;
        bad += down;
        goods += -up >>> 31;
        bads += down >>> 31;
        best = up > best ? up : best;
        worst = down < worst ? down : worst;
        last = value === 0 ? last : value;
      }
      let after = 0;
      if (contrasts)
        for (let i = contrast; i < known; i += 1)
          after += Math.imul(((values[i] as number) << shift) >> 24, turns[i] as number);
      const at = list * FIGURES;
      out[at] = tamed(good * UNIT);
      out[at + 1] = tamed(bad * UNIT);
      out[at + 2] = best * UNIT;
      out[at + 3] = worst * UNIT;
      out[at + 4] = last * UNIT;
      out[at + 5] = tamedCount(goods);
      out[at + 6] = tamedCount(bads);
      out[at + 7] = tamed(after * UNIT);
      out[at + 8] = ((good + bad) * UNIT) / Math.max(1, goods + bads);
    }
  };
};
