import { joinKey, negatedKey, shapeKey } from "./hash.ts";
import { CONTRASTS, NEGATES, STOPS, Scanner, WORD } from "./scanner.ts";

/** Of words and their n-grams, of pieces of words, of what can be said of a text without reading it: each block is normalised on its own. */
export const BLOCK_SCALES: readonly [number, number, number] = [1, 1, 0.5];

/** Tokens, whose pieces `pieceKeys` makes: apart, for one and the same word stands in many texts. */
export type Tokens = Pick<
  Scanner,
  "count" | "keys" | "marks" | "signs" | "starts" | "checks" | "places" | "sizes" | "units"
>;

/** A text's features, each as often as it stands there. The same arrays are filled for the next text. */
interface Features {
  /** Token by token: its key, the 2- and the 3-gram that end with it, and its key as negated where it is. */
  readonly words: Int32Array;
  /** By key: the token with which that begins which it stands for; a negated word's is its negator. */
  readonly origins: Int32Array;
  /** By token: where its keys begin in `words`; behind the last token's, where they end. */
  readonly firsts: Int32Array;
  readonly tokens: Tokens;
}

/** A negation reaches over so many words, up to punctuation or a contrast. */
const SCOPE = 4;

const fillWords = ({ keys, marks, count }: Tokens, { words, origins, firsts }: Features): void => {
  let at = 0;
  let scope = 0;
  let negator = 0;
  let last = 0;
  let pair = 0;
  for (let i = 0; i < count; i += 1) {
    const key = keys[i] as number;
    const mark = marks[i] as number;
    firsts[i] = at;
    words[at] = key;
    origins[at] = i;
    at += 1;
    let next = 0;
    if (i > 0) {
      next = joinKey(last, key);
      words[at] = next;
      origins[at] = i - 1;
      at += 1;
    }
    if (i > 1) {
      words[at] = joinKey(pair, key);
      origins[at] = i - 2;
      at += 1;
    }
    pair = next;
    last = key;
    if (mark === NEGATES) {
      scope = SCOPE;
      negator = i;
    } else if (mark === STOPS || mark === CONTRASTS) scope = 0;
    else if (scope > 0 && mark === WORD) {
      words[at] = negatedKey(key);
      origins[at] = negator;
      at += 1;
      scope -= 1;
    }
  }
  firsts[count] = at;
};

/** Of marks no more than so many are told apart; of links (the last) fewer. */
const MOST_MARKS = 5;
const MOST_LINKS = 2;
const amounts = new Int32Array(8);

/** Kinds of shapes: the length, and each of `signs`. */
export const SHAPES = 9;

/** Into `out` the length of the tokens from `from` to `to` on a scale of doublings, and their marks counted; returns how many shapes that is. */
export const fillShapes = ({ signs }: Tokens, from: number, to: number, out: Int32Array): number => {
  amounts.fill(0);
  for (let i = from; i < to; i += 1)
    for (let left = signs[i] as number; left !== 0; left &= left - 1) {
      const bit = 31 - Math.clz32(left & -left);
      amounts[bit] = (amounts[bit] as number) + 1;
    }
  out[0] = shapeKey(0, Math.min(15, Math.round(Math.log2(to - from + 1))));
  let at = 1;
  for (let i = 0; i < amounts.length; i += 1) {
    const amount = amounts[i] as number;
    if (amount === 0) continue;
    out[at] = shapeKey(i + 1, Math.min(i === amounts.length - 1 ? MOST_LINKS : MOST_MARKS, amount));
    at += 1;
  }
  return at;
};

interface Extractor {
  /** Of the text that was read last. */
  readonly features: Features;
  /** Reads a text that `normaliseText` gave. */
  extract(text: string): void;
}

/**
 * Words, their 2- and 3-grams, words inside a negation's scope and pieces of 2 to 6 units, after LABELS.md
 * §7; `fillShapes` gives its shape, valences.ts what its lists say. Not re-entrant.
 */
export const createExtractor = (): Extractor => {
  const scanner = new Scanner();
  const features: Features = {
    words: new Int32Array(scanner.keys.length * 4),
    origins: new Int32Array(scanner.keys.length * 4),
    firsts: new Int32Array(scanner.keys.length + 1),
    tokens: scanner,
  };
  return {
    features,
    extract: (text) => {
      scanner.scan(text);
      fillWords(scanner, features);
    },
  };
};
