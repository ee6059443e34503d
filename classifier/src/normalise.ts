const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  "#39": "'",
  laquo: '"',
  raquo: '"',
};

const fromCode = (code: number): string => (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : " ");

const decodeOnce = (text: string): string =>
  text
    .replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => fromCode(Number.parseInt(hex, 16)))
    .replaceAll(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|[a-zA-Z]{2,6});/g, (whole, name: string) => {
      const known = NAMED[name.toLowerCase()];
      if (known !== undefined) return known;
      if (!name.startsWith("#")) return whole;
      return fromCode(/^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10));
    });

/** Crawled and archived texts carry `&amp;amp;` and literal `\u2019`: both are undone, twice. */
const decodeEscapes = (text: string): string =>
  text.includes("&") || text.includes("\\u") ? decodeOnce(decodeOnce(text)) : text;

/** In Russian a bare `)` is a smile and `((` a sigh; a closing bracket of an open one, or of a list number, is neither. */
const spellBrackets = (text: string): string => {
  let out = text;
  if (out.includes(")"))
    out = out.replaceAll(out.includes("(") ? /(?<![\d:;=^8'-])\){2,}/g : /(?<![\d:;=^8'-])\)+/g, " :) ");
  if (out.includes("((") || (out.includes("(") && !out.includes(")")))
    out = out.replaceAll(/(?<![:;='-])\({2,}|(?<![:;='\s-])\((?=\s|$)/g, " :( ");
  return out;
};

/** What is read of a text, in UTF-16 units: the start and the end of a longer one, where people put their verdict. */
const READ_LIMIT = 6000;

const readable = (text: string): string =>
  text.length <= READ_LIMIT ? text : `${text.slice(0, READ_LIMIT - 2000)} ${text.slice(-2000)}`;

const CURLY = /[\u2018\u2019\u02BC\u0060\u00B4\u201C\u201D\u201E«»]/;

const straighten = (text: string): string =>
  CURLY.test(text)
    ? text.replaceAll(/[\u2018\u2019\u02BC\u0060\u00B4]/g, "'").replaceAll(/[\u201C\u201D\u201E«»]/g, '"')
    : text;

/** The text as the tokenizer reads it; case is kept, for capitals are evidence. */
export const normaliseText = (text: string): string => spellBrackets(straighten(decodeEscapes(readable(text))));

/** Three equal units in a row, of whatever kind: a cheap question before the regular expression is asked. */
export const hasStretch = (word: string): boolean => {
  for (let i = 2; i < word.length; i += 1) {
    const unit = word.charCodeAt(i);
    if (unit === word.charCodeAt(i - 1) && unit === word.charCodeAt(i - 2)) return true;
  }
  return false;
};

/** Lower case, `ё` as `е`, three or more of one letter as two (cooool, ооочень). */
export const normaliseWord = (word: string): string => {
  const lower = word.toLowerCase().replaceAll("ё", "е");
  return hasStretch(lower) ? lower.replaceAll(/(\p{L})\1{2,}/gu, "$1$1") : lower;
};

/** Two texts are the same text when only case, punctuation, links and names of users tell them apart. */
export const sameTextKey = (text: string): string =>
  decodeEscapes(text)
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("ё", "е")
    .replaceAll(/https?:\/\/\S+|www\.\S+|@\w+/g, " ")
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
