import { eld } from "eld/extrasmall";
import { ENGLISH, HARD, NEIGHBOUR, RUSSIAN, SOFTENED, endsRussian, wordIn } from "./frequent-words.ts";
import { PRIME, WORD_SEED } from "./hash.ts";
import { DIGIT, KIND, LETTER, PLAIN, SPACE } from "./letters.ts";
import { linkEnd } from "./signs.ts";

export type SupportedLanguage = "en" | "ru";

const LINK_OR_NAME = /https?:\/\/\S+|www\.\S+|[@#]\S+|&\w+;/gi;
/** Letters of Ukrainian, Belarusian, Serbian, Macedonian, Kazakh and other Cyrillic alphabets that Russian has not. */
const NOT_RUSSIAN = new Set([..."іїєґўђјљњћџѓќѕәғқңөұүһҷӣӯҳ"].map((letter) => letter.charCodeAt(0)));
/** Fewer letters tell nothing between languages of one script: the supported one is taken. */
const FEW = 14;
/** How much of its script's best score a supported language needs: short texts leave the scores close together. */
const NEAR = { en: 0.9, ru: 0.975 } as const;
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
  /** A word, an ending of Russian. */
  readonly russian: boolean;
  /** A word, a spelling of its Cyrillic neighbours. */
  readonly other: boolean;
}

const SIGNS = { link: 1, name: 2 } as const;

/** A link ends at the next blank; a name or a tag too, when they are not to be read; 0 where neither begins. */
const skipEnd = (text: string, at: number, names: boolean): number => {
  const code = text.charCodeAt(at);
  const what =
    code === 0x40 || code === 0x23 ? SIGNS.name : (code | 32) === 0x68 || (code | 32) === 0x77 ? SIGNS.link : 0;
  if (what === 0 || (what === SIGNS.name && names)) return 0;
  if (what === SIGNS.link) return linkEnd(text, at);
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
  let [latin, cyrillic, foreign, others, english] = [0, 0, 0, 0, 0];
  let [russian, other] = [false, false];
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (KIND[code] !== LETTER) {
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
    let [last, before] = [0, 0];
    const from = at;
    for (; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (KIND[unit] !== LETTER) break;
      const small = PLAIN[unit] as number;
      if (small <= 0x24f) latin += 1;
      else if (small >= 0x400 && small <= 0x52f) {
        cyrillic += 1;
        if (NOT_RUSSIAN.has(small)) foreign += 1;
        // ъ before a consonant: Bulgarian.
        if (before === HARD && !SOFTENED.has(small)) other = true;
      } else others += 1;
      hash = Math.imul(hash ^ small, PRIME);
      last = before;
      before = small;
    }
    const word = wordIn(hash);
    if (word === ENGLISH) english += 1;
    else if (word === RUSSIAN || (at - from > 2 && before > 0x400 && endsRussian(last, before, text, at)))
      russian = true;
    else if (word === NEIGHBOUR) other = true;
  }
  return { latin, cyrillic, foreign, all: latin + cyrillic + others, english, russian, other };
};

const near = (text: string, wanted: SupportedLanguage): string => {
  const found = eld.detect(text);
  if (found.language === wanted || found.language === "") return wanted;
  const scores = found.getScores();
  return (scores[wanted] ?? 0) >= NEAR[wanted] * (scores[found.language] ?? 1) ? wanted : found.language;
};

/** Never Russian: where eld cannot say which, Ukrainian, the most frequent. */
const otherCyrillic = (text: string): string => {
  const { language } = eld.detect(text);
  return language === "ru" || language === "" ? "uk" : language;
};

/**
 * ISO 639-1 of the language a text is written in, null when it has no letters. The script decides most; where several
 * languages share it, `eld` compares n-grams, and a near miss of English or Russian counts as them.
 */
export const languageOf = (text: string): string | null => {
  const start = text.trimStart().slice(0, LOOK);
  const bare = lettersOf(start, false);
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
