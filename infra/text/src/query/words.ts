import { scriptOf } from "../stem.ts";

/** Stress marks, soft hyphens and characters without width stand inside words and change none. */
const SILENT = /[\u0300\u0301\u00AD\u200B-\u200D\u2060\uFEFF]/gu;
/** Letters, their marks and digits; all else separates words. Behind # or @ an underscore joins them. */
const WORD = /[#@]?[\p{L}\p{M}\p{N}]+(?:_+[\p{L}\p{M}\p{N}]+)*/gu;
const INNER = /\p{Lu}?[\p{Ll}\p{M}\p{N}]+|\p{Lu}+(?!\p{Ll})|[\p{L}\p{M}\p{N}]+/gu;

/** Compatibility forms, nothing that is not seen; letters' case is kept. */
const seen = (text: string): string => text.normalize("NFKC").replaceAll(SILENT, "");
const lower = (word: string): string => word.toLowerCase().replaceAll("ё", "е");

const CYRILLIC_LIKE: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from("aceopxykmthb", (letter, i) => [letter, "асеорхукмтнв"[i] as string]),
);
const BY_LATIN_LIKE = /^[\p{Script=Cyrillic}aceopxykmthb]+$/u;
const NAME_WITH_ENDING = /^([\p{Script=Latin}\p{N}]{2,})(а|у|е|ы|и|ом|ой|ов|ам|ах|ами|ю|я)$/u;

/** A word in two scripts as it is meant: `ozonом` is the name with an ending, `сбep` with Latin `ep` a trick or a slip. */
const unmixed = (word: string): string => {
  if (scriptOf(word) !== "other" || !/\p{Script=Latin}/u.test(word)) return word;
  const name = NAME_WITH_ENDING.exec(word)?.[1];
  if (name !== undefined) return name;
  return BY_LATIN_LIKE.test(word) ? word.replaceAll(/[a-z]/g, (letter) => CYRILLIC_LIKE[letter] ?? letter) : word;
};

/** A word of a text as it is compared. */
export interface TextWord {
  readonly form: string;
  /** Of a #hashtag or @handle: all of it as one word, on its first word. */
  readonly tag: { readonly sign: "#" | "@"; readonly whole: string } | null;
}

const tagged = (written: string): readonly TextWord[] => {
  const sign = written[0] as "#" | "@";
  const name = written.slice(1);
  const parts = name.split("_").flatMap((part) => (part === "" ? [] : (part.match(INNER) ?? [part])));
  const whole = lower(name.replaceAll("_", ""));
  return parts.map((part, i) => ({ form: unmixed(lower(part)), tag: i === 0 ? { sign, whole } : null }));
};

/** The words of a text in order. `#AuroraBank` and `@aurora_bank` are two words each. */
export const textWords = (text: string): readonly TextWord[] =>
  (seen(text).match(WORD) ?? []).flatMap((written): readonly TextWord[] => {
    if (written.startsWith("#") || written.startsWith("@")) return tagged(written);
    if (!written.includes("_")) return [{ form: unmixed(lower(written)), tag: null }];
    return written.split(/_+/).map((part) => ({ form: unmixed(lower(part)), tag: null }));
  });

/** The words that somebody looks for, in one spelling: compatibility forms, small letters, е for ё. */
export const wordsOf = (text: string): readonly string[] => lower(seen(text)).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
