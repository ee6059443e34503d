import { eld } from "eld/extrasmall";

export type SupportedLanguage = "en" | "ru";

const LINK_OR_NAME = /https?:\/\/\S+|www\.\S+|[@#]\S+|&\w+;/g;
/** Letters of Ukrainian, Belarusian, Serbian, Macedonian, Kazakh and other Cyrillic alphabets that Russian has not. */
const NOT_RUSSIAN = new Set("іїєґўђјљњћџѓќѕәғқңөұүһҷӣӯҳ".split(""));
/** Frequent Russian words that Ukrainian, Belarusian, Bulgarian and Serbian spell otherwise. */
const RUSSIAN =
  /(?:^|[^\p{L}])(?:что|это|эта|этот|как|очень|только|было|был|хорошо|плохо|нет|или|если|когда|спасибо|отлично|нормально|вообще|меня|всё|есть|где|кто|чтобы|тоже|ещё|уже|его|они|быть|после|если|чем|сегодня|сейчас|просто|почему|можно|больше)(?=$|[^\p{L}])|(?:ый|ые|ться|тся|ешь|ишь)(?=$|[^\p{L}])/iu;
/** Frequent words of those languages that can stand in a sentence without a letter of their own. */
const OTHER =
  /(?:^|[^\p{L}])(?:дякую|дуже|добре|цей|щоб|але|дзякуй|вельми|няма|лошо|беше|съм|това|този|као|није|врло)(?=$|[^\p{L}])|ъ(?=[бвгджзклмнпрстфхцчшщ])/iu;
/** Fewer letters tell nothing between languages of one script: the supported one is taken. */
const FEW = 14;
/** Frequent in English and in no other language of the Latin script as a word of its own. */
const ENGLISH =
  /(?:^|[^\p{L}])(?:the|and|is|are|was|with|this|that|you|it's|i'm|don't|not|have|they|very|what|good|great|bad|love|best|works|worst|nice|awesome|thanks|never|lol|of|my|your|just|would|from|been|about|get|today|should|people|because|their|which)(?=$|[^\p{L}])/giu;
/** How much of its script's best score a supported language needs: short texts leave the scores close together. */
const NEAR = { en: 0.9, ru: 0.975 } as const;
/** Texts are told from their beginning. */
const LOOK = 300;

/** One such word in so many units of text. */
const ENOUGH_ENGLISH = 90;

const ANY_LETTER = /\p{L}/u;

interface Letters {
  readonly latin: number;
  readonly cyrillic: number;
  /** Of the Cyrillic ones, those that Russian has not. */
  readonly foreign: number;
  readonly all: number;
}

const lettersOf = (text: string): Letters => {
  let [latin, cyrillic, foreign, other] = [0, 0, 0, 0];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x41) continue;
    if ((code | 32) >= 0x61 && (code | 32) <= 0x7a) latin += 1;
    else if (code >= 0x400 && code <= 0x52f) {
      cyrillic += 1;
      if (NOT_RUSSIAN.has(String.fromCharCode(code).toLowerCase())) foreign += 1;
    } else if (code >= 0xc0 && code <= 0x24f && code !== 0xd7 && code !== 0xf7) latin += 1;
    else if (code >= 0x24f && ANY_LETTER.test(String.fromCodePoint(text.codePointAt(i) ?? code))) other += 1;
  }
  return { latin, cyrillic, foreign, all: latin + cyrillic + other };
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
  const start = text.slice(0, LOOK);
  const plain = start.replaceAll(LINK_OR_NAME, " ");
  const bare = lettersOf(plain);
  // Nothing but tags: their words are all there is.
  const read = bare.all > 0 ? plain : start.replaceAll(/https?:\/\/\S+|www\.\S+|[@#]/g, " ");
  const { latin, cyrillic, foreign, all } = bare.all > 0 ? bare : lettersOf(read);
  if (all === 0) return null;
  // A Russian text with a Latin brand name stays Russian: one Cyrillic letter in four is enough.
  if (cyrillic * 3 >= all - cyrillic) {
    if (foreign * 30 >= cyrillic || OTHER.test(read)) return otherCyrillic(read);
    if (all < FEW || RUSSIAN.test(read)) return "ru";
    return near(read, "ru");
  }
  if (latin * 2 < all) return eld.detect(read).language || null;
  const english = read.match(ENGLISH)?.length ?? 0;
  if (english * ENOUGH_ENGLISH >= read.length) return "en";
  return near(read, "en");
};

/** `en-US`, `RU`, `eng` → `en`, `ru`, `en`. */
export const baseLanguage = (tag: string): string => {
  const base = tag.toLowerCase().split(/[-_]/)[0] ?? "";
  return base === "eng" ? "en" : base === "rus" ? "ru" : base;
};

export const isSupported = (language: string | null): language is SupportedLanguage =>
  language === "en" || language === "ru";
