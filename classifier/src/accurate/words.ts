import { normaliseText } from "../normalise.ts";

/** What is read of a text's start and end, in UTF-16 units: more than its tokens can hold. */
const START = 900;
const END = 400;

const LINK = /(?:https?:\/\/|www\.)[^\s<>"]+/giu;
const USER = /@\w+/gu;
const STRETCHED = /(\p{L})\1{2,}/gu;
const INSIDE_TAG = /(?<=#\S*\p{Ll})(?=\p{Lu})/gu;
/** Neither seen nor meant: controls, directions, joiners, tones of skin, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Mn}\ufe0f]|\ud83c[\udffb-\udfff]/gu;

/** A text as the transformer reads it, in training as in use: escapes undone, links and users made one word each, hashtags cut at their capitals. */
export const wordsOf = (text: string): string => {
  const plain = normaliseText(text);
  const read = plain.length <= START + END ? plain : `${plain.slice(0, START)} … ${plain.slice(-END)}`;
  return read
    .replaceAll(/\s/gu, " ")
    .replaceAll(LINK, "http")
    .replaceAll(USER, "@user")
    .normalize("NFKC")
    .replaceAll(UNSEEN, "")
    .replaceAll(INSIDE_TAG, " ")
    .replaceAll(STRETCHED, "$1$1")
    .replaceAll(/ {2,}/g, " ")
    .trim();
};
