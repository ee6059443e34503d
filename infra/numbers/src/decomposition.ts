import { MIN_RATE, sizeOf, type Polarity } from "./rate.ts";
import { round4 } from "./round.ts";

/** A group of mentions in two periods, for example those of one source. A mention is in one group of a division. */
export interface Group {
  readonly value: string;
  readonly now: Polarity;
  readonly before: Polarity;
}

/** What one group adds to the change of the rate. In points (percent of the rate's scale), −200…200. */
export interface Part extends Group {
  /** Its share of the mentions has changed. */
  readonly mix: number;
  /** Its own rate has changed. */
  readonly rate: number;
  /** mix + rate. */
  readonly total: number;
}

/** A change of the rate, divided: the parts' totals add up to `change`, to the last digit. */
export interface Decomposition {
  /** The printed rate now less the printed rate before, in points. */
  readonly change: number;
  readonly mix: number;
  readonly rate: number;
  /** The largest first. */
  readonly parts: readonly Part[];
}

/** num / den with den > 0. */
interface Fraction {
  readonly num: bigint;
  readonly den: bigint;
}

const fraction = (num: number, den: number): Fraction => ({ num: BigInt(num), den: BigInt(den) });
const plus = (a: Fraction, b: Fraction): Fraction => ({ num: a.num * b.den + b.num * a.den, den: a.den * b.den });
const minus = (a: Fraction, b: Fraction): Fraction => plus(a, { num: -b.num, den: b.den });
const times = (a: Fraction, b: Fraction): Fraction => ({ num: a.num * b.num, den: a.den * b.den });
const HALF = fraction(1, 2);
const mean = (a: Fraction, b: Fraction): Fraction => times(plus(a, b), HALF);

const net = (c: Polarity): number => c.positive - c.negative;
const rateOf = (c: Polarity): Fraction => fraction(net(c), sizeOf(c));

const sumOf = (counts: readonly Polarity[]): Polarity => ({
  positive: counts.reduce((sum, c) => sum + c.positive, 0),
  neutral: counts.reduce((sum, c) => sum + c.neutral, 0),
  negative: counts.reduce((sum, c) => sum + c.negative, 0),
});

const floorOf = ({ num, den }: Fraction): bigint => (num < 0n ? (num - den + 1n) / den : num / den);
/** Negative when a / b comes before: for sorting by size. */
const compare = (a: Fraction, b: Fraction): number => Number(a.num * b.den - b.num * a.den > 0n) * 2 - 1;
const equal = (a: Fraction, b: Fraction): boolean => a.num * b.den === b.num * a.den;

/**
 * Whole numbers that add up to `target` and lie next to the exact ones: every one is rounded down, and what is missing goes to those with
 * the largest remainders (Hamilton's method, see Balinski and Young, "Fair Representation", 1982).
 */
const apportion = (exact: readonly Fraction[], target: bigint): readonly bigint[] => {
  const whole = exact.map(floorOf);
  const rest = exact.map((value, i) => minus(value, { num: whole[i] as bigint, den: 1n }));
  let missing = target - whole.reduce((sum, one) => sum + one, 0n);
  const size = ({ num, den }: Fraction): Fraction => ({ num: num < 0n ? -num : num, den });
  // One too many only where the parts are round and the printed rates are not: the largest part hides it best.
  const keys = missing < 0n ? exact.map(size) : rest;
  const order = keys
    .map((_, i) => i)
    .sort((a, b) => {
      const [x, y] = [keys[a] as Fraction, keys[b] as Fraction];
      return equal(x, y) ? a - b : compare(y, x);
    });
  const step = missing < 0n ? -1n : 1n;
  for (let i = 0; missing !== 0n && order.length > 0; i += 1) {
    const at = order[i % order.length] as number;
    whole[at] = (whole[at] as bigint) + step;
    missing -= step;
  }
  return whole;
};

/** The rate as it is printed with so many decimals, in units of its last digit. */
const printedUnits = (counts: Polarity, decimals: number): bigint => {
  const percent = round4((net(counts) / sizeOf(counts)) * 100);
  return BigInt(Math.round(Number(percent.toFixed(decimals)) * 10 ** decimals));
};

/**
 * Divides the change of the rate R = Σ w·r between two periods over groups with shares w and rates r:
 *
 *   rate part = (w₁ + w₀)/2 · (r₁ − r₀)      mix part = (w₁ − w₀) · ((r₁ + r₀)/2 − (R₁ + R₀)/2)
 *
 * Source: E. M. Kitagawa, "Components of a Difference Between Two Rates", JASA 50 (1955) 1168–1194, the interaction halved between
 * both. Measuring the mix against the mean of both rates moves no sum, for the changes of shares add up to 0, and makes a part's sign
 * tell something: positive when the share moved towards what is better than the whole. A group that one period lacks has no rate there:
 * its other one is taken, so all it adds is mix.
 *
 * Computed in fractions of whole numbers, then rounded together by largest remainders, so that the printed parts add up to the
 * difference of the printed rates, to the last digit. A printed part is less than 2 units of that digit from the exact one.
 *
 * @param decimals of what is printed, 0…4: 4 in JSON, 1 on screen.
 * @returns null when either period has fewer than 10 labelled mentions: then there is no rate.
 */
export const decompose = (groups: readonly Group[], decimals = 4): Decomposition | null => {
  const [now, before] = [sumOf(groups.map((g) => g.now)), sumOf(groups.map((g) => g.before))];
  const [n1, n0] = [sizeOf(now), sizeOf(before)];
  if (n1 < MIN_RATE || n0 < MIN_RATE) return null;
  const reference = mean(rateOf(now), rateOf(before));
  // In an order of their own: of equal remainders the first is rounded up, and the same groups in another order have the same parts.
  const present = groups
    .filter((group) => sizeOf(group.now) + sizeOf(group.before) > 0)
    .toSorted((a, b) => (a.value < b.value ? -1 : 1));
  const unit = 10 ** decimals;
  const scale = fraction(100 * unit, 1);
  const exact = present.flatMap((group) => {
    const [size1, size0] = [sizeOf(group.now), sizeOf(group.before)];
    const [w1, w0] = [fraction(size1, n1), fraction(size0, n0)];
    const r1 = rateOf(size1 === 0 ? group.before : group.now);
    const r0 = rateOf(size0 === 0 ? group.now : group.before);
    const mix = times(minus(w1, w0), minus(mean(r1, r0), reference));
    const rate = times(mean(w1, w0), minus(r1, r0));
    return [times(mix, scale), times(rate, scale)];
  });
  const target = printedUnits(now, decimals) - printedUnits(before, decimals);
  const units = apportion(exact, target);
  const points = (value: bigint): number => Number(value) / unit;
  const sum = (values: readonly bigint[]): bigint => values.reduce((all, one) => all + one, 0n);
  const parts = present.map((group, i) => {
    const [mix, rate] = [units[2 * i] as bigint, units[2 * i + 1] as bigint];
    return { ...group, mix: points(mix), rate: points(rate), total: points(mix + rate) };
  });
  return {
    change: points(target),
    mix: points(sum(units.filter((_, i) => i % 2 === 0))),
    rate: points(sum(units.filter((_, i) => i % 2 === 1))),
    parts: parts.sort((a, b) => Math.abs(b.total) - Math.abs(a.total) || (a.value < b.value ? -1 : 1)),
  };
};
