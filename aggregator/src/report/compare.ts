import {
  compareMeans,
  compareRates,
  compareShares,
  compareVolumes,
  dispersion,
  discoveries,
  MIN_VERDICT,
  type Comparison,
  type Moments,
  type Polarity,
} from "@molva/numbers";
import type { Against, Figure, FigureKey, ReportComparison, Verdict } from "@molva/contracts";

/** What is known of one week, or of four together. */
export interface Sample extends Polarity {
  /** n + unscored. */
  readonly volume: number;
  readonly ratings: Moments;
  readonly weeks: number;
}

const sizeOf = (s: Polarity): number => s.positive + s.neutral + s.negative;
const percentOf = (k: number, n: number): number | null => (n < 10 ? null : (k / n) * 100);

interface Side {
  readonly n: number;
  readonly value: number | null;
}

const sideOf = (key: FigureKey, s: Sample): Side => {
  const n = sizeOf(s);
  switch (key) {
    case "nsr":
      return { n, value: percentOf(s.positive - s.negative, n) };
    case "negative-share":
      return { n, value: percentOf(s.negative, n) };
    case "mean-rating":
      return { n: s.ratings.n, value: s.ratings.n < 10 ? null : s.ratings.sum / s.ratings.n };
    case "volume":
      return { n: s.volume, value: s.volume / s.weeks };
  }
};

const difference = (key: FigureKey, now: Sample, before: Sample, earlier: readonly number[]): Comparison | null => {
  switch (key) {
    case "nsr":
      return compareRates(now, before);
    case "negative-share":
      return compareShares({ k: now.negative, n: sizeOf(now) }, { k: before.negative, n: sizeOf(before) });
    case "mean-rating":
      return compareMeans(now.ratings, before.ratings);
    case "volume": {
      const phi = dispersion(earlier);
      if (phi === null) return null;
      const count = (s: Sample): { count: number; windows: number } => ({ count: s.volume, windows: s.weeks });
      return compareVolumes(count(now), count(before), phi, earlier.length - 1);
    }
  }
};

const verdictOf = ({ low, high }: Comparison): Verdict =>
  low > 0 ? "up" : high < 0 ? "down" : "no significant change";

/** One number against the weeks before. A claim needs 100 mentions on either side, as everywhere. */
export const comparisonOf = (
  key: FigureKey,
  against: Against,
  now: Sample,
  before: Sample,
  earlier: readonly number[],
): ReportComparison => {
  const [here, there] = [sideOf(key, now), sideOf(key, before)];
  const known = here.value !== null && there.value !== null;
  const found = known ? difference(key, now, before, earlier) : null;
  // Below 30 mentions a rate is of low base: its difference is shown by nobody.
  const shown = found !== null && Math.min(here.n, there.n) >= 30 ? found : null;
  const enough = shown !== null && Math.min(here.n, there.n) >= MIN_VERDICT;
  return {
    against,
    previous: there.value,
    previousN: there.n,
    change: shown?.change ?? null,
    low: shown?.low ?? null,
    high: shown?.high ?? null,
    p: enough ? shown.p : null,
    verdict: enough ? verdictOf(shown) : null,
    claimed: false,
  };
};

const isClaim = ({ verdict }: ReportComparison): boolean => verdict === "up" || verdict === "down";

const RATE = 0.1;

interface Test {
  readonly comparison: ReportComparison;
  readonly p: number;
}

const testsOf = (figures: readonly Figure[]): readonly Test[] =>
  figures
    .flatMap(({ comparisons }) => comparisons)
    .flatMap((comparison) => (comparison.p === null ? [] : [{ comparison, p: comparison.p }]));

const marked = (figures: readonly Figure[], rate: number): readonly Figure[] => {
  const standing = new Set(discoveries(testsOf(figures), rate).map(({ comparison }) => comparison));
  return figures.map((figure) => ({
    ...figure,
    comparisons: figure.comparisons.map((one) => ({ ...one, claimed: standing.has(one) && isClaim(one) })),
  }));
};

/**
 * Marks what the report may claim: an interval that leaves out zero, and a place among the discoveries of all that is compared in it (Benjamini
 * and Hochberg, false discovery rate 10 %), so that eight looks at a calm week do not find something in every third.
 */
export const claim = (figures: readonly Figure[]): readonly Figure[] => marked(figures, RATE);

/** How often chance alone brings any of these, however they hang together (Simes 1986). */
const together = (tests: readonly Test[]): number =>
  Math.min(...tests.toSorted((a, b) => a.p - b.p).map(({ p }, i) => (p * tests.length) / (i + 1)));

/**
 * The same for a text over many brands, which says of each whether it changed at all before it says what did. First the brands that stand among
 * all brands, false discovery rate 10 %; then in each of these what stands at 10 % × the share of brands that do (Benjamini and Bogomolov,
 * JRSS B 76, 2014). Taken all in one, the numbers of a brand that fell, which fall together, would make room for false ones of others.
 */
export const claimAcross = (brands: readonly (readonly Figure[])[]): readonly (readonly Figure[])[] => {
  const families = brands.flatMap((figures) => {
    const tests = testsOf(figures);
    return tests.length === 0 ? [] : [{ figures, p: together(tests) }];
  });
  const standing = new Set(discoveries(families, RATE).map(({ figures }) => figures));
  const rate = families.length === 0 ? 0 : (RATE * standing.size) / families.length;
  return brands.map((figures) => marked(figures, standing.has(figures) ? rate : 0));
};
