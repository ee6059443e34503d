/** A small generator of numbers in [0, 1): the same seed plants the same copies. */
export const randomOf = (seed: number): (() => number) => {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

type Random = () => number;
const below = (random: Random, n: number): number => Math.floor(random() * n);
const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)] as T;

const sentencesOf = (text: string): readonly string[] =>
  text.split(/(?<=[.!?…])\s+|\n+/u).filter((part) => part.trim() !== "");

const shuffled = <T>(random: Random, list: readonly T[]): readonly T[] => {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i -= 1) {
    const j = below(random, i + 1);
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
};

/** 60–90 % of the characters, from the beginning, the end or between; words may be cut in two. */
const cut = (text: string, random: Random): string => {
  const length = Math.ceil(text.length * (0.6 + random() * 0.3));
  const rest = text.length - length;
  const from = pick(random, [0, 0, rest, below(random, rest + 1)]);
  const ending = pick(random, ["", "…", "...", " [читать далее]"]);
  return text.slice(from, from + length) + (from + length < text.length ? ending : "");
};

const reordered = (text: string, random: Random): string => {
  const sentences = sentencesOf(text);
  if (sentences.length < 2) return `${text} ${text.slice(0, 0)}`.trim();
  const other = shuffled(random, sentences);
  return (other.join(" ") === sentences.join(" ") ? sentences.toReversed() : other).join(" ");
};

const repunctuated = (text: string, random: Random): string =>
  pick(random, [
    () => text.replaceAll(/[.,!?;:—–"'«»()…-]+/gu, ""),
    () => text.replaceAll(/[.,!?]+/gu, () => pick(random, ["!!!", "...", ",", " -", "?!", "."])),
    () => text.replaceAll(/\s+/gu, () => pick(random, [" ", "  ", "\n", ", "])),
  ])();

const recased = (text: string, random: Random): string =>
  pick(random, [
    () => text.toUpperCase(),
    () => text.toLowerCase(),
    () => text.replaceAll(/(^|\s)(\p{L})/gu, (whole) => whole.toUpperCase()),
  ])();

const EMOJI = ["😀", "🔥", "👍🏽", "😡", "❤️", "🤷‍♀️", "🇷🇺", "💯"];
const decorated = (text: string, random: Random): string =>
  text
    .split(" ")
    .map((word) => (random() < 0.25 ? `${word} ${pick(random, EMOJI)}` : word))
    .join(" ") + pick(random, EMOJI).repeat(1 + below(random, 4));

const linked = (text: string, random: Random): string =>
  pick(random, [
    () => `${text} https://t.co/${below(random, 1e9).toString(36)}`,
    () => `${text}\nwww.example.com/news/${below(random, 1e6)}?utm_source=feed`,
    () => `RT @news_${below(random, 100)}: ${text} http://example.org/${below(random, 1e6)}`,
  ])();

export const CHANGES = { cut, reordered, repunctuated, recased, decorated, linked } as const;
export type Change = keyof typeof CHANGES | "mixed";

/** The text as somebody else would post it. `mixed`: a cut or a new order, and two of the rest. */
export const planted = (text: string, change: Change, random: Random): string => {
  if (change !== "mixed") return CHANGES[change](text, random);
  const heavy = pick(random, [cut, reordered]);
  return shuffled(random, [repunctuated, recased, decorated, linked])
    .slice(0, 2)
    .reduce((so, apply) => apply(so, random), heavy(text, random));
};

/** Words of a text as people count them. */
export const countWords = (text: string): number =>
  (text.replaceAll(/https?:\S+|www\.\S+|@\S+/gu, " ").match(/[\p{L}\p{N}]+/gu) ?? []).length;
