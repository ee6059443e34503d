import { placeOf, wordKey } from "./hash.ts";

/** What a known word is, by the scanner's key. */
export const NEGATOR = 1;
export const CONTRAST = 2;
/** A prefix or suffix that keeps its hyphen: co-op, x-ray, self-less. */
export const PREFIX = 3;
/** Written with a full stop that ends no sentence. */
export const SHORT = 4;
/** From here on: a contraction written without apostrophe, cut this value − CUT units before its end. */
export const CUT = 16;

const words = (text: string): readonly string[] => text.split(" ");

const NEGATORS = words(
  "not n't no never cannot without nobody nothing neither nor hardly barely none nt aint dont didnt doesnt cant wont isnt wasnt couldnt wouldnt shouldnt havent hasnt " +
    "не ни нет без нету никогда нельзя никакой никакого никаких никакая ничего никто невозможно неа",
);
const CONTRASTS = words("but however although though yet но однако зато хотя а");
const PREFIXES = words(
  "e u x anti agro be bi bio co counter cross cyber de eco ex extra inter intra macro mega micro mid mini multi neo non over pan para peri post pre pro pseudo quasi re semi sub super tri ultra un uni vice",
);
const SHORTS = words(
  "vs etc mr mrs ms dr st jr gov sen gen lt capt corp inc co ave rd rep sept oct nov dec jan feb aug ft",
);
const CUT_TWO = words(
  "dont cant wont didnt doesnt isnt aint wasnt arent werent hadnt hasnt havent wouldnt couldnt shouldnt ive youve theyve weve couldve shouldve wouldve youre theyre youll theyll iam",
);

const SIZE = 512;
const SHIFT = 23;
const keys = new Int32Array(SIZE);
const values = new Uint8Array(SIZE);

const put = (word: string, value: number): void => {
  const key = wordKey(word);
  let at = placeOf(key, SHIFT);
  while (values[at] !== 0 && keys[at] !== key) at = (at + 1) & (SIZE - 1);
  if (values[at] !== 0) return;
  keys[at] = key;
  values[at] = value;
};
// The first meaning stays: a cut contraction is looked at before what its parts are.
put("cannot", CUT + 3);
for (const word of CUT_TWO) put(word, CUT + 2);
for (const word of NEGATORS) put(word, NEGATOR);
for (const word of CONTRASTS) put(word, CONTRAST);
for (const word of PREFIXES) put(word, PREFIX);
for (const word of SHORTS) put(word, SHORT);

/** One of the values above, 0 for a word that is none. */
export const lexemeOf = (key: number): number => {
  let at = placeOf(key, SHIFT);
  for (;;) {
    const value = values[at] as number;
    if (value === 0 || keys[at] === key) return value;
    at = (at + 1) & (SIZE - 1);
  }
};
