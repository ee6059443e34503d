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
/** What a negated word is worth: "not good" is bad, but less so than "bad". */
const NEGATED = -0.6;

/** ln(1 + |x|) with the sign of x. */
const tamed = (x: number): number => (x < 0 ? -Math.log(1 - x) : Math.log(1 + x));

/** Key of a word → its row in the table, −1 for none. */
export const rowFinder = ({ keys }: ValenceTable): ((key: number) => number) => {
  let shift = 22;
  while (2 ** (32 - shift) < keys.length * 2) shift -= 1;
  const rows = new Int32Array(2 ** (32 - shift)).fill(-1);
  const mask = rows.length - 1;
  for (const [row, key] of keys.entries()) {
    let at = placeOf(key, shift);
    while (rows[at] !== -1) at = (at + 1) & mask;
    rows[at] = row;
  }
  return (key) => {
    let at = placeOf(key, shift);
    for (let row = rows[at] as number; row >= 0; row = rows[at] as number) {
      if (keys[row] === key) return row;
      at = (at + 1) & mask;
    }
    return -1;
  };
};

/** What one list says of the words read so far. */
class Tally {
  good = 0;
  bad = 0;
  best = 0;
  worst = 0;
  last = 0;
  goods = 0;
  bads = 0;
  /** Since the last contrast. */
  after = 0;
}

type ReadValences = (marks: Uint8Array, rows: Int32Array, count: number, out: Float64Array) => void;

/**
 * Into `out`, `FIGURES` for each list: sums of good and of bad words, the best and the worst, the last, how many good and bad, the sum after the last
 * contrast, and the mean (LABELS.md §7). `rows` holds each token's row in the table, −1 for none. Not re-entrant.
 */
export const createValenceReader = ({ lists, values: bytes }: ValenceTable): ReadValences => {
  const values = Float64Array.from(bytes, (value) => value / 127);
  const tallies = Array.from({ length: lists }, () => new Tally());
  const see = (tally: Tally, value: number, contrasted: boolean): void => {
    tally.last = value;
    if (contrasted) tally.after += value;
    if (value > 0) {
      tally.good += value;
      tally.goods += 1;
      if (value > tally.best) tally.best = value;
    } else {
      tally.bad += value;
      tally.bads += 1;
      if (value < tally.worst) tally.worst = value;
    }
  };
  return (marks, rows, count, out) => {
    for (const t of tallies) t.good = t.bad = t.best = t.worst = t.last = t.goods = t.bads = t.after = 0;
    let scope = 0;
    let contrasted = false;
    for (let token = 0; token < count; token += 1) {
      const mark = marks[token] as number;
      let turned = 1;
      if (mark === NEGATES) scope = SCOPE;
      else if (mark === CONTRASTS) {
        scope = 0;
        contrasted = true;
        for (const t of tallies) t.after = 0;
      } else if (mark === STOPS) scope = 0;
      else if (scope > 0 && mark === WORD) {
        turned = NEGATED;
        scope -= 1;
      }
      const row = rows[token] as number;
      if (row < 0) continue;
      for (let list = 0; list < lists; list += 1) {
        const value = values[row * lists + list] as number;
        if (value !== 0) see(tallies[list] as Tally, value * turned, contrasted);
      }
    }
    for (const [list, t] of tallies.entries()) {
      const at = list * FIGURES;
      out[at] = tamed(t.good);
      out[at + 1] = tamed(t.bad);
      out[at + 2] = t.best;
      out[at + 3] = t.worst;
      out[at + 4] = t.last;
      out[at + 5] = tamed(t.goods);
      out[at + 6] = tamed(t.bads);
      out[at + 7] = tamed(t.after);
      out[at + 8] = (t.good + t.bad) / Math.max(1, t.goods + t.bads);
    }
  };
};
