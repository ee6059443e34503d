import { Z } from "./interval.ts";

/** How often something stands in the texts of two periods, each text once. */
export interface Occurrence {
  readonly now: number;
  readonly before: number;
}

/** How much more often it stands now: odds as a multiple of those before, with its 95 % interval, and the one-sided p of "not more often". */
export interface Surge {
  readonly times: number;
  readonly low: number;
  readonly high: number;
  readonly p: number;
}

/** So many texts of each period are added, in which things stand as often as in both together. */
const PRIOR_TEXTS = 50;

/** Upper tail of the normal distribution: Abramowitz and Stegun 7.1.26 for the error function, right to 1.5e-7; beyond 6 the leading term. */
const upperTail = (z: number): number => {
  if (z < 0) return 1 - upperTail(-z);
  if (z > 6) return Math.exp(-(z * z) / 2) / (z * Math.sqrt(2 * Math.PI));
  const x = z / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return (poly * Math.exp(-x * x)) / 2;
};

/**
 * Log-odds of the two periods with an informative prior, so that what stood nowhere before is no infinite rise.
 *
 * Source: B. Monroe, M. Colaresi, K. Quinn, "Fightin' Words", Political Analysis 16 (2008), equations 16 to 22, over texts instead of words.
 *
 * @param texts how many texts each period has; both above 0.
 */
export const surgeOf = ({ now, before }: Occurrence, texts: Occurrence): Surge => {
  const share = (now + before + 0.5) / (texts.now + texts.before + 1);
  const prior = PRIOR_TEXTS * share;
  const logOdds = (count: number, all: number): number =>
    Math.log((count + prior) / (all + PRIOR_TEXTS - count - prior));
  const difference = logOdds(now, texts.now) - logOdds(before, texts.before);
  const se = Math.sqrt(1 / (now + prior) + 1 / (before + prior));
  return {
    times: Math.exp(difference),
    low: Math.exp(difference - Z * se),
    high: Math.exp(difference + Z * se),
    p: upperTail(difference / se),
  };
};

/**
 * Which of several claims stand when one in ten of those that are made may be wrong.
 * Source: Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", JRSS B 57 (1995).
 * @param tests how many were looked at in all, when not all of them are in the list; at least its length.
 */
export const discoveries = <T extends { readonly p: number }>(
  claims: readonly T[],
  rate = 0.1,
  tests = claims.length,
): readonly T[] => {
  const sorted = claims.toSorted((a, b) => a.p - b.p);
  const last = sorted.findLastIndex((claim, i) => claim.p <= ((i + 1) / tests) * rate);
  return sorted.slice(0, last + 1);
};
