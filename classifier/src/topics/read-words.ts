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
  readonly ends: Int32Array;
  readonly borders: Uint8Array;
  readonly knownAt: (i: number) => Known;
}

const MOST_WORDS = 3200;
const SLOTS = 1 << 15;
const FULL = 24_000;
const OPENINGS = 1 << 16;

const IS_LETTER = 1;
const IS_SPACE = 2;
const kinds = new Uint8Array(0x2000);
const small = new Uint16Array(0x2000);
for (let code = 0; code < 0x2000; code += 1) {
  const isSmall = code >= 0x61 && code <= 0x7a;
  const isLarge = code >= 0x41 && code <= 0x5a;
  const isDigit = code >= 0x30 && code <= 0x39;
  kinds[code] =
    isSmall || isLarge || isDigit || (code >= 0xc0 && code !== 0xd7 && code !== 0xf7)
      ? IS_LETTER
      : code <= 0x20 || code === 0xa0
        ? IS_SPACE
        : 0;
  small[code] =
    isLarge || (code >= 0x410 && code <= 0x42f)
      ? code + 32
      : code === 0x401 || code === 0x451
        ? 0x435
        : code >= 0x400 && code <= 0x40f
          ? code + 80
          : code;
}

const APOSTROPHES = new Set([0x27, 0x2019]);
const HARD_SIGNS = new Set([..."!?;\n…"].map((c) => c.charCodeAt(0)));
const SOFT_SIGNS = new Set([...",:()[]—–/+•|"].map((c) => c.charCodeAt(0)));
const [DOT, HYPHEN, AT, AMPERSAND] = [0x2e, 0x2d, 0x40, 0x26];

const folded = (word: string): string => word.toLowerCase().replaceAll("ё", "е").replaceAll("’", "'");

/**
 * Cuts texts into words and borders in one pass. What is known of a word is remembered by two hashes, so that a word met before costs
 * no string; the memory is of fixed size and forgotten as a whole when full. Links and names of users are no words.
 */
export const createWordReader = (lexicon: Lexicon): ((text: string) => ReadWords & { readonly any: boolean }) => {
  const starts = new Int32Array(MOST_WORDS);
  const ends = new Int32Array(MOST_WORDS);
  const borders = new Uint8Array(MOST_WORDS);
  const infos = new Int32Array(MOST_WORDS);
  const firsts = new Int32Array(SLOTS);
  const seconds = new Int32Array(SLOTS);
  const slots = new Int32Array(SLOTS);
  // May say yes to a word that is nothing, never no to one that is something.
  const opens = new Uint8Array(OPENINGS).fill(lexicon.openings === null ? 1 : 0);
  for (const opening of lexicon.openings ?? []) opens[openingOf(opening, 0, opening.length)] = 1;
  let filled = 0;
  let knowns: Known[] = [UNKNOWN];

  const infoOf = (text: string, start: number, end: number, first: number, second: number): number => {
    let slot = (first ^ (first >>> 15)) & (SLOTS - 1);
    for (let info = slots[slot] as number; info !== 0; info = slots[slot] as number) {
      if (firsts[slot] === first && seconds[slot] === second) return info - 1;
      slot = (slot + 1) & (SLOTS - 1);
    }
    const known = end - start > 60 ? UNKNOWN : lexicon.lookUp(folded(text.slice(start, end)));
    let info = 0;
    if (known !== UNKNOWN) {
      info = knowns.length;
      knowns.push(known);
    }
    firsts[slot] = first;
    seconds[slot] = second;
    slots[slot] = info + 1;
    filled += 1;
    return info;
  };

  return (text) => {
    // Of a text that fills the memory its own words must not be forgotten halfway.
    if (filled >= FULL - MOST_WORDS) {
      slots.fill(0);
      knowns = [UNKNOWN];
      filled = 0;
    }
    let [count, at, border, any] = [0, 0, HARD, false];
    const raise = (to: number): void => {
      if (border < to) border = to;
    };
    while (at < text.length && count < MOST_WORDS) {
      const code = text.charCodeAt(at);
      const kind = code < 0x2000 ? (kinds[code] as number) : 0;
      if (kind !== IS_LETTER) {
        if (code === AT) {
          while (at < text.length && kinds[text.charCodeAt(at)] !== IS_SPACE) at += 1;
          continue;
        }
        const next = at + 1 < text.length ? text.charCodeAt(at + 1) : 0x20;
        const nextIsSpace = next < 0x2000 && kinds[next] === IS_SPACE;
        if (HARD_SIGNS.has(code)) raise(HARD);
        else if (code === DOT) {
          // A full stop after an abbreviation or a single letter ends nothing; within 3.5 and a.b neither.
          const last = count - 1;
          const touches = last >= 0 && ends[last] === at;
          const one = touches && at - (starts[last] as number) === 1 && text[at - 1] !== "я" && text[at - 1] !== "Я";
          const short = touches && (knowns[infos[last] as number] as Known).kind === SHORT;
          if (!one && !short && (nextIsSpace || next === DOT || next >= 0x2000 || kinds[next] === 0)) raise(HARD);
        } else if (SOFT_SIGNS.has(code) || code === AMPERSAND) raise(SOFT);
        else if (code === HYPHEN && nextIsSpace) raise(SOFT);
        else if (code >= 0x2190) raise(SOFT);
        at += 1;
        continue;
      }
      const start = at;
      let [first, second] = [0x811c9dc5, 0x9e3779b9];
      for (; at < text.length; at += 1) {
        let unit = text.charCodeAt(at);
        if (unit >= 0x2000 ? unit !== 0x2019 : kinds[unit] !== IS_LETTER && unit !== 0x27) break;
        if (APOSTROPHES.has(unit)) {
          const after = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
          if (after >= 0x2000 || kinds[after] !== IS_LETTER) break;
          unit = 0x27;
        } else unit = small[unit] as number;
        first = Math.imul(first ^ unit, 0x01000193);
        second = Math.imul(second + unit, 0x85ebca6b) ^ (second >>> 13);
      }
      const size = at - start;
      if ((size === 4 || size === 5 || size === 3) && isLink(text, start, at)) {
        while (at < text.length && kinds[text.charCodeAt(at)] !== IS_SPACE) at += 1;
        continue;
      }
      const info = opens[openingOf(text, start, at)] === 0 ? 0 : infoOf(text, start, at, first | 0, second | 0);
      if (info !== 0 && (knowns[info] as Known).anchors) any = true;
      starts[count] = start;
      ends[count] = at;
      borders[count] = border;
      infos[count] = info;
      count += 1;
      border = NOTHING;
    }
    return { count, starts, ends, borders, any, knownAt: (i) => knowns[infos[i] as number] as Known };
  };
};

/** A hash of the first three letters or of the whole word when it has fewer, in small letters. */
const openingOf = (text: string, start: number, end: number): number => {
  let hash = 0;
  for (let at = start; at < end && at < start + 3; at += 1) {
    const unit = text.charCodeAt(at);
    hash = Math.imul(hash, 0x2f) + (unit < 0x2000 ? (small[unit] as number) : unit);
  }
  return (hash ^ (hash >>> 9)) & (OPENINGS - 1);
};

const isLink = (text: string, start: number, end: number): boolean => {
  const code = text.charCodeAt(start) | 32;
  if (code !== 0x68 && code !== 0x77) return false;
  const word = text.slice(start, end).toLowerCase();
  return word === "www" ? text[end] === "." : (word === "http" || word === "https") && text[end] === ":";
};
