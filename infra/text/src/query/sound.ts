import { scriptOf, stemOf } from "../stem.ts";

const LATIN_OF: Readonly<Record<string, string>> = {
  а: "a",
  б: "b",
  в: "v",
  г: "g",
  д: "d",
  е: "e",
  ж: "zh",
  з: "z",
  и: "i",
  й: "i",
  к: "k",
  л: "l",
  м: "m",
  н: "n",
  о: "o",
  п: "p",
  р: "r",
  с: "s",
  т: "t",
  у: "u",
  ф: "f",
  х: "h",
  ц: "ts",
  ч: "ch",
  ш: "sh",
  щ: "sh",
  ъ: "",
  ы: "i",
  ь: "",
  э: "e",
  ю: "iu",
  я: "ia",
  і: "i",
  ї: "i",
  є: "e",
  ґ: "g",
  ў: "u",
};

/** Spellings of one sound in Latin letters, in this order. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/shch|sch/g, "sh"],
  [/ph/g, "f"],
  [/kh/g, "h"],
  [/ck/g, "k"],
  [/tz/g, "ts"],
  [/x/g, "ks"],
  [/c(?=[eiy])/g, "s"],
  [/c(?!h)/g, "k"],
  [/q/g, "k"],
  [/w/g, "v"],
  [/ee/g, "i"],
  [/oo|ou/g, "u"],
  [/[yj]/g, "i"],
  [/ie/g, "e"],
  [/(.)\1+/g, "$1"],
];
const LAST_VOWELS = /[aeiou]+$/;
const DIACRITICS = /[\u0300-\u036f]/g;

const plain = (latin: string): string => {
  const spelled = SPELLINGS.reduce((so, [from, to]) => so.replace(from, to), latin);
  const short = spelled.replace(LAST_VOWELS, "");
  return short.length >= 3 ? short : spelled;
};

const heard = new Map<string, string>();
const MOST_KNOWN = 50_000;

/**
 * How a folded word sounds, in Latin letters, for names that stand in both scripts: `Тинькофф`, `Тинькоффа` and `Tinkoff` → `tinkof`; `Яндекс`
 * and `Yandex` → `iandeks`. Null for words of other scripts. A rough key: it says that two spellings may be one name.
 */
export const soundOf = (word: string): string | null => {
  const before = heard.get(word);
  if (before !== undefined) return before;
  const script = scriptOf(word);
  if (script === "other") return null;
  const latin =
    script === "cyrillic"
      ? Array.from(stemOf(word), (letter) => LATIN_OF[letter] ?? letter).join("")
      : word.normalize("NFKD").replaceAll(DIACRITICS, "");
  const sound = plain(latin);
  if (heard.size >= MOST_KNOWN) heard.clear();
  heard.set(word, sound);
  return sound;
};
