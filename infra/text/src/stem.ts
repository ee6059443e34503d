import { stemmer as english } from "@orama/stemmers/english";
import { stemmer as russian } from "@orama/stemmers/russian";

const CYRILLIC = /\p{Script=Cyrillic}/u;
const LATIN = /\p{Script=Latin}/u;

type Script = "cyrillic" | "latin" | "other";

/** A word in two scripts is of neither. */
export const scriptOf = (word: string): Script => {
  const [cyrillic, latin] = [CYRILLIC.test(word), LATIN.test(word)];
  if (cyrillic === latin) return "other";
  return cyrillic ? "cyrillic" : "latin";
};

const known = new Map<string, string>();
/** Words of a language repeat: most are stemmed once. In entries of some 150 bytes. */
const MOST_KNOWN = 50_000;
/** Longer runs of letters are no words. */
const LONGEST = 60;

/**
 * The stem of a word in small letters with е for ё: Snowball's Russian for Cyrillic letters, its English (Porter 2) for Latin ones, the word itself for
 * all else. Inflected forms of one word have one stem: `доставка`, `доставкой` → `доставк`.
 */
export const stemOf = (word: string): string => {
  const before = known.get(word);
  if (before !== undefined) return before;
  const script = word.length > LONGEST ? "other" : scriptOf(word);
  const stem = script === "cyrillic" ? russian(word) : script === "latin" ? english(word) : word;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(word, stem);
  return stem;
};
