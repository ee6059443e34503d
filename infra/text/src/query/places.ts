import { soundOf } from "./sound.ts";
import { scriptOf, stemOf } from "../stem.ts";
import { wordsOf } from "./words.ts";

/** Cities whose names in the two languages do not sound alike, the common spellings of each; the first is how we compare. */
const CITIES: readonly (readonly string[])[] = [
  ["moscow", "москва", "мск", "moskva"],
  ["saint petersburg", "st petersburg", "санкт петербург", "петербург", "спб", "питер", "spb"],
  ["yekaterinburg", "ekaterinburg", "екатеринбург", "екб"],
  ["nizhny novgorod", "нижний новгород"],
  ["rostov on don", "ростов на дону", "rostov"],
  ["kyiv", "kiev", "киев", "київ"],
  ["almaty", "алматы", "алма ата"],
  ["tashkent", "ташкент", "toshkent"],
  ["london", "лондон"],
  ["paris", "париж"],
  ["rome", "рим", "roma"],
  ["vienna", "вена", "wien"],
  ["munich", "мюнхен", "münchen"],
  ["cologne", "кельн", "köln"],
  ["prague", "прага", "praha"],
  ["warsaw", "варшава", "warszawa"],
  ["beijing", "пекин", "peking"],
  ["new york", "нью йорк", "nyc"],
  ["brussels", "брюссель"],
  ["geneva", "женева"],
  ["athens", "афины"],
  ["copenhagen", "копенгаген"],
  ["cairo", "каир"],
  ["jerusalem", "иерусалим"],
];

const keyOf = (word: string): string => (scriptOf(word) === "other" ? null : soundOf(word)) ?? stemOf(word);
const joined = (words: readonly string[]): string => words.map(keyOf).join(" ");

const cityKeys = new Map(CITIES.flatMap((names) => names.map((name) => [joined(wordsOf(name)), names[0] as string])));

/** ISO 3166 codes by the names of the countries in both languages, as the engine knows them. */
const countries = (): ReadonlyMap<string, string> => {
  const codes = Array.from({ length: 26 * 26 }, (_, i) => String.fromCharCode(65 + Math.floor(i / 26), 65 + (i % 26)));
  const names = ["en", "ru"].map((locale) => new Intl.DisplayNames(locale, { type: "region", fallback: "none" }));
  const found = new Map<string, string>();
  for (const code of codes) {
    // What a country was called once (DD, SU) has the name of what it is now.
    if (Intl.getCanonicalLocales(`und-${code}`)[0] !== `und-${code}`) continue;
    for (const display of names) {
      const name = display.of(code);
      if (name !== undefined && !found.has(joined(wordsOf(name)))) found.set(joined(wordsOf(name)), code);
    }
    if (names[0]?.of(code) !== undefined) found.set(code.toLowerCase(), code);
  }
  for (const [name, code] of [
    ["uk", "GB"],
    ["usa", "US"],
    ["сша", "US"],
    ["рф", "RU"],
    ["uae", "AE"],
    ["оаэ", "AE"],
  ] as const)
    found.set(joined(wordsOf(name)), code);
  return found;
};
let countryCodes: ReadonlyMap<string, string> | null = null;

/** Most words of a place that are looked at. */
const LONGEST = 12;

/** What a name may stand for: itself as it sounds, a city in any spelling, a country by its code. */
const meaningsOf = (words: readonly string[]): readonly string[] => {
  const key = joined(words);
  const code =
    (countryCodes ??= countries()).get(words.length === 1 ? (words[0] as string) : key) ?? countryCodes.get(key);
  return [key, cityKeys.get(key) ?? key, ...(code === undefined ? [] : [`country ${code}`])];
};

/**
 * Whether a place that a mention carries (`Moscow, Russia`, `Москва`, `RU`) is or lies in the one that is asked for. Names are compared as they
 * sound in both scripts; countries by their names in both languages and by code. There are no coordinates: `near` a city is in it.
 */
export const isNear = (asked: string, region: string | null): boolean => {
  if (region === null) return false;
  const wanted = new Set(meaningsOf(wordsOf(asked)));
  const words = wordsOf(region).slice(0, LONGEST);
  for (let from = 0; from < words.length; from += 1)
    for (let to = from + 1; to <= Math.min(words.length, from + 4); to += 1)
      if (meaningsOf(words.slice(from, to)).some((meaning) => wanted.has(meaning))) return true;
  return false;
};
