import { createHash } from "node:crypto";
import { stemsOf } from "@molva/text";

/** What is learned from of a mention. */
export interface NoiseInput {
  readonly title: string | null;
  readonly text: string;
  readonly source: string;
  readonly language: string | null;
}

const SPACE = 2 ** 18;
/** More words of a text say no more. */
const MOST_WORDS = 400;

const hashes = new Map<string, number>();
const MOST_KNOWN = 100_000;
const hashOf = (feature: string): number => {
  const known = hashes.get(feature);
  if (known !== undefined) return known;
  const hash = createHash("sha256").update(feature).digest().readUInt32LE(0) % SPACE;
  if (hashes.size >= MOST_KNOWN) hashes.clear();
  hashes.set(feature, hash);
  return hash;
};

/** Stems, pairs of them, source, language and length, each once and hashed: what is kept of a model holds no words. */
export const noiseFeatures = ({ title, text, source, language }: NoiseInput): readonly number[] => {
  const stems = [...stemsOf(title ?? ""), ...stemsOf(text)].slice(0, MOST_WORDS);
  const length = Math.floor(Math.log2(stems.length + 1));
  return [
    ...new Set([
      ...stems.map((stem) => hashOf(stem)),
      ...stems.slice(1).map((stem, i) => hashOf(`${stems[i] as string} ${stem}`)),
      hashOf(`source:${source}`),
      hashOf(`language:${language ?? ""}`),
      hashOf(`length:${length}`),
    ]),
  ];
};
