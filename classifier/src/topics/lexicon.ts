import { stemOf } from "@molva/text";
import type { TopicDictionary } from "./dictionary.ts";

/** What a word does to clauses. */
export const PLAIN = 0;
/** A clause begins with it. */
export const CONTRAST = 1;
/** A clause begins with it after a comma only. */
export const TURN = 2;
/** Joins; a clause may begin with it. */
export const JOIN = 3;
/** Says nothing by itself: articles, pronouns, forms of "to be". */
export const FILLER = 4;
/** Written with a full stop that ends no sentence. */
export const SHORT = 5;

const KINDS: readonly (readonly [kind: number, words: string])[] = [
  [CONTRAST, "but however although though whereas except nevertheless но однако зато хотя"],
  [TURN, "yet while only а правда только вот разве"],
  [JOIN, "and & plus also as и да или or плюс также"],
  [
    FILLER,
    "the a an their his her its my your our of in is was are were with to for this that these both all их его ее ваш ваша ваше ваши наш мой моя мое у в на с по от за это этот эта эти тут там все",
  ],
  [
    SHORT,
    "mr mrs ms dr st vs etc no approx inc ltd co jan feb mar apr jun jul aug sep sept oct nov dec г гг ул д кв стр руб тыс млн млрд т е п р коп мин сек ч тел см им обл пр др н э кг км шт чел гр пос оф корп",
  ],
];

interface Node {
  readonly next: Map<number, Node>;
  any: Node | null;
  /** Null: no pattern ends here. Empty: the phrase says nothing. */
  topics: string[] | null;
}
const newNode = (): Node => ({ next: new Map(), any: null, topics: null });

/** What is known of a word: its role, and the elements of patterns that it fits. */
export interface Known {
  readonly kind: number;
  readonly fits: readonly number[];
}
const UNKNOWN: Known = { kind: PLAIN, fits: [] };

export interface Lexicon {
  /** Of a word in small letters with е for ё. */
  readonly lookUp: (word: string) => Known;
  /**
   * The longest pattern that begins at word `at`, and the topics it speaks of; null when none does. `knownAt` gives what is known of a
   * word, null past the end of what may be matched.
   */
  readonly match: (
    at: number,
    knownAt: (i: number) => Known | null,
  ) => { readonly length: number; readonly topics: readonly string[] } | null;
}

/** Patterns as a tree over their words, and words by stem, by beginning and as they stand. */
export const createLexicon = (dictionary: TopicDictionary): Lexicon => {
  const elements = new Map<string, number>();
  const prefixes: (readonly [prefix: string, element: number])[] = [];
  const elementOf = (part: string): number => {
    const folded = part.toLowerCase().replaceAll("ё", "е").replaceAll("’", "'");
    const key = folded.endsWith("*") || folded.startsWith("=") ? folded : `~${stemOf(folded)}`;
    const known = elements.get(key);
    if (known !== undefined) return known;
    const element = elements.size + 1;
    elements.set(key, element);
    if (key.endsWith("*")) prefixes.push([key.slice(0, -1), element]);
    return element;
  };
  const root = newNode();
  for (const [topic, patterns] of dictionary) {
    for (const pattern of patterns) {
      let node = root;
      for (const part of pattern.split(/[\s-]+/).filter((p) => p !== "")) {
        if (part === "_") node = node.any ??= newNode();
        else {
          const element = elementOf(part);
          const next = node.next.get(element) ?? newNode();
          node.next.set(element, next);
          node = next;
        }
      }
      if (node === root) continue;
      node.topics ??= [];
      if (topic !== "" && !node.topics.includes(topic)) node.topics.push(topic);
    }
  }
  const kinds = new Map(KINDS.flatMap(([kind, words]) => words.split(" ").map((word) => [word, kind] as const)));
  const lookUp = (word: string): Known => {
    const fits: number[] = [];
    const exact = elements.get(`=${word}`);
    if (exact !== undefined) fits.push(exact);
    const stem = elements.get(`~${stemOf(word)}`);
    if (stem !== undefined) fits.push(stem);
    for (const [prefix, element] of prefixes) if (word.startsWith(prefix)) fits.push(element);
    const kind = kinds.get(word) ?? PLAIN;
    return kind === PLAIN && fits.length === 0 ? UNKNOWN : { kind, fits };
  };
  const longest = (node: Node, i: number, knownAt: (i: number) => Known | null): (Node & { end: number }) | null => {
    const known = knownAt(i);
    let best: (Node & { end: number }) | null = null;
    const consider = (next: Node | null | undefined): void => {
      if (next == null) return;
      const deeper = longest(next, i + 1, knownAt);
      const found = deeper ?? (next.topics === null ? null : { ...next, end: i + 1 });
      if (found !== null && (best === null || found.end > best.end)) best = found;
    };
    if (known !== null) {
      for (const element of known.fits) consider(node.next.get(element));
      consider(node.any);
    }
    return best;
  };
  return {
    lookUp,
    match: (at, knownAt) => {
      const found = longest(root, at, knownAt);
      return found === null ? null : { length: found.end - at, topics: found.topics ?? [] };
    },
  };
};
