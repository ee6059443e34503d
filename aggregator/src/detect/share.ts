import { wilson, type Interval } from "@molva/numbers";

/** Of `n` labelled mentions `negative` are negative; the negative ones come from `originals` different texts. */
export interface NegativeCounts {
  readonly negative: number;
  readonly n: number;
  readonly originals: number;
}

export const NO_COUNTS: NegativeCounts = { negative: 0, n: 0, originals: 0 };

/** Copies of one negative text are one voice: of each text one counts. */
const voices = ({ negative, n, originals }: NegativeCounts): { readonly k: number; readonly n: number } => ({
  k: originals,
  n: n - negative + originals,
});

const oddsOf = (counts: NegativeCounts): number => {
  const { k, n } = voices(counts);
  // Half a mention on each side (Haldane 1956): no share is 0 or 1 for certain.
  return (k + 0.5) / (n - k + 0.5);
};

/** How many times the usual odds of a mention being negative are. The same step means as much at 5 % as at 80 %. */
export const oddsRatio = (current: NegativeCounts, usual: NegativeCounts): number => oddsOf(current) / oddsOf(usual);

/**
 * The 95 % interval of the difference of two independent shares, current − usual.
 *
 * Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17 (1998), method 10: Wilson's bounds, squared and added.
 *
 * @returns shares, −1…1; null when either side has no mention
 */
export const shareDifference = (current: NegativeCounts, usual: NegativeCounts): Interval | null => {
  const now = voices(current);
  const before = voices(usual);
  const a = wilson(now.k, now.n);
  const b = wilson(before.k, before.n);
  if (a === null || b === null) return null;
  const p = now.k / now.n;
  const q = before.k / before.n;
  return {
    low: p - q - Math.hypot(p - a.low, b.high - q),
    high: p - q + Math.hypot(a.high - p, q - b.low),
  };
};

/** Sums of which the older weighs less. */
export const faded = (sums: NegativeCounts, fade: number, more: NegativeCounts, weight = 1): NegativeCounts => ({
  negative: sums.negative * fade + more.negative * weight,
  n: sums.n * fade + more.n * weight,
  originals: sums.originals * fade + more.originals * weight,
});
