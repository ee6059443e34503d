import { joinKey, negatedKey, shapeKey } from "./hash.ts";
import { normaliseText } from "./normalise.ts";
import { createTokenizer, type Pick, type Token } from "./tokens.ts";

/** Of words and their n-grams, of pieces of words, of what can be said of a text without reading it: each block is normalised on its own. */
export const BLOCK_SCALES: readonly [number, number, number] = [1, 1, 0.5];

/** Receives every feature of a text, block by block; `id` is what `Pick` and `find` made of its key. */
export interface FeatureSink {
  /** A word's or an n-gram's key. */
  word(key: number): void;
  /** Pieces as the tokenizer picked them. */
  pieces(ids: readonly number[]): void;
  shape(key: number): void;
}

const SCOPE = 4;

const bucket = (count: number): string => (count > 4 ? "5" : String(count));

/** Marks of a text, each counted up to five. */
const countOf = (text: string, mark: string): number => {
  let count = 0;
  for (let at = text.indexOf(mark); at !== -1 && count < 5; at = text.indexOf(mark, at + mark.length)) count += 1;
  return count;
};

const shapesOf = (text: string, tokens: readonly Token[], negators: number): readonly string[] => {
  let [smiles, frowns, shouted, stretched] = [0, 0, 0, 0];
  for (const token of tokens) {
    if (token.mark === "smile") smiles += 1;
    if (token.mark === "frown") frowns += 1;
    if (token.shouted) shouted += 1;
    if (token.stretched) stretched += 1;
  }
  const shapes: string[] = [`length:${Math.round(Math.log2(tokens.length + 1))}`];
  const add = (name: string, value: number): void => {
    if (value > 0) shapes.push(`${name}:${bucket(value)}`);
  };
  add("smile", smiles);
  add("frown", frowns);
  add("shouted", shouted);
  add("stretched", stretched);
  add("negators", negators);
  add("exclaim", countOf(text, "!"));
  add("ask", countOf(text, "?"));
  add("link", Math.min(2, countOf(text, "http")));
  return shapes;
};

/**
 * Words, their 2- and 3-grams, words inside a negation's scope (the next four, up to punctuation or a contrast),
 * pieces of 2 to 6 characters, and shape. After LABELS.md §7 without its lexicons.
 */
export const createExtractor = (pick: Pick): ((text: string, sink: FeatureSink) => void) => {
  const tokenize = createTokenizer(pick);
  return (text, sink) => {
    const normal = normaliseText(text);
    const tokens = tokenize(normal);
    let scope = 0;
    let negators = 0;
    let last = 0;
    let pair = 0;
    for (const token of tokens) {
      sink.word(token.key);
      const next = last === 0 ? 0 : joinKey(last, token.key);
      if (next !== 0) sink.word(next);
      if (pair !== 0) sink.word(joinKey(pair, token.key));
      pair = next;
      last = token.key;
      if (token.chars.length > 0) sink.pieces(token.chars);
      if (token.mark === "negator") {
        scope = SCOPE;
        negators += 1;
      } else if (token.mark === "stop" || token.mark === "contrast") scope = 0;
      else if (scope > 0 && token.mark === "word") {
        sink.word(negatedKey(token.key));
        scope -= 1;
      }
    }
    for (const shape of shapesOf(normal, tokens, negators)) sink.shape(shapeKey(shape));
  };
};
