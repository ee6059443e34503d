import { stemmer as english } from "@orama/stemmers/english";
import { stemmer as russian } from "@orama/stemmers/russian";

const CYRILLIC = /[\u0400-\u04ff]/;

/** The Snowball stem of one word in small letters with е for ё, Russian where it has a Cyrillic letter, else English. Some microseconds. */
export const stemOf = (word: string): string => (CYRILLIC.test(word) ? russian(word) : english(word));
