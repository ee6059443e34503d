import type { Audit } from "./adjusted.ts";

/** A weight this far from 1 costs more certainty than the bias that it takes away. */
const MOST_WEIGHT = 4;

/** By how much each audit's stratum was drawn too seldom: its share of the mentions over its share of the audits. */
export const weightsOf = (audits: readonly Audit[], strata: ReadonlyMap<string, number>): readonly number[] => {
  const drawn = new Map<string, number>();
  for (const { stratum } of audits) drawn.set(stratum, (drawn.get(stratum) ?? 0) + 1);
  const all = [...drawn.keys()].reduce((sum, stratum) => sum + (strata.get(stratum) ?? 0), 0);
  return audits.map(({ stratum }) => {
    const share = all === 0 ? 1 : (strata.get(stratum) ?? 0) / all;
    const weight = (share * audits.length) / (drawn.get(stratum) as number);
    return Math.min(MOST_WEIGHT, Math.max(1 / MOST_WEIGHT, weight));
  });
};
