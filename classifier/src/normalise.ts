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

/** What is read of a text, in UTF-16 units: the start and the end of a longer one, where people put their verdict. */
export const READ_LIMIT = 6000;
const READ_END = 2000;

const readable = (text: string): string =>
  text.length <= READ_LIMIT ? text : `${text.slice(0, READ_LIMIT - READ_END)} ${text.slice(-READ_END)}`;

/** A tag of HTML that a feed left in a text. */
export const TAG = /<\/?[a-zA-Z!][^<>]{0,300}>/g;
const COMBINING = /[\u0300-\u036f]/;

/** The text as the scanner reads it, of at most `READ_LIMIT` + 1 units: escapes undone, tags dropped, accents joined to their letters. */
export const normaliseText = (text: string): string => {
  let out = decodeEscapes(readable(text.trim()));
  if (out.includes("<") && out.includes(">")) out = out.replaceAll(TAG, " ");
  if (COMBINING.test(out)) out = out.normalize("NFC").slice(0, READ_LIMIT + 1);
  return out;
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
