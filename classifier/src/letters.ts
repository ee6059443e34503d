/** What a UTF-16 unit is to the scanner. */
export const SPACE = 1;
export const LETTER = 2;
export const DIGIT = 3;
/** Combining: part of the word it stands in. */
export const MARK = 4;
/** Zero-width, bidirectional controls, variation selectors: as if they were not there. */
export const NOTHING = 5;
/** First half of a pair. */
export const HIGH = 6;
const OTHER = 0;

const UNITS = 65_536;
/** Beyond it the letters of no cased script stand, and ranges say enough. */
const LISTED = 0x3000;

const LETTERED = /\p{L}/u;
const DIGITAL = /\p{Nd}/u;
const COMBINING = /\p{M}/u;
const BLANK = /[\s\p{Cc}]/u;

/** Zero-width signs and joiners, the soft hyphen, embeddings, overrides and isolates of direction, variation selectors. */
const isNothing = (code: number): boolean =>
  code === 0xad ||
  code === 0x34f ||
  code === 0x61c ||
  (code >= 0x200b && code <= 0x200f) ||
  (code >= 0x202a && code <= 0x202e) ||
  (code >= 0x2060 && code <= 0x206f) ||
  (code >= 0xfe00 && code <= 0xfe0f) ||
  code === 0xfeff;

const kindOf = (code: number): number => {
  if (isNothing(code)) return NOTHING;
  if (code >= 0xd800 && code <= 0xdbff) return HIGH;
  if (code >= LISTED) {
    if (code === LISTED) return SPACE;
    const lettered =
      (code >= 0x3041 && code <= 0x30ff) ||
      (code >= 0x3131 && code <= 0x318e) ||
      (code >= 0x3400 && code <= 0x9fff) ||
      (code >= 0xa000 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff);
    return lettered ? LETTER : OTHER;
  }
  const unit = String.fromCharCode(code);
  if (BLANK.test(unit)) return SPACE;
  if (LETTERED.test(unit)) return LETTER;
  if (DIGITAL.test(unit)) return DIGIT;
  return COMBINING.test(unit) ? MARK : OTHER;
};

const CURLY: readonly (readonly [string, string])[] = [
  ["\u2018\u2019\u02BC\u0060\u00B4", "'"],
  ["\u201C\u201D\u201E«»", '"'],
  ["ёЁ", "е"],
];

/** By unit: what it is. */
export const KIND = new Uint8Array(UNITS);
/** By unit: lower case, `ё` as `е`, curly quotes straight. */
export const PLAIN = new Uint16Array(UNITS);
/** By unit: 1 a small letter that has a capital, 2 a capital, 0 neither. */
export const CASE = new Uint8Array(UNITS);

const fill = (): void => {
  for (let code = 0; code < UNITS; code += 1) {
    KIND[code] = kindOf(code);
    PLAIN[code] = code;
    if (code >= LISTED || KIND[code] !== LETTER) continue;
    const unit = String.fromCharCode(code);
    const [lower, upper] = [unit.toLowerCase(), unit.toUpperCase()];
    if (lower.length === 1) PLAIN[code] = lower.charCodeAt(0);
    if (lower !== upper) CASE[code] = unit === lower ? 1 : 2;
  }
  // A full-width full stop aside, they are letters or marks of one script only: none folds into another.
  KIND[0x2bc] = OTHER;
  for (const [units, plain] of CURLY) for (const unit of units) PLAIN[unit.charCodeAt(0)] = plain.charCodeAt(0);
};
fill();
