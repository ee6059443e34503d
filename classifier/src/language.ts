import { eld } from "eld/extrasmall";
import { ENGLISH, HARD, NEIGHBOUR, RUSSIAN, SOFTENED, endsRussian, wordIn } from "./frequent-words.ts";
import { PRIME, WORD_SEED } from "./hash.ts";
import { DIGIT, KIND, LETTER, NOTHING, PLAIN, SPACE } from "./letters.ts";
import { TAG } from "./normalise.ts";
import { linkEnd } from "./signs.ts";

export type SupportedLanguage = "en" | "ru";

const LINK_OR_NAME = /https?:\/\/\S+|www\.\S+|[@#]\S+|&\w+;/gi;
/** Zero-width and bidirectional controls: see `letters.ts`. */
const INVISIBLE = /(?:\p{Cf}|\u034f|\ufe0f)+/gu;
/** So much of a text is looked at for its first `LOOK` visible units. */
const LOOK_FOR = 3000;
/** A table of Cyrillic units, by what they are beyond U+0400. */
const unitsOf = (letters: string): Uint8Array => {
  const table = new Uint8Array(0x130);
  for (const letter of letters) table[letter.charCodeAt(0) - 0x400] = 1;
  return table;
};
/** Letters of Ukrainian, Belarusian, Serbian, Macedonian, Kazakh and other Cyrillic alphabets that Russian has not. */
const NOT_RUSSIAN = unitsOf("іїєґўђјљњћџѓќѕәғқңөұүһҷӣӯҳ");
/** Letters that Ukrainian, Bulgarian, Serbian and Macedonian have not … */
const NOT_NEIGHBOURS = unitsOf("ыэ");
/** … and those that the Turkic languages with `ы` and `э` hardly use. */
const NOT_TURKIC = unitsOf("ьящцф");
/** In so many letters Ukrainian and Belarusian have a letter of their own; ь before anything but о then leaves Russian alone. */
const MANY = 26;
const SOFT = 0x44c;
/** Fewer letters tell nothing between languages of one script: the supported one is taken. */
const FEW = 14;
/** How much of its script's best score a supported language needs: short texts leave the scores close together. */
const NEAR = { en: 0.8, ru: 0.975 } as const;
/** No language of the Latin script that a text is really in scores lower: a headline of names is taken for English. */
const WEAK = 0.6;
/** Texts are told from their beginning. */
const LOOK = 300;
/** One frequent English word in so many units of text. */
const ENOUGH_ENGLISH = 90;

interface Letters {
  readonly latin: number;
  readonly cyrillic: number;
  /** Of the Cyrillic ones, those that Russian has not. */
  readonly foreign: number;
  readonly all: number;
  /** Frequent words of English. */
  readonly english: number;
  /** A word, an ending, letters of Russian. */
  readonly russian: boolean;
  /** A word, a spelling of its Cyrillic neighbours. */
  readonly other: boolean;
  /** Signs that nobody sees stand in it, perhaps inside words. */
  readonly invisible: boolean;
}

const CYRILLIC = 0x400;

/** Where a link ends that begins here, and a name or a tag when they are not to be read; 0 where none begins. */
const skipEnd = (text: string, at: number, names: boolean): number => {
  const code = text.charCodeAt(at);
  if ((code | 32) === 0x68 || (code | 32) === 0x77) return linkEnd(text, at);
  if (names || (code !== 0x40 && code !== 0x23)) return 0;
  let end = at + 1;
  while (end < text.length && KIND[text.charCodeAt(end)] !== SPACE) end += 1;
  return end;
};

/** `&amp;` and the like: its end, or 0. */
const entityEnd = (text: string, at: number): number => {
  let end = at + 1;
  while (
    end < text.length &&
    end - at < 8 &&
    (KIND[text.charCodeAt(end)] === LETTER || KIND[text.charCodeAt(end)] === DIGIT)
  )
    end += 1;
  return end > at + 1 && text.charCodeAt(end) === 0x3b ? end + 1 : 0;
};

/** Counts letters and knows frequent words, in one pass over the units. */
const lettersOf = (text: string, names: boolean): Letters => {
  let latin = 0;
  let cyrillic = 0;
  let foreign = 0;
  let others = 0;
  let english = 0;
  let farther = 0;
  let nearer = 0;
  let russian = false;
  let other = false;
  let soft = false;
  let invisible = false;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (KIND[code] !== LETTER) {
      if (KIND[code] === NOTHING) invisible = true;
      const end = code === 0x26 ? entityEnd(text, at) : code === 0x40 || code === 0x23 ? skipEnd(text, at, names) : 0;
      at = end > 0 ? end : at + 1;
      continue;
    }
    const link = skipEnd(text, at, names);
    if (link > 0) {
      at = link;
      continue;
    }
    let hash = WORD_SEED;
    let last = 0;
    let before = 0;
    const from = at;
    for (; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (KIND[unit] !== LETTER) break;
      const small = PLAIN[unit] as number;
      if (small <= 0x24f) latin += 1;
      else if (small >= CYRILLIC && small <= 0x52f) {
        cyrillic += 1;
        const place = small - CYRILLIC;
        foreign += NOT_RUSSIAN[place] as number;
        farther += NOT_NEIGHBOURS[place] as number;
        nearer += NOT_TURKIC[place] as number;
        if (before === SOFT && small !== 0x43e) soft = true;
        // ъ before a consonant, within a word: Bulgarian.
        if (before === HARD && last !== 0 && SOFTENED[place] === 0) other = true;
      } else others += 1;
      hash = Math.imul(hash ^ small, PRIME);
      last = before;
      before = small;
    }
    // -ое, -ой: neither Bulgarian nor Serbian nor Macedonian, as ь is not.
    if (before === SOFT || (last === 0x43e && (before === 0x435 || before === 0x439) && at - from > 4)) soft = true;
    const word = wordIn(hash);
    if (word === ENGLISH) english += 1;
    else if (word === RUSSIAN || (at - from > 2 && before > 0x400 && endsRussian(last, before, text, at)))
      russian = true;
    else if (word === NEIGHBOUR) other = true;
  }
  russian ||= foreign === 0 && ((farther > 0 && nearer > 0) || (soft && cyrillic >= MANY));
  return { latin, cyrillic, foreign, all: latin + cyrillic + others, english, russian, other, invisible };
};

const near = (text: string, wanted: SupportedLanguage): string => {
  const found = eld.detect(text);
  if (found.language === wanted || found.language === "") return wanted;
  const scores = found.getScores();
  const best = scores[found.language] ?? 1;
  if (wanted === "en" && best < WEAK) return wanted;
  return (scores[wanted] ?? 0) >= NEAR[wanted] * best ? wanted : found.language;
};

/** Never Russian: where eld cannot say which, Ukrainian, the most frequent. */
const otherCyrillic = (text: string): string => {
  const { language } = eld.detect(text);
  return language === "ru" || language === "" ? "uk" : language;
};

/** What is told from: the beginning, without tags. */
const startOf = (text: string): string => {
  const start = text.trim().slice(0, LOOK_FOR);
  return start.includes("<") ? start.replaceAll(TAG, " ") : start;
};

const cut = (start: string): string => (start.length > LOOK ? start.slice(0, LOOK) : start).trim();

/**
 * ISO 639-1 of the language a text is written in, null when it has no letters. The script decides most; where several
 * languages share it, `eld` compares n-grams, and a near miss of English or Russian counts as them.
 */
export const languageOf = (text: string): string | null => {
  const whole = startOf(text);
  let start = cut(whole);
  let bare = lettersOf(start, false);
  if (bare.invisible) {
    start = cut(whole.replaceAll(INVISIBLE, ""));
    bare = lettersOf(start, false);
  }
  // Nothing but tags: their words are all there is.
  const letters = bare.all > 0 ? bare : lettersOf(start, true);
  const { latin, cyrillic, foreign, all, english, russian, other } = letters;
  if (all === 0) return null;
  const read = (): string =>
    bare.all > 0 ? start.replaceAll(LINK_OR_NAME, " ") : start.replaceAll(/https?:\/\/\S+|www\.\S+|[@#]/gi, " ");
  // A Russian text with a Latin brand name stays Russian: one Cyrillic letter in four is enough.
  if (cyrillic * 3 >= all - cyrillic) {
    if (foreign * 30 >= cyrillic && foreign > 0) return otherCyrillic(read());
    if (other) return otherCyrillic(read());
    return all < FEW || russian ? "ru" : near(read(), "ru");
  }
  if (latin * 2 < all) return eld.detect(read()).language || null;
  return english * ENOUGH_ENGLISH >= Math.min(start.length, all * 2) ? "en" : near(read(), "en");
};

/** `en-US`, `RU`, `eng` → `en`, `ru`, `en`. */
export const baseLanguage = (tag: string): string => {
  const base = tag.toLowerCase().split(/[-_]/)[0] ?? "";
  return base === "eng" ? "en" : base === "rus" ? "ru" : base;
};

export const isSupported = (language: string | null): language is SupportedLanguage =>
  language === "en" || language === "ru";
