import type { Phrase, Query, QueryNode } from "./parse-query.ts";
import { wordsOf } from "./words.ts";

const fits = (phrase: Phrase, i: number, word: string): boolean => {
  const asked = phrase.words[i] ?? "";
  return phrase.prefix && i === phrase.words.length - 1 ? word.startsWith(asked) : word === asked;
};

/** Where the phrase must go on after it failed (Knuth, Morris, Pratt 1977), so that no text makes the search slow. */
const restarts = (words: readonly string[]): readonly number[] => {
  const found = [0];
  for (let i = 1, k = 0; i < words.length; i++) {
    while (k > 0 && words[i] !== words[k]) k = found[k - 1] ?? 0;
    if (words[i] === words[k]) k++;
    found.push(k);
  }
  return found;
};

const holds = (phrase: Phrase, words: readonly string[]): boolean => {
  if (phrase.words.length === 1) return words.some((word) => fits(phrase, 0, word));
  const back = restarts(phrase.words);
  let k = 0;
  for (const word of words) {
    while (k > 0 && !fits(phrase, k, word)) k = back[k - 1] ?? 0;
    if (fits(phrase, k, word)) k++;
    if (k === phrase.words.length) return true;
  }
  return false;
};

const evaluate = (node: QueryNode, words: readonly string[]): boolean => {
  switch (node.kind) {
    case "phrase":
      return holds(node, words);
    case "not":
      return !evaluate(node.part, words);
    case "and":
      return node.parts.every((part) => evaluate(part, words));
    case "or":
      return node.parts.some((part) => evaluate(part, words));
  }
};

/**
 * Whether a query finds a text. Words are compared whole (`кот` does not find `который`), without case, with ё = е and whatever stands
 * between the words of a phrase but letters and digits (`Альфа-Банк` = `альфа банк`). Time grows linearly with the text.
 */
export const matches = (query: Query, text: string): boolean => evaluate(query.root, wordsOf(text));
