import { SHORT, UNKNOWN, type Known, type Lexicon } from "./lexicon.ts";

/** What stands before a word. */
export const NOTHING = 0;
const SOFT = 1;
export const HARD = 2;

/** The words of one text, in buffers that the next text overwrites. */
export interface ReadWords {
  readonly count: number;
  /** Places in the text, in UTF-16 units. */
  readonly starts: Int32Array;
  readonly borders: Uint8Array;
  readonly knownAt: (i: number) => Known;
}

const MOST_WORDS = 3200;
const SLOTS = 1 << 15;
const FULL = 24_000;
const OPENINGS = 1 << 16;
/** Letters that tell most words apart from all that the lexicon knows. */
const OPENING = 3;

/** What a unit is, a bit each; a line's end is a blank and a border. */
const IS_LETTER = 1;
const IS_BLANK = 2;
const IS_APOSTROPHE = 4;
const IS_SOFT = 8;
const IS_HARD = 16;

const UNITS = 65_536;
/** From here on stand no letters of words … */
const SIGNS = 0x2000;
/** … and from here on signs are borders. */
const ARROWS = 0x2190;
const kinds = new Uint8Array(UNITS).fill(IS_SOFT, ARROWS);
/** In small letters, е for ё, a straight apostrophe for a curly one. */
const small = Uint16Array.from({ length: UNITS }, (_, code) => code);
for (let code = 0; code < SIGNS; code += 1) {
  const isSmall = code >= 0x61 && code <= 0x7a;
  const isLarge = code >= 0x41 && code <= 0x5a;
  const isDigit = code >= 0x30 && code <= 0x39;
  if (isSmall || isLarge || isDigit || (code >= 0xc0 && code !== 0xd7 && code !== 0xf7)) kinds[code] = IS_LETTER;
  else if (code <= 0x20 || code === 0xa0) kinds[code] = IS_BLANK;
  if (isLarge || (code >= 0x410 && code <= 0x42f)) small[code] = code + 32;
  else if (code === 0x401 || code === 0x451) small[code] = 0x435;
  else if (code >= 0x400 && code <= 0x40f) small[code] = code + 80;
}
small[0x2019] = 0x27;
for (const [kind, signs] of [
  [IS_HARD, "!?;\n…"],
  [IS_SOFT, ",:()[]—–/+•|&"],
  [IS_APOSTROPHE, "'’"],
] as const)
  for (const sign of signs) kinds[sign.charCodeAt(0)] = (kinds[sign.charCodeAt(0)] as number) | kind;
const [DOT, HYPHEN, AT] = [0x2e, 0x2d, 0x40];

const kindAt = (text: string, at: number): number =>
  at < text.length ? (kinds[text.charCodeAt(at)] as number) : IS_BLANK;

/** Where the next blank stands. */
const pieceEnd = (text: string, from: number): number => {
  let at = from;
  while ((kindAt(text, at) & IS_BLANK) === 0) at += 1;
  return at;
};

const folded = (word: string): string => word.toLowerCase().replaceAll("ё", "е").replaceAll("’", "'");

/** FNV-1a. */
const SEED = 0x811c9dc5 | 0;
const PRIME = 0x01000193;
const openingOf = (hash: number): number => (hash ^ (hash >>> 16)) & (OPENINGS - 1);

/**
 * Cuts texts into words and borders in one pass. What is known of a word is remembered by two hashes, so that a word met before costs
 * no string; the memory is of fixed size and forgotten as a whole when full. Links and names of users are no words.
 */
export const createWordReader = (lexicon: Lexicon): ((text: string) => ReadWords & { readonly any: boolean }) => {
  const starts = new Int32Array(MOST_WORDS);
  const borders = new Uint8Array(MOST_WORDS);
  const infos = new Int32Array(MOST_WORDS);
  // Two hashes and the word's number in `knowns` + 1, side by side for one look at memory; 0: free.
  const slots = new Int32Array(4 * SLOTS);
  // May say yes to a word that is nothing, never no to one that is something.
  const opens = new Uint8Array(OPENINGS).fill(lexicon.openings === null ? 1 : 0);
  for (const opening of lexicon.openings ?? []) {
    let hash = SEED;
    for (let i = 0; i < opening.length; i += 1)
      hash = Math.imul(hash ^ (small[opening.charCodeAt(i)] as number), PRIME);
    opens[openingOf(hash)] = 1;
  }
  let filled = 0;
  let knowns: Known[] = [UNKNOWN];

  const infoOf = (text: string, start: number, end: number, first: number, second: number): number => {
    let slot = ((first ^ (first >>> 15)) & (SLOTS - 1)) << 2;
    for (let info = slots[slot + 2] as number; info !== 0; info = slots[slot + 2] as number) {
      if (slots[slot] === first && slots[slot + 1] === second) return info - 1;
      slot = (slot + 4) & (4 * SLOTS - 1);
    }
    const known = end - start > 60 ? UNKNOWN : lexicon.lookUp(folded(text.slice(start, end)));
    let info = 0;
    if (known !== UNKNOWN) {
      info = knowns.length;
      knowns.push(known);
    }
    slots[slot] = first;
    slots[slot + 1] = second;
    slots[slot + 2] = info + 1;
    filled += 1;
    return info;
  };

  /** A full stop after an abbreviation or a single letter ends nothing; within 3.5 and a.b neither. */
  const endsAt = (text: string, at: number, count: number, lastEnd: number): boolean => {
    if ((kindAt(text, at + 1) & IS_LETTER) !== 0) return false;
    if (count === 0 || lastEnd !== at) return true;
    const last = count - 1;
    if (at - (starts[last] as number) === 1 && text[at - 1] !== "я" && text[at - 1] !== "Я") return false;
    return (knowns[infos[last] as number] as Known).kind !== SHORT;
  };

  const knownAt = (i: number): Known => knowns[infos[i] as number] as Known;

  return (text) => {
    // Of a text that fills the memory its own words must not be forgotten halfway.
    if (filled >= FULL - MOST_WORDS) {
      slots.fill(0);
      knowns = [UNKNOWN];
      filled = 0;
    }
    let count = 0;
    let at = 0;
    let border = HARD;
    let lastEnd = 0;
    let any = false;
    while (at < text.length && count < MOST_WORDS) {
      const code = text.charCodeAt(at);
      const kind = kinds[code] as number;
      if ((kind & IS_LETTER) === 0) {
        if (code === AT) {
          at = pieceEnd(text, at);
          continue;
        }
        if ((kind & IS_HARD) !== 0 || (code === DOT && endsAt(text, at, count, lastEnd))) border = HARD;
        else if ((kind & IS_SOFT) !== 0 || (code === HYPHEN && (kindAt(text, at + 1) & IS_BLANK) !== 0))
          border = border === HARD ? HARD : SOFT;
        at += 1;
        continue;
      }
      const start = at;
      let first = SEED;
      let second = 0x9e3779b9 | 0;
      let opening = SEED;
      for (; at < text.length; at += 1) {
        const unit = text.charCodeAt(at);
        const of = kinds[unit] as number;
        if ((of & (IS_LETTER | IS_APOSTROPHE)) === 0) break;
        if (of === IS_APOSTROPHE && (kindAt(text, at + 1) & IS_LETTER) === 0) break;
        const plain = small[unit] as number;
        first = Math.imul(first ^ plain, PRIME);
        second = Math.imul(second + plain, 0x85ebca6b) ^ (second >>> 13);
        if (at - start < OPENING) opening = first;
      }
      const size = at - start;
      if (size <= 5 && size >= 3 && isLink(text, start, at)) {
        at = pieceEnd(text, at);
        continue;
      }
      const info = opens[openingOf(opening)] === 0 ? 0 : infoOf(text, start, at, first, second);
      if (info !== 0 && (knowns[info] as Known).anchors) any = true;
      starts[count] = start;
      borders[count] = border;
      infos[count] = info;
      count += 1;
      lastEnd = at;
      border = NOTHING;
    }
    return { count, starts, borders, any, knownAt };
  };
};

const isLink = (text: string, start: number, end: number): boolean => {
  const code = text.charCodeAt(start) | 32;
  if (code !== 0x68 && code !== 0x77) return false;
  const word = text.slice(start, end).toLowerCase();
  return word === "www" ? text[end] === "." : (word === "http" || word === "https") && text[end] === ":";
};
