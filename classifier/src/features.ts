import { joinKey, negatedKey, shapeKey } from "./hash.ts";
import { normaliseText } from "./normalise.ts";
import { CONTRASTS, NEGATES, STOPS, Scanner, WORD } from "./scanner.ts";

/** Of words and their n-grams, of pieces of words, of what can be said of a text without reading it: each block is normalised on its own. */
export const BLOCK_SCALES: readonly [number, number, number] = [1, 1, 0.5];

/** A text's features, each as often as it stands there. The same arrays are filled for the next text. */
export interface Features {
  readonly words: Int32Array;
  wordCount: number;
  /** Tokens, whose pieces `pieceKeys` makes: apart, for one and the same word stands in many texts. */
  readonly tokens: Pick<Scanner, "count" | "keys" | "marks" | "checks" | "places" | "sizes" | "units">;
  readonly shapes: Int32Array;
  shapeCount: number;
}

/** A negation reaches over so many words, up to punctuation or a contrast. */
const SCOPE = 4;

const fillWords = (scanner: Scanner, features: Features): number => {
  const { keys, marks, count } = scanner;
  const { words } = features;
  let [at, scope, negators, last, pair] = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i += 1) {
    const key = keys[i] as number;
    const mark = marks[i] as number;
    words[at] = key;
    at += 1;
    let next = 0;
    if (i > 0) {
      next = joinKey(last, key);
      words[at] = next;
      at += 1;
    }
    if (i > 1) {
      words[at] = joinKey(pair, key);
      at += 1;
    }
    pair = next;
    last = key;
    if (mark === NEGATES) {
      scope = SCOPE;
      negators += 1;
    } else if (mark === STOPS || mark === CONTRASTS) scope = 0;
    else if (scope > 0 && mark === WORD) {
      words[at] = negatedKey(key);
      at += 1;
      scope -= 1;
    }
  }
  features.wordCount = at;
  return negators;
};

/** Length on a scale of doublings, and marks counted up to five. */
const fillShapes = (scanner: Scanner, negators: number, features: Features): void => {
  const { shapes } = features;
  shapes[0] = shapeKey(0, Math.min(15, Math.round(Math.log2(scanner.count + 1))));
  let at = 1;
  const { smiles, frowns, shouted, stretched, exclaims, asks, links } = scanner;
  const amounts = [smiles, frowns, shouted, stretched, negators, exclaims, asks, Math.min(2, links)];
  for (let i = 0; i < amounts.length; i += 1) {
    const amount = amounts[i] as number;
    if (amount === 0) continue;
    shapes[at] = shapeKey(i + 1, Math.min(5, amount));
    at += 1;
  }
  features.shapeCount = at;
};

/**
 * Words, their 2- and 3-grams, words inside a negation's scope, pieces of 2 to 6 units, and shape, after LABELS.md §7; what its lists say stands in
 * valences.ts. Not re-entrant: the answer is overwritten by the next.
 */
export const createExtractor = (): ((text: string) => Features) => {
  const scanner = new Scanner();
  const features: Features = {
    words: new Int32Array(scanner.keys.length * 4),
    wordCount: 0,
    tokens: scanner,
    shapes: new Int32Array(16),
    shapeCount: 0,
  };
  return (text) => {
    scanner.scan(normaliseText(text));
    fillShapes(scanner, fillWords(scanner, features), features);
    return features;
  };
};
