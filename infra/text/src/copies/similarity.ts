import { SKETCH_SIZE } from "./sketch.ts";

/** Features in ascending order at `from` of a shared array, and how many the whole text has. */
export interface Features {
  readonly list: Uint32Array;
  readonly from: number;
  readonly kept: number;
  readonly size: number;
}

/** The least resemblance of two texts of these sizes, of which the larger one holds such a share of the smaller one's features (Broder 1997). */
const leastResemblance = (contained: number, sizeA: number, sizeB: number): number => {
  const common = contained * Math.min(sizeA, sizeB);
  return common / (sizeA + sizeB - common);
};

/**
 * Of the smaller text's features the share that the larger one has too, 0…1: exact for short texts, else estimated from the `SKETCH_SIZE`
 * smallest of both. 0 as soon as it is certain to be less than `least`.
 */
export const containment = (a: Features, b: Features, least: number): number => {
  const whole = a.kept === a.size && b.kept === b.size;
  const smaller = Math.min(a.size, b.size);
  const most = whole ? a.kept + b.kept : SKETCH_SIZE;
  const needed = whole ? least * smaller : leastResemblance(least, a.size, b.size) * SKETCH_SIZE;
  const [listA, listB] = [a.list, b.list];
  const [endA, endB] = [a.from + a.kept, b.from + b.kept];
  let [i, j, union, common] = [a.from, b.from, 0, 0];
  while (union < most && i < endA && j < endB) {
    if (common + Math.min(endA - i, endB - j) < needed) return 0;
    const x = listA[i] as number;
    const y = listB[j] as number;
    if (x <= y) i += 1;
    if (y <= x) j += 1;
    if (x === y) common += 1;
    union += 1;
  }
  if (common < needed) return 0;
  if (whole) return common / Math.max(1, smaller);
  const resembling = common / SKETCH_SIZE;
  return Math.min(1, (resembling * (a.size + b.size)) / (1 + resembling) / smaller);
};
