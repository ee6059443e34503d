/** Letters, their marks and digits; all else separates words. */
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
/** Stress marks, soft hyphens and characters without width stand inside words and change none. */
const SILENT = /[\u0300\u0301\u00AD\u200B-\u200D\u2060\uFEFF]/gu;

/** One spelling for comparing words: compatibility forms, small letters, е for ё, nothing that is not seen. */
const fold = (text: string): string => text.normalize("NFKC").replaceAll(SILENT, "").toLowerCase().replaceAll("ё", "е");

/** The words of a text, in order, as they are compared. */
export const wordsOf = (text: string): readonly string[] => fold(text).match(WORD) ?? [];
