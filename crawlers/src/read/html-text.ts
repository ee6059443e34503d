import { Parser } from "htmlparser2";
import { DEPTH_LIMIT } from "./depth.ts";
import { fromLatinControls } from "./windows-1252.ts";

/** Elements that hold no words for a reader. */
const SILENT = new Set([
  "script",
  "style",
  "noscript",
  "template",
  "iframe",
  "object",
  "svg",
  "math",
  "head",
  "title",
  "select",
  "textarea",
  "button",
]);
const BLOCK = new Set(
  "address article aside blockquote br dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tr ul".split(
    " ",
  ),
);
const PARAGRAPH = new Set(["p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre"]);

/** HTML longer than this is cut before it is read; in UTF-16 units. */
const INPUT_LIMIT = 2_000_000;

/** A word or a sentence as most of them are: nothing in it wants tidying. */
const TIDY = /^(?:[!-~\u00a1-\u00ac\u00ae-\u024f\u0400-\u04ff\u2010-\u2026\u20ac]+(?: |$))+$/;
const LONGEST_LOOK = 2000;

/** Spaces become one, at most one empty line stays, and nothing that cannot be seen. */
export const tidy = (text: string): string =>
  text.length < LONGEST_LOOK && TIDY.test(text) && !text.endsWith(" ") ? text : tidied(text);

const tidied = (text: string): string =>
  fromLatinControls(text)
    // oxlint-disable-next-line no-control-regex -- control characters are what is being removed
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u2060\ufeff]/g, "")
    .replace(/\r\n?/g, "\n")
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();

/** Tags cut out by their brackets: for what nests too deep to be read as HTML. */
const withoutTags = (html: string): string => tidy(html.replace(/<[^<>]*>/g, " "));

/** HTML as a reader sees it: plain text, blocks on lines of their own. Scripts and styles are left out. */
export const htmlToText = (html: string): string => {
  let out = "";
  let silent = 0;
  let depth = 0;
  /** Ends the line; two leave an empty one. Never more than that, however many blocks end here. */
  const lines = (count: number): void => {
    const ended = /\n*$/.exec(out.slice(-4).replace(/ +$/, ""))?.[0].length ?? 0;
    out += "\n".repeat(Math.max(0, count - ended));
  };
  const parser = new Parser(
    {
      onopentagname(name) {
        if (++depth > DEPTH_LIMIT) throw new RangeError("nested too deep");
        if (SILENT.has(name)) silent++;
        if (name === "br") out += "\n";
        else if (BLOCK.has(name)) lines(PARAGRAPH.has(name) ? 2 : 1);
        if (name === "td" || name === "th") out += " ";
      },
      onclosetag(name) {
        depth--;
        if (SILENT.has(name)) silent = Math.max(0, silent - 1);
        if (BLOCK.has(name) && name !== "br") lines(PARAGRAPH.has(name) ? 2 : 1);
      },
      ontext(text) {
        if (silent === 0) out += text.replace(/\s+/g, " ");
      },
    },
    { decodeEntities: true },
  );
  try {
    parser.end(html.slice(0, INPUT_LIMIT));
  } catch {
    return withoutTags(html.slice(0, INPUT_LIMIT));
  }
  return tidy(out);
};

/** Text of a field that is plain in some sites and HTML in others: it is HTML when it bears a tag or a character reference. */
export const looseText = (value: string): string =>
  /<\/?[a-z][^<>]*>|<!--|&(?:[a-z]{2,8}|#\d{1,7}|#x[\da-f]{1,6});/i.test(value) ? htmlToText(value) : tidy(value);
