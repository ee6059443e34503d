import { eld } from "eld/extrasmall";

export type SupportedLanguage = "en" | "ru";

const LINK_OR_NAME = /https?:\/\/\S+|www\.\S+|[@#]\S+|&\w+;/g;
const CYRILLIC = /\p{Script=Cyrillic}/gu;
const LATIN = /\p{Script=Latin}/gu;
const LETTER = /\p{L}/gu;
/** Letters of Ukrainian, Belarusian, Serbian, Macedonian, Kazakh and other Cyrillic alphabets that Russian has not. */
const NOT_RUSSIAN = /[іїєґўђјљњћџѓќѕәғқңөұүһҷӣӯҳ]/gi;
/** Frequent Russian words that Ukrainian, Belarusian, Bulgarian and Serbian spell otherwise. */
const RUSSIAN = /(?:^|[^\p{L}])(?:что|это|эта|этот|как|очень|только|было|был|хорошо|плохо|нет|или|если|когда|спасибо|отлично|нормально|вообще|меня|всё)(?=$|[^\p{L}])/iu;
/** Frequent words of those languages that can stand in a sentence without a letter of their own. */
const OTHER = /(?:^|[^\p{L}])(?:дякую|дуже|добре|цей|щоб|але|дзякуй|вельми|няма|лошо|беше|съм|това|този|као|није|врло)(?=$|[^\p{L}])|ъ(?=[бвгджзклмнпрстфхцчшщ])/iu;
/** Fewer letters tell nothing between languages of one script: the supported one is taken. */
const FEW = 14;
/** Frequent in English and in no other language of the Latin script as a word of its own. */
const ENGLISH = /(?:^|[^\p{L}])(?:the|and|is|are|was|with|this|that|you|it's|i'm|don't|not|have|they|very|what|good|great|bad|love|best|works|worst|nice|awesome|thanks|never|lol)(?=$|[^\p{L}])/giu;
/** How much of its script's best score a supported language needs: short texts leave the scores close together. */
const NEAR = { en: 0.9, ru: 0.975 } as const;
/** Texts are told from their beginning. */
const LOOK = 600;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

const near = (text: string, wanted: SupportedLanguage): SupportedLanguage | string => {
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
  const plain = text.slice(0, LOOK).replaceAll(LINK_OR_NAME, " ");
  const read = count(plain, LETTER) > 0 ? plain : text.slice(0, LOOK).replaceAll(/https?:\/\/\S+|[@#]/g, " ");
  const letters = count(read, LETTER);
  if (letters === 0) return null;
  const cyrillic = count(read, CYRILLIC);
  const latin = count(read, LATIN);
  // A Russian text with a Latin brand name stays Russian: one Cyrillic letter in four is enough.
  if (cyrillic * 3 >= latin && cyrillic * 3 >= letters - cyrillic - latin && cyrillic > 0) {
    if (count(read, NOT_RUSSIAN) * 30 >= cyrillic || OTHER.test(read)) return otherCyrillic(read);
    if (letters < FEW || RUSSIAN.test(read)) return "ru";
    return near(read, "ru");
  }
  if (latin * 2 < letters) return eld.detect(read).language || null;
  if (count(read, ENGLISH) * 12 >= read.split(/\s+/).length) return "en";
  return near(read, "en");
};

/** `en-US`, `RU`, `eng` → `en`, `ru`, `en`. */
export const baseLanguage = (tag: string): string => {
  const base = tag.toLowerCase().split(/[-_]/)[0] ?? "";
  return base === "eng" ? "en" : base === "rus" ? "ru" : base;
};

export const isSupported = (language: string | null): language is SupportedLanguage => language === "en" || language === "ru";
