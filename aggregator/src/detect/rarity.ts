/**
 * How rare a value is among those seen, the newer weighing more: a histogram that forgets, with an exponential tail above its 99 %
 * quantile, so that a value beyond all earlier ones is told apart from one far beyond them.
 *
 * Source: mean excess over a threshold as the scale of an exponential tail (Hill 1975, peaks over threshold with shape 0 on
 * logarithms: a Pareto tail of the counts, which is what overdispersed counts have).
 */
export interface Seen {
  /** Weight by bin of `BIN`, from `from` on; the ends take what lies beyond them. */
  readonly bins: readonly number[];
  readonly from: number;
  readonly total: number;
  /** What the next value weighs: growing weights of the new do what fading ones of the old would do. */
  readonly unit: number;
}

/** Width of a bin on the logarithmic scale: 5 %. */
const BIN = 0.05;
const QUANTILE = 0.99;
/** The scale that holds before there is a tail to measure it by, and the weight of it, as a share of all that was seen. */
const PRIOR_SCALE = 0.35;
const PRIOR_WEIGHT = 0.002;
/** Above it weights are written anew, long before doubles end. */
const LARGEST_UNIT = 1e9;

export const nothingSeen = (from: number, to: number): Seen => ({
  bins: Array.from<number>({ length: Math.round((to - from) / BIN) }).fill(0),
  from,
  total: 0,
  unit: 1,
});

/** @param fade by which everything before loses weight, 0…1 (1: nothing is lost) @param weight of this value */
export const see = (seen: Seen, value: number, fade: number, weight: number): Seen => {
  const unit = seen.unit / fade;
  const bins = seen.bins.slice();
  const at = Math.max(0, Math.min(bins.length - 1, Math.floor((value - seen.from) / BIN)));
  bins[at] = (bins[at] ?? 0) + unit * weight;
  const next = { bins, from: seen.from, total: seen.total + unit * weight, unit };
  if (unit < LARGEST_UNIT) return next;
  return { ...next, bins: bins.map((bin) => bin / unit), total: next.total / unit, unit: 1 };
};

/** @returns −log10 of the share of values at least as large; 0 up to the 99 % quantile and where nothing was seen. */
export const rarityOf = ({ bins, from, total }: Seen, value: number): number => {
  if (total === 0) return 0;
  let above = 0;
  let excess = 0;
  let at = bins.length;
  while (at > 0 && above < (1 - QUANTILE) * total) {
    at -= 1;
    const weight = bins[at] ?? 0;
    // One bin further down is one bin more of excess for all above it.
    excess += above * BIN + weight * (BIN / 2);
    above += weight;
  }
  const quantile = from + at * BIN;
  if (value <= quantile) return 0;
  const prior = total * PRIOR_WEIGHT;
  const scale = (excess + prior * PRIOR_SCALE) / (above + prior);
  return (-Math.log(1 - QUANTILE) + (value - quantile) / scale) / Math.LN10;
};
