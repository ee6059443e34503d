import { DIGIT, KIND, LETTER, NOTHING, PLAIN, SPACE } from "./letters.ts";

/** Signs of more than one unit: where one that begins at `at` ends, or 0 when none does. */

const at = (text: string, i: number): number => (i < text.length ? text.charCodeAt(i) : 0x20);
const kindAt = (text: string, i: number): number => KIND[at(text, i)] as number;
const isWordly = (kind: number): boolean => kind === LETTER || kind === DIGIT;

export const SMILE = 1;
export const FROWN = 2;

/** Set by `signEnd`: which of the two it found. */
export let sign = 0;

const HAPPY = new Set([...")]DdPp3*}"].map((c) => c.charCodeAt(0)));
const SAD = new Set([..."([{/\\|"].map((c) => c.charCodeAt(0)));
const EYES = new Set([..."=:;"].map((c) => c.charCodeAt(0)));
const APOSTROPHE = 0x27;
const HYPHEN = 0x2d;
const CARET = 0x5e;

const runEnd = (text: string, from: number, of: ReadonlySet<number>): number => {
  let end = from;
  while (end < text.length && of.has(text.charCodeAt(end))) end += 1;
  return end;
};

const eyesEnd = (text: string, from: number): number => {
  let mouth = from + 1;
  const nose = at(text, mouth);
  if (nose === HYPHEN || nose === CARET || PLAIN[nose] === APOSTROPHE) mouth += 1;
  const happy = runEnd(text, mouth, HAPPY);
  if (happy > mouth) {
    // A letter or a digit is a mouth only where no word goes on: ":D", but not "note:Do".
    const last = at(text, happy - 1);
    if (isWordly(KIND[last] as number) && isWordly(kindAt(text, happy))) return 0;
    sign = SMILE;
    return happy;
  }
  const sad = runEnd(text, mouth, SAD);
  if (sad === mouth || (at(text, mouth) === 0x2f && (at(text, mouth + 1) === 0x2f || isWordly(kindAt(text, sad)))))
    return 0;
  sign = FROWN;
  return sad;
};

/** An emoticon: `:)`, `:'(`, `=D`, `<3`, `</3`, `^_^`, `xD`, `(:`. */
export const signEnd = (text: string, from: number): number => {
  const first = at(text, from);
  if (EYES.has(first)) return eyesEnd(text, from);
  const second = at(text, from + 1);
  if (first === 0x3c) {
    const heart = second === 0x2f ? from + 2 : from + 1;
    const end = runEnd(text, heart, THREE);
    if (end === heart || isWordly(kindAt(text, end))) return 0;
    sign = second === 0x2f ? FROWN : SMILE;
    return end;
  }
  if (first === CARET) {
    const close = second === CARET ? from + 1 : at(text, from + 2) === CARET ? from + 2 : 0;
    if (close === 0 || (close === from + 2 && second !== 0x5f && second !== 0x2e && second !== HYPHEN)) return 0;
    sign = SMILE;
    return close + 1;
  }
  if ((first | 32) === 0x78 && (second | 32) === 0x64) {
    let end = from + 2;
    while ((at(text, end) | 32) === 0x64) end += 1;
    if (isWordly(kindAt(text, end))) return 0;
    sign = SMILE;
    return end;
  }
  if (first === 0x28 && (second === 0x3a || second === 0x3b) && !isWordly(kindAt(text, from + 2))) {
    sign = SMILE;
    return from + 2;
  }
  return 0;
};
const THREE: ReadonlySet<number> = new Set([0x33]);

const followed = (text: string, from: number, word: string): boolean => {
  for (let i = 0; i < word.length; i += 1) if ((at(text, from + i) | 32) !== (word.charCodeAt(i) | 32)) return false;
  return true;
};

const pieceEnd = (text: string, from: number): number => {
  let end = from;
  while (end < text.length && KIND[text.charCodeAt(end)] !== SPACE) end += 1;
  return end;
};

const ENDS: ReadonlySet<string> = new Set(["com", "ru", "co", "org", "net", "ly", "me", "uk", "io"]);

/** The last part of a name with dots is that of a site: mysite.com, t.co/abc. */
const siteEnd = (text: string, from: number): number => {
  let end = from;
  let label = from;
  let dotted = false;
  for (; end - from < 64; end += 1) {
    const code = at(text, end);
    if (code === 0x2e && isWordly(kindAt(text, end + 1))) {
      label = end + 1;
      dotted = true;
    } else if (code !== HYPHEN && code !== 0x5f && (code > 0x7f || !isWordly(KIND[code] as number))) break;
  }
  return dotted && end - label <= 3 && ENDS.has(text.slice(label, end).toLowerCase()) ? pieceEnd(text, end) : 0;
};

/** A link that begins here, up to the next blank: with a scheme, with `www.`, or a name of a site. */
export const linkEnd = (text: string, from: number): number => {
  const first = at(text, from) | 32;
  if (first === 0x68 && followed(text, from, "http")) {
    const colon = (at(text, from + 4) | 32) === 0x73 ? from + 5 : from + 4;
    if (at(text, colon) === 0x3a && at(text, colon + 1) === 0x2f && at(text, colon + 2) === 0x2f)
      return pieceEnd(text, colon);
  }
  if (first === 0x77 && followed(text, from, "www") && at(text, from + 3) === 0x2e && isWordly(kindAt(text, from + 4)))
    return pieceEnd(text, from + 4);
  return 0;
};

/** As `linkEnd`, of a word that ends before a full stop at `dot`. */
export const siteOrMailEnd = (text: string, from: number, stop: number): number => {
  if (at(text, stop) === 0x2e) return isWordly(kindAt(text, stop + 1)) ? siteEnd(text, from) : 0;
  if (at(text, stop) !== 0x40 || !isWordly(kindAt(text, stop + 1))) return 0;
  const site = siteEnd(text, stop + 1);
  return site;
};

/** `@name`, letters of the Latin script, digits and underscores. */
export const userEnd = (text: string, from: number): number => {
  let end = from + 1;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code !== 0x5f && (code > 0x7f || !isWordly(KIND[code] as number)) && KIND[code] !== NOTHING) break;
  }
  return end === from + 1 ? 0 : end;
};

/** `#tag`, of letters, digits and underscores of any script. */
export const tagEnd = (text: string, from: number): number => {
  let end = from + 1;
  while (end < text.length && (text.charCodeAt(end) === 0x5f || isWordly(kindAt(text, end)))) end += 1;
  return end === from + 1 ? 0 : end;
};
