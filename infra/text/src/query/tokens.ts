import { FIELDS, type Field, type Sequence, type Tag, type Term, type Within } from "./nodes.ts";
import { soundOf } from "./sound.ts";
import { scriptOf, stemOf } from "../stem.ts";
import { wordsOf } from "./words.ts";

export type Token =
  | { readonly kind: "open" | "close" | "and" | "or" | "not" | "end"; readonly at: number }
  | { readonly kind: "near"; readonly at: number; readonly distance: number }
  | { readonly kind: "part"; readonly at: number; readonly part: Sequence | Tag | Within | Field };

/** Thrown by the two halves of the reader, and caught by it. */
export class Fault extends Error {
  readonly position: number;
  constructor(position: number, message: string) {
    super(message);
    this.position = position;
  }
}

const MAX_PHRASE = 50;
const MIN_PREFIX = 2;
const MAX_DISTANCE = 100;

const CLOSING: Readonly<Record<string, string>> = { '"': '"', "«": "»", "“": "”", "„": "“”" };
const OPERATORS: Readonly<Record<string, "and" | "or" | "not">> = {
  AND: "and",
  OR: "or",
  NOT: "not",
  И: "and",
  ИЛИ: "or",
  НЕ: "not",
};
const FIELD_NAMES: Readonly<Record<string, Field["field"]>> = {
  lang: "lang",
  language: "lang",
  язык: "lang",
  source: "source",
  источник: "source",
  near: "near",
  место: "near",
};
/** A bare word ends at a space, a bracket or a quote. */
const BARE = /[^\s()"«»“”„]+/uy;
const FIELD = /^(\p{L}+):(?=[^\s/]|$)(.*)$/u;
const DISTANCE = /~\d*/y;

/** Names are heard in the other script from three letters on, other words from four: shorter ones sound like something by chance. */
const otherOf = (form: string, written: string): Term["other"] => {
  const script = scriptOf(form);
  const sound = soundOf(form);
  if (script === "other" || sound === null) return null;
  const isName = /^\p{Lu}/u.test(written);
  return sound.length < (isName ? 3 : 4) ? null : { script: script === "latin" ? "cyrillic" : "latin", sound };
};

const termsOf = (written: string, by: "form" | "stem", at: number): readonly Term[] => {
  const starred = written.split("*");
  const terms = starred.flatMap((piece, i): readonly Term[] => {
    const forms = wordsOf(piece);
    const cased = piece.normalize("NFKC").match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
    return forms.map((form, j): Term => {
      const isPrefix = i < starred.length - 1 && j === forms.length - 1 && /[\p{L}\p{M}\p{N}]$/u.test(piece);
      if (isPrefix && form.length < MIN_PREFIX)
        throw new Fault(at, `${JSON.stringify(written)}: write at least ${MIN_PREFIX} letters before the *`);
      return {
        by: isPrefix ? "prefix" : by,
        form,
        stem: stemOf(form),
        other: by === "stem" ? otherOf(form, cased[j] ?? form) : null,
      };
    });
  });
  if (terms.length === 0) throw new Fault(at, `${JSON.stringify(written)} has no letter or digit to look for`);
  if (terms.length > MAX_PHRASE) throw new Fault(at, `a phrase may have ${MAX_PHRASE} words`);
  if (/\*[\p{L}\p{M}\p{N}]/u.test(written))
    throw new Fault(
      at + written.search(/\*[\p{L}\p{M}\p{N}]/u),
      "the * stands for the rest of a word: write it at the end of the word",
    );
  return terms;
};

const sequenceOf = (written: string, by: "form" | "stem", at: number): Sequence => {
  const terms = termsOf(written, by, at);
  return { kind: "sequence", terms, whole: terms.map((term) => term.form).join("") };
};

const distanceOf = (digits: string, at: number): number => {
  const distance = Number(digits);
  if (digits === "" || !Number.isInteger(distance) || distance > MAX_DISTANCE)
    throw new Fault(at, `write how many words may lie between, 0 to ${MAX_DISTANCE}: ~5`);
  return distance;
};

interface Read {
  readonly token: Token;
  readonly next: number;
}

const closingAt = (text: string, at: number): number => {
  const closing = CLOSING[text[at] ?? ""] ?? "";
  let end = at + 1;
  while (end < text.length && !closing.includes(text[end] ?? "")) end += 1;
  if (end === text.length)
    throw new Fault(at, `the quote that begins here is never closed; write ${closing[0]} at its end`);
  return end;
};

const quoted = (text: string, at: number): Read => {
  const end = closingAt(text, at);
  // Both "альфа банк*" and "альфа банк"* are written.
  const star = text[end + 1] === "*" ? 1 : 0;
  const written = text.slice(at + 1, end) + (star === 1 ? "*" : "");
  DISTANCE.lastIndex = end + 1 + star;
  const distance = DISTANCE.exec(text)?.[0];
  if (distance === undefined)
    return { token: { kind: "part", at, part: sequenceOf(written, "form", at) }, next: end + 1 + star };
  const terms = termsOf(written, "stem", at);
  const words = distanceOf(distance.slice(1), end + 1 + star);
  if (terms.length < 2) throw new Fault(end + 1 + star, "a distance needs two words within the quotes");
  return {
    token: { kind: "part", at, part: { kind: "within", terms, distance: words } },
    next: end + 1 + star + distance.length,
  };
};

const fieldOf = (name: string, value: string, at: number, valueAt: number): Field => {
  const field = Object.hasOwn(FIELD_NAMES, name.toLowerCase()) ? FIELD_NAMES[name.toLowerCase()] : undefined;
  if (field === undefined)
    throw new Fault(
      at,
      `there is no filter ${name}: (there are ${FIELDS.join(":, ")}:); put it into quotes to look for the words`,
    );
  const plain = value.trim().toLowerCase();
  if (field === "lang" && !/^[a-z]{2,3}$/.test(plain))
    throw new Fault(valueAt, "write a language by its code: lang:en");
  if (field === "source" && !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(plain))
    throw new Fault(valueAt, "write a source by its id: source:telegram (`molva sources` lists them)");
  if (field === "near" && wordsOf(plain).length === 0) throw new Fault(valueAt, 'write a place: near:"Moscow"');
  return { kind: "field", field, value: plain };
};

const bare = (text: string, at: number): Read => {
  BARE.lastIndex = at;
  const word = BARE.exec(text)?.[0];
  if (word === undefined) throw new Fault(at, "a quote is closed here that was never opened");
  const next = at + word.length;
  const operator = Object.hasOwn(OPERATORS, word) ? OPERATORS[word] : undefined;
  if (operator !== undefined) return { token: { kind: operator, at }, next };
  const near = /^(?:~|NEAR\/|РЯДОМ\/)(.*)$/u.exec(word);
  if (near !== null) return { token: { kind: "near", at, distance: distanceOf(near[1] ?? "", at) }, next };
  if (word.includes("~"))
    throw new Fault(
      at + word.indexOf("~"),
      'write the distance apart, late ~5 delivery, or behind quotes, "late delivery"~5',
    );
  const field = FIELD.exec(word);
  if (field !== null) {
    const [, name = "", value = ""] = field;
    const valueAt = at + name.length + 1;
    if (value !== "" || !((text[valueAt] ?? "") in CLOSING))
      return { token: { kind: "part", at, part: fieldOf(name, value, at, valueAt) }, next };
    const end = closingAt(text, valueAt);
    return {
      token: { kind: "part", at, part: fieldOf(name, text.slice(valueAt + 1, end), at, valueAt) },
      next: end + 1,
    };
  }
  const tag = /^([#@])([\p{L}\p{M}\p{N}_]+)$/u.exec(word);
  if (tag !== null) {
    const whole = wordsOf((tag[2] ?? "").replaceAll("_", "")).join("");
    if (whole === "") throw new Fault(at, `${JSON.stringify(word)} has no letter or digit to look for`);
    return { token: { kind: "part", at, part: { kind: "tag", sign: tag[1] as "#" | "@", whole } }, next };
  }
  return { token: { kind: "part", at, part: sequenceOf(word, "stem", at) }, next };
};

/** @throws {Fault} at the character where the query is wrong. */
export const tokensOf = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? "";
    if (/\s/u.test(char)) at += 1;
    else if (char === "(" || char === ")") tokens.push({ kind: char === "(" ? "open" : "close", at: at++ });
    else if (char === "-" && /[^\s)-]/u.test(text[at + 1] ?? " ")) tokens.push({ kind: "not", at: at++ });
    else {
      const read = char in CLOSING ? quoted(text, at) : bare(text, at);
      tokens.push(read.token);
      at = read.next;
    }
  }
  return [...tokens, { kind: "end", at: text.length }];
};
