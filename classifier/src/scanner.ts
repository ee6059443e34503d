import { wordKey } from "./hash.ts";
import { CUT, PREFIX, SHORT, lexemeOf } from "./lexemes.ts";
import { CASE, DIGIT, HIGH, KIND, LETTER, MARK, NOTHING, PLAIN, SPACE } from "./letters.ts";
import {
  FROWN as SAD,
  SMILE as HAPPY,
  linkEnd,
  sign as found,
  signEnd,
  siteOrMailEnd,
  tagEnd,
  userEnd,
} from "./signs.ts";
import { APOSTROPHE, ASKS, EXCLAIMS, LONGEST, MEANS_NOTHING, STOPS, TokenList, WORD } from "./token-list.ts";

export { CONTRASTS, NEGATES, STOPS, WORD } from "./token-list.ts";

const USER_KEY = wordKey("<user>");
const NUMBER_KEY = wordKey("<number>");
const DOTS_KEY = wordKey("...");
const DASHES_KEY = wordKey("--");

const HYPHEN = 0x2d;
const DASH = 0x2013;
const DOT = 0x2e;
const COMMA = 0x2c;
const EXCLAIM = 0x21;
const ASK = 0x3f;
const AMPERSAND = 0x26;
const AT = 0x40;
const STOP_UNITS = new Set([...'.,!?;:…"()\u2014\u2013-'].map((c) => c.charCodeAt(0)));
/** After them a word may go on, or mean something else. */
const mayJoin = (code: number): boolean =>
  code === DOT || code === HYPHEN || code === DASH || code === AMPERSAND || code === AT || PLAIN[code] === APOSTROPHE;

/**
 * Cuts a text into tokens and hashes them and their pieces in one pass over its units; nothing is allocated. What it
 * found stands in its fields until the next text. Texts longer than `READ_LIMIT` are cut before.
 */
export class Scanner extends TokenList {
  /** Whether it is known which brackets the text has. */
  private seen = false;
  private closes = false;
  private opens = false;
  private opensTwice = false;

  /** Reads a normalised text of at most `READ_LIMIT` + 1 units. */
  scan(text: string): void {
    this.begin(text);
    this.seen = false;
    let at = 0;
    while (at < text.length) {
      const kind = KIND[text.charCodeAt(at)] as number;
      if (kind === SPACE || kind === NOTHING) at += 1;
      else if (kind === LETTER || kind === MARK) at = this.fromLetter(at);
      else if (kind === DIGIT) at = this.fromDigit(at, at);
      else if (kind === HIGH) at = this.pair(at);
      else at = this.fromSign(at);
    }
  }

  private fromLetter(from: number): number {
    const { text } = this;
    const first = text.charCodeAt(from) | 32;
    if (first === 0x68 || first === 0x77) {
      const link = linkEnd(text, from);
      if (link > 0) return this.link(from, link);
    }
    if (first === 0x78) {
      const face = signEnd(text, from);
      if (face > 0) return this.face(found, from, face);
    }
    return this.plainWord(from) || this.word(from);
  }

  /** The end of a word around which nothing is to be looked at, which most are and which is read once then; 0 for any other. */
  private plainWord(from: number): number {
    const { text } = this;
    const end = this.read(from, text.length, true);
    const next = end < text.length ? text.charCodeAt(end) : 0x20;
    if (mayJoin(next) || KIND[text.charCodeAt(end - 1)] === NOTHING) return 0;
    if (end - from > LONGEST || this.lexeme >= CUT) return 0;
    this.keep(from, end);
    return end;
  }

  private word(from: number): number {
    const { text } = this;
    const end = this.runEnd(from);
    const next = end < text.length ? text.charCodeAt(end) : 0x20;
    if (next === DOT || next === AT) {
      const link = siteOrMailEnd(text, from, end);
      if (link > 0) return this.link(from, link);
      if (next === DOT) {
        const short = this.shortEnd(from, end);
        if (short > end) {
          this.cut(from, short);
          return short;
        }
      }
    }
    if (
      (next === HYPHEN || next === DASH) &&
      this.kindAt(end + 1) === LETTER &&
      lexemeOf(this.hash(from, end)) === PREFIX
    ) {
      const joined = this.runEnd(end + 1);
      this.cut(from, joined);
      return joined;
    }
    this.contraction(from, end);
    return end;
  }

  /** U.S., e.g., a. and Mr. keep their full stop; a `.` after another word ends a sentence. */
  private shortEnd(from: number, end: number): number {
    const { text } = this;
    if (end - from === 1) {
      let stop = end + 1;
      while (this.kindAt(stop) === LETTER && stop + 1 < text.length && text.charCodeAt(stop + 1) === DOT) stop += 2;
      return (text.charCodeAt(from) < 0x250 || stop > end + 1) && this.kindAt(stop) !== LETTER ? stop : 0;
    }
    return end - from <= 4 && this.kindAt(end + 1) !== LETTER && lexemeOf(this.hash(from, end)) === SHORT ? end + 1 : 0;
  }

  /** don't → do n't, we'll → we 'll, bank's → bank 's, dont → do nt, cannot → can not. */
  private contraction(from: number, end: number): void {
    const { text } = this;
    const size = end - from;
    if (size >= 3 && size <= 12) {
      const last = (PLAIN[text.charCodeAt(end - 1)] as number) | 32;
      const before = PLAIN[text.charCodeAt(end - 2)] as number;
      // ' s, ' d
      if (before === APOSTROPHE && (last === 0x73 || last === 0x64)) return this.two(from, end - 2, end);
      // n't
      if (
        before === APOSTROPHE &&
        last === 0x74 &&
        size > 3 &&
        ((PLAIN[text.charCodeAt(end - 3)] as number) | 32) === 0x6e
      )
        return this.two(from, end - 3, end);
      // 'll, 've, 're
      if (size > 3 && PLAIN[text.charCodeAt(end - 3)] === APOSTROPHE) {
        if ((before === 0x6c && last === 0x6c) || ((before === 0x76 || before === 0x72) && last === 0x65))
          return this.two(from, end - 3, end);
      }
      if (last === 0x74 || last === 0x65 || last === 0x6c || last === 0x6d) {
        const lexeme = lexemeOf(this.hash(from, end));
        if (lexeme >= CUT) return this.two(from, end - (lexeme - CUT), end);
      }
    } else if (size > 12 && PLAIN[text.charCodeAt(end - 2)] === APOSTROPHE && PLAIN[text.charCodeAt(end - 1)] === 0x73)
      return this.two(from, end - 2, end);
    this.cut(from, end);
  }

  /** End of the s, m, d, ve, re or ll of a text that was cut before: it 's, we 'll. */
  private clipped(from: number): number {
    const { text } = this;
    const first = (PLAIN[text.charCodeAt(from)] as number) | 32;
    if (this.kindAt(from + 1) === SPACE) return first === 0x73 || first === 0x6d || first === 0x64 ? from + 1 : 0;
    const second = from + 1 < text.length ? (PLAIN[text.charCodeAt(from + 1)] as number) : 0;
    const known = first === 0x6c ? second === 0x6c : (first === 0x76 || first === 0x72) && second === 0x65;
    return known && this.kindAt(from + 2) === SPACE ? from + 2 : 0;
  }

  /** 5, 12:30, 1,000, 24/7; 3rd, 90s and 5pm with their letters; a grade from 0 to 10 stays itself. */
  private fromDigit(from: number, digit: number): number {
    const { text } = this;
    let end = digit + 1;
    for (; end < text.length; end += 1) {
      const code = text.charCodeAt(end);
      if (KIND[code] === DIGIT) continue;
      const joins = code === DOT || code === COMMA || code === HYPHEN || code === 0x2f || code === 0x3a;
      if (!joins || this.kindAt(end + 1) !== DIGIT) break;
    }
    if (this.kindAt(end) === LETTER && end - from <= 8) {
      const tail = this.runEnd(end);
      if (tail - end <= 3 && text.charCodeAt(end) < 0x80) {
        this.one(from, tail);
        return tail;
      }
    }
    const size = end - from;
    const grade = size === 1 || (size === 2 && text.charCodeAt(from) === 0x31 && text.charCodeAt(from + 1) === 0x30);
    this.put(grade ? this.hash(from, end) : NUMBER_KEY, WORD, from, end);
    return end;
  }

  /** Emoji and letters beyond the first plane; half a pair alone is nothing. Tones of skin are not read. */
  private pair(from: number): number {
    const low = from + 1 < this.text.length ? this.text.charCodeAt(from + 1) : 0;
    if (low < 0xdc00 || low > 0xdfff) return from + 1;
    if (this.text.charCodeAt(from) !== 0xd83c || low < 0xdffb)
      this.put(this.hash(from, from + 2), MEANS_NOTHING, from, from + 2);
    return from + 2;
  }

  private brackets(from: number, closing: boolean): number {
    const { text } = this;
    if (!this.seen) {
      this.seen = true;
      this.closes = text.includes(")");
      this.opens = text.includes("(");
      this.opensTwice = this.opens && text.includes("((");
    }
    const unit = closing ? 0x29 : 0x28;
    let end = from + 1;
    while (end < text.length && text.charCodeAt(end) === unit) end += 1;
    const before = from > 0 ? text.charCodeAt(from - 1) : 0x20;
    const count = end - from;
    const bare =
      before !== 0x3a &&
      before !== 0x3b &&
      before !== 0x3d &&
      before !== APOSTROPHE &&
      before !== HYPHEN &&
      before !== 0x5e;
    // In Russian a bare `)` is a smile and `((` a sigh; the bracket that closes another, or that follows a list's number, is neither.
    if (closing && bare && KIND[before] !== DIGIT && (count > 1 || !this.opens)) return this.face(HAPPY, from, end);
    const sighs = this.opensTwice || !this.closes;
    if (!closing && bare && sighs && (count > 1 || (this.kindAt(end) === SPACE && KIND[before] !== SPACE)))
      return this.face(SAD, from, end);
    for (let i = from; i < end; i += 1) this.put(this.hash(i, i + 1), STOPS, i, i + 1);
    return end;
  }

  private hashtag(from: number, end: number): number {
    const { text } = this;
    this.cut(from, end);
    // The words that its capitals tell apart: #FailBank, fail, bank.
    let at = from + 1;
    while (at < end) {
      const start = at;
      const code = text.charCodeAt(at);
      at += 1;
      if (KIND[code] === DIGIT) while (at < end && KIND[text.charCodeAt(at)] === DIGIT) at += 1;
      else if (KIND[code] !== LETTER) continue;
      else {
        if (CASE[code] === 2 && at < end && CASE[text.charCodeAt(at)] === 2)
          while (at < end && CASE[text.charCodeAt(at)] === 2) at += 1;
        else while (at < end && KIND[text.charCodeAt(at)] === LETTER && CASE[text.charCodeAt(at)] !== 2) at += 1;
      }
      this.cut(start, at);
    }
    return end;
  }

  private fromSign(from: number): number {
    const { text } = this;
    const code = text.charCodeAt(from);
    if (code === COMMA || code === EXCLAIM || code === ASK || (code === DOT && text.charCodeAt(from + 1) !== DOT)) {
      const sign = code === EXCLAIM ? EXCLAIMS : code === ASK ? ASKS : 0;
      this.put(this.hash(from, from + 1), STOPS, from, from + 1, sign);
      return from + 1;
    }
    if (code === AT || code === 0x23) {
      const end = code === AT ? userEnd(text, from) : tagEnd(text, from);
      if (end > 0 && code === 0x23) return this.hashtag(from, end);
      if (end > 0) {
        this.put(USER_KEY, WORD, from, end);
        return end;
      }
    }
    const face = signEnd(text, from);
    if (face > 0) return this.face(found, from, face);
    if (code === 0x29 || code === 0x28) return this.brackets(from, code === 0x29);
    const before = from > 0 ? (KIND[text.charCodeAt(from - 1)] as number) : SPACE;
    if ((code === HYPHEN || code === 0x2b) && this.kindAt(from + 1) === DIGIT && before !== LETTER && before !== DIGIT)
      return this.fromDigit(from, from + 1);
    let end = from + 1;
    if (PLAIN[code] === APOSTROPHE && before === SPACE) {
      const tail = this.clipped(end);
      if (tail > 0) {
        this.one(from, tail);
        return tail;
      }
    }
    if (code === DOT || code === HYPHEN) while (end < text.length && text.charCodeAt(end) === code) end += 1;
    if (end > from + 1) {
      this.put(code === DOT ? DOTS_KEY : DASHES_KEY, STOPS, from, end);
      return end;
    }
    this.put(this.hash(from, end), STOP_UNITS.has(code) ? STOPS : MEANS_NOTHING, from, end);
    return end;
  }
}
