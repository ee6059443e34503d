import { PRIME, WORD_SEED, wordKey } from "./hash.ts";
import { CONTRAST, NEGATOR, lexemeOf } from "./lexemes.ts";
import { CASE, DIGIT, KIND, LETTER, MARK, NOTHING, PLAIN, SPACE } from "./letters.ts";
import { READ_LIMIT } from "./normalise.ts";
import { SMILE as HAPPY } from "./signs.ts";

/** What a token does to its neighbours. */
export const WORD = 0;
export const NEGATES = 1;
export const CONTRASTS = 2;
export const STOPS = 3;
export const MEANS_NOTHING = 4;

/** What is counted of a token, a bit each; the bit's number is the shape's (see features.ts). */
export const SMILES = 1;
export const FROWNS = 2;
const SHOUTED = 4;
const STRETCHED = 8;
const NEGATORS = 16;
export const EXCLAIMS = 32;
export const ASKS = 64;
const LINKS = 128;

const LINK_KEY = wordKey("<link>");
const SMILE_KEY = wordKey(":)");
const FROWN_KEY = wordKey(":(");

/** A token's longest part that is read as one, in UTF-16 units. */
export const LONGEST = 48;
/** Every unit can be a token, and a hashtag's units are read twice. */
const TOKENS = 2 * READ_LIMIT + 16;
/** A token's units stand between two brackets. */
const UNITS = 3 * TOKENS;

export const APOSTROPHE = 0x27;

/** The tokens of one text as they are found: their keys, their units and what they add up to. Nothing is allocated for a text. */
export class TokenList {
  /** By token: key, what it does, where its text stands. */
  readonly keys = new Int32Array(TOKENS);
  readonly marks = new Uint8Array(TOKENS);
  readonly starts = new Int32Array(TOKENS);
  readonly ends = new Int32Array(TOKENS);
  count = 0;
  /** By token: another hash of the same units; both together tell words apart. */
  readonly checks = new Int32Array(TOKENS);
  /** By token: where its `<word>` stands in `units`, and how long it is; 0 for a token without pieces. */
  readonly places = new Int32Array(TOKENS);
  readonly sizes = new Uint8Array(TOKENS);
  readonly units = new Uint16Array(UNITS);
  /** By token: which of the above it is. */
  readonly signs = new Uint8Array(TOKENS);
  protected filled = 0;
  protected text = "";

  /** Forgets the last text. */
  protected begin(text: string): void {
    this.text = text;
    this.count = 0;
    this.filled = 0;
  }

  protected put(key: number, mark: number, from: number, to: number, sign = 0): void {
    const i = this.count;
    this.keys[i] = key;
    this.marks[i] = mark;
    this.signs[i] = sign;
    this.starts[i] = from;
    this.ends[i] = to;
    this.sizes[i] = 0;
    this.count = i + 1;
  }

  protected kindAt(i: number): number {
    return i < this.text.length ? (KIND[this.text.charCodeAt(i)] as number) : SPACE;
  }

  protected link(from: number, to: number): number {
    this.put(LINK_KEY, WORD, from, to, LINKS);
    return to;
  }

  protected face(which: number, from: number, to: number): number {
    const happy = which === HAPPY;
    this.put(happy ? SMILE_KEY : FROWN_KEY, MEANS_NOTHING, from, to, happy ? SMILES : FROWNS);
    return to;
  }

  /** The end of a run of letters, digits and marks that starts at `from`, with the apostrophes and ampersands inside it. */
  protected runEnd(from: number): number {
    const { text } = this;
    let end = from;
    for (; end < text.length; end += 1) {
      const code = text.charCodeAt(end);
      const kind = KIND[code] as number;
      if (kind === LETTER || kind === DIGIT || kind === MARK || kind === NOTHING) continue;
      if (((PLAIN[code] as number) === APOSTROPHE || code === 0x26) && end > from && this.kindAt(end + 1) === LETTER)
        continue;
      break;
    }
    while (end > from && KIND[text.charCodeAt(end - 1)] === NOTHING) end -= 1;
    return end;
  }

  protected two(from: number, middle: number, end: number): void {
    this.cut(from, middle);
    this.cut(middle, end);
  }

  /** A word, in parts of at most `LONGEST` units. */
  protected cut(from: number, end: number): void {
    let at = from;
    for (; end - at > LONGEST; at += LONGEST) this.one(at, at + LONGEST);
    this.one(at, end);
  }

  /** Key of a word without reading its pieces. */
  protected hash(from: number, end: number): number {
    let h = WORD_SEED;
    for (let i = from; i < end; i += 1) {
      const code = this.text.charCodeAt(i);
      if (KIND[code] !== NOTHING) h = Math.imul(h ^ (PLAIN[code] as number), PRIME);
    }
    return h;
  }

  // What `read` read last.
  private key = 0;
  private check = 0;
  private behind = 0;
  private stretched = false;
  private cases = 0;
  /** What kind of word it is: see lexemes.ts. */
  protected lexeme = 0;

  /** Reads units as one word behind those that are kept, up to `end`; with `pure` of letters, digits and marks alone. Returns where it stopped. */
  protected read(from: number, end: number, pure: boolean): number {
    const { text, units } = this;
    const start = this.filled + 1;
    let i = from;
    let at = start;
    let cases = 0;
    let check = 0;
    let last = -1;
    let before = -1;
    let h = WORD_SEED;
    let stretched = false;
    for (; i < end; i += 1) {
      const code = text.charCodeAt(i);
      const kind = KIND[code] as number;
      if (kind === NOTHING) continue;
      if (pure && kind !== LETTER && kind !== DIGIT && kind !== MARK) break;
      cases |= CASE[code] as number;
      const unit = PLAIN[code] as number;
      // Three or more of one letter are two (cooool, ооочень).
      if (unit === last && last === before && kind === LETTER) {
        stretched = true;
        continue;
      }
      before = last;
      last = unit;
      units[at] = unit;
      at += 1;
      h = Math.imul(h ^ unit, PRIME);
      check = Math.imul(check, 0x01000071) + unit;
    }
    this.key = h;
    this.check = check;
    this.behind = at;
    this.stretched = stretched;
    this.cases = cases;
    this.lexeme = lexemeOf(h);
    return i;
  }

  /** Makes what was read last a token. */
  protected keep(from: number, end: number): void {
    const { key, lexeme } = this;
    // No small letter, and some capital.
    const shouted = this.cases === 2 && end - from > 2 ? SHOUTED : 0;
    const signs = this.stretched ? shouted | STRETCHED : shouted;
    if (lexeme === NEGATOR) return this.put(key, NEGATES, from, end, signs | NEGATORS);
    if (lexeme === CONTRAST) return this.put(key, CONTRASTS, from, end, signs);
    const token = this.count;
    this.put(key, WORD, from, end, signs);
    const { filled, behind, units } = this;
    units[filled] = 0x3c;
    units[behind] = 0x3e;
    this.checks[token] = this.check;
    this.places[token] = filled;
    this.sizes[token] = behind + 1 - filled;
    this.filled = behind + 1;
  }

  protected one(from: number, end: number): void {
    this.read(from, end, false);
    this.keep(from, end);
  }
}
