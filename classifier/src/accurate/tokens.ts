import { Tokenizer } from "@huggingface/tokenizers";
import { wordsOf } from "./words.ts";

/** What the transformer reads at most; of a longer text its start and its end. */
const MOST_TOKENS = 128;
const TAIL = 32;
const MOST_BRAND_TOKENS = 12;

interface Tokens {
  readonly ids: readonly number[];
  /** Of those, so many at the end name the brand that the label is towards. */
  readonly brand: number;
}

export type Tokenise = (text: string, brand: string | null) => Tokens;

/** @param json a tokenizer.json as Hugging Face's `tokenizers` reads it; begin, end and so on are told by their pieces. */
export const createTokens = (json: object, begin: string, end: string): Tokenise => {
  const tokenizer = new Tokenizer(json, {});
  const idOf = (piece: string): number => {
    const id = tokenizer.token_to_id(piece);
    if (id === undefined) throw new RangeError(`the vocabulary has no ${piece}`);
    return id;
  };
  const [first, last] = [idOf(begin), idOf(end)];
  const pieces = (text: string): readonly number[] => tokenizer.encode(text, { add_special_tokens: false }).ids;
  return (text, brand) => {
    const of = brand === null ? [] : pieces(wordsOf(brand)).slice(0, MOST_BRAND_TOKENS);
    const room = MOST_TOKENS - 2 - (of.length === 0 ? 0 : of.length + 1);
    const all = pieces(wordsOf(text));
    const read = all.length <= room ? all : [...all.slice(0, room - TAIL), ...all.slice(-TAIL)];
    return of.length === 0
      ? { ids: [first, ...read, last], brand: 0 }
      : { ids: [first, ...read, last, ...of, last], brand: of.length + 1 };
  };
};
