import type { Sketch } from "@molva/text";

const HEAD = 5;

/** Sketches one after the other in one list: words, size, whole, how many features and keys there are, and these. Nothing stands as five zeros. */
export const packSketches = (sketches: readonly (Sketch | undefined)[]): Uint32Array => {
  const length = sketches.reduce((sum, s) => sum + HEAD + (s?.features.length ?? 0) + (s?.keys.length ?? 0), 0);
  const packed = new Uint32Array(length);
  let at = 0;
  for (const sketch of sketches) {
    if (sketch !== undefined) {
      const { words, size, whole, features, keys } = sketch;
      packed.set([words, size, whole, features.length, keys.length], at);
      packed.set(features, at + HEAD);
      packed.set(keys, at + HEAD + features.length);
    }
    at += HEAD + (sketch?.features.length ?? 0) + (sketch?.keys.length ?? 0);
  }
  return packed;
};

/** Their lists are views of the packed one. */
export const unpackSketches = (packed: Uint32Array): readonly Sketch[] => {
  const sketches: Sketch[] = [];
  for (let at = 0; at < packed.length;) {
    const [words, size, whole, features, keys] = packed.subarray(at, at + HEAD) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ];
    const first = at + HEAD;
    at = first + features + keys;
    sketches.push({
      words,
      size,
      whole,
      features: packed.subarray(first, first + features),
      keys: packed.subarray(first + features, at),
    });
  }
  return sketches;
};
