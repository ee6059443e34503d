import { stemOf } from "@molva/text";
import type { TopicDictionary } from "./dictionary.ts";
import { valenceOf } from "./valence.ts";

/** What a word does to clauses. */
const PLAIN = 0;
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
/** Turns what a phrase after it says. */
export const NEGATOR = 6;

/** Speaks of what was spoken of before. */
export const PRONOUN = 7;

const KINDS: readonly (readonly [kind: number, words: string])[] = [
  [PRONOUN, "it he she they он она оно они"],
  [NEGATOR, "not no never isn't wasn't aren't weren't don't doesn't didn't hardly without не ни нет без ничуть"],
  [CONTRAST, "but however although though whereas except nevertheless но однако зато хотя"],
  [TURN, "yet while only а правда только вот разве"],
  [JOIN, "and & plus also as и да или or плюс также"],
  [
    FILLER,
    "the a an their his her its my your our of in is was are were with to for this that these both all их его ее ваш ваша ваше ваши наш мой моя мое у в на с по от за это этот эта эти тут там все",
  ],
  [
    SHORT,
    "mr mrs ms dr st vs etc approx inc ltd co jan feb mar apr jun jul aug sep sept oct nov dec г гг ул д кв стр руб тыс млн млрд т е п р коп мин сек ч тел см им обл пр др н э кг км шт чел гр пос оф корп",
  ],
];

interface Node {
  readonly next: Map<number, Node>;
  any: Node | null;
  /** Null: no pattern ends here. Empty: the phrase says nothing. */
  topics: string[] | null;
  valence: number;
}
const newNode = (): Node => ({ next: new Map(), any: null, topics: null, valence: 0 });

/** What is known of a word: its role, and the elements of patterns that it fits. */
export interface Known {
  readonly kind: number;
  readonly fits: readonly number[];
  /** A pattern may begin with it. */
  readonly begins: boolean;
  /** A pattern's weightiest word: a text without any speaks of nothing. */
  readonly anchors: boolean;
}
export const UNKNOWN: Known = { kind: PLAIN, fits: [], begins: false, anchors: false };

const GATE = 3;

export interface Lexicon {
  /** The first three letters of all words that are anything, shorter words whole: any other word need not be looked up. Null: any word may be. */
  readonly openings: ReadonlySet<string> | null;
  /** Of a word in small letters with е for ё. */
  readonly lookUp: (word: string) => Known;
  /**
   * The longest pattern that begins at word `at`, and the topics it speaks of; null when none does. `knownAt` gives what is known of a
   * word, null past the end of what may be matched.
   */
  readonly match: (
    at: number,
    knownAt: (i: number) => Known | null,
  ) => { readonly length: number; readonly topics: readonly string[]; readonly valence: number } | null;
}

/** Patterns as a tree over their words, and words by stem, by beginning and as they stand. */
export const createLexicon = (dictionary: TopicDictionary): Lexicon => {
  const elements = new Map<string, number>();
  // By their first letters, so that most words are told apart from all patterns without a stem being made.
  const prefixes = new Map<string, (readonly [prefix: string, element: number])[]>();
  const stems = new Set<string>();
  const elementOf = (part: string): number => {
    const folded = part.toLowerCase().replaceAll("ё", "е").replaceAll("’", "'");
    // Two letters have no stem.
    const key =
      folded.endsWith("*") || folded.startsWith("=")
        ? folded
        : folded.length < GATE
          ? `=${folded}`
          : `~${stemOf(folded)}`;
    const known = elements.get(key);
    if (known !== undefined) return known;
    const element = elements.size + 1;
    elements.set(key, element);
    if (key.startsWith("~")) stems.add(key.slice(1, 1 + GATE)).add(folded.slice(0, GATE));
    if (key.endsWith("*")) {
      const prefix = key.slice(0, -1);
      const gate = prefix.slice(0, GATE);
      prefixes.set(gate, [...(prefixes.get(gate) ?? []), [prefix, element]]);
    }
    return element;
  };
  const root = newNode();
  const anchors = new Set<number>();
  for (const [topic, patterns] of dictionary) {
    for (const pattern of patterns) {
      let node = root;
      let heaviest = ["", 0] as readonly [part: string, element: number];
      for (const part of pattern.split(/[\s-]+/).filter((p) => p !== "")) {
        if (part === "_") node = node.any ??= newNode();
        else {
          const element = elementOf(part);
          if (part.length > heaviest[0].length) heaviest = [part, element];
          const next = node.next.get(element) ?? newNode();
          node.next.set(element, next);
          node = next;
        }
      }
      if (node === root) continue;
      node.topics ??= [];
      node.valence ||= valenceOf(topic, pattern);
      if (topic !== "") anchors.add(heaviest[1]);
      if (topic !== "" && !node.topics.includes(topic)) node.topics.push(topic);
    }
  }
  const kinds = new Map(KINDS.flatMap(([kind, words]) => words.split(" ").map((word) => [word, kind] as const)));
  const lookUp = (word: string): Known => {
    const fits: number[] = [];
    const exact = elements.get(`=${word}`);
    if (exact !== undefined) fits.push(exact);
    for (let size = 1; size <= GATE && size <= word.length; size += 1) {
      const gate = word.slice(0, size);
      if (stems.has(gate)) {
        const stem = elements.get(`~${stemOf(word)}`);
        if (stem !== undefined && !fits.includes(stem)) fits.push(stem);
      }
      for (const [prefix, element] of prefixes.get(gate) ?? []) if (word.startsWith(prefix)) fits.push(element);
    }
    const kind = kinds.get(word) ?? PLAIN;
    if (kind === PLAIN && fits.length === 0) return UNKNOWN;
    return {
      kind,
      fits,
      begins: root.any !== null || fits.some((element) => root.next.has(element)),
      anchors: fits.some((element) => anchors.has(element)),
    };
  };
  let end = 0;
  let ends: Node | null = null;
  const follow = (node: Node, i: number, knownAt: (i: number) => Known | null): void => {
    if (node.topics !== null && i > end) {
      end = i;
      ends = node;
    }
    if (node.next.size === 0 && node.any === null) return;
    const known = knownAt(i);
    if (known === null) return;
    for (const element of known.fits) {
      const next = node.next.get(element);
      if (next !== undefined) follow(next, i + 1, knownAt);
    }
    if (node.any !== null) follow(node.any, i + 1, knownAt);
  };
  const openings = new Set([...stems, ...prefixes.keys(), ...[...kinds.keys()].map((word) => word.slice(0, GATE))]);
  for (const key of elements.keys()) if (key.startsWith("=")) openings.add(key.slice(1, 1 + GATE));
  return {
    openings: [...prefixes.keys()].some((prefix) => prefix.length < GATE) ? null : openings,
    lookUp,
    match: (at, knownAt) => {
      end = at;
      ends = null;
      follow(root, at, knownAt);
      return ends === null
        ? null
        : { length: end - at, topics: (ends as Node).topics ?? [], valence: (ends as Node).valence };
    },
  };
};
