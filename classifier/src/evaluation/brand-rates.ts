/** How far the rate computed from labels is from the true one, over the brands of a set, in points (the rate runs from −100 to 100). */
export interface BrandRates {
  /** Brands with at least `LEAST` texts. */
  readonly brands: number;
  /** Mean absolute difference. */
  readonly error: number;
  /** Mean difference: above 0 where labels flatter. */
  readonly bias: number;
}

const LEAST = 30;

export interface BrandRatesCount {
  /** @param truth −1, 0 or 1 @param given the same; null: unscored, in neither rate */
  add(brand: string | null, truth: number, given: number | null): void;
  /** Null when no brand has enough texts. */
  readonly result: () => BrandRates | null;
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

export const countBrandRates = (): BrandRatesCount => {
  const brands = new Map<string, { n: number; truth: number; given: number }>();
  return {
    add: (brand, truth, given) => {
      if (brand === null || given === null) return;
      const sums = brands.get(brand) ?? { n: 0, truth: 0, given: 0 };
      sums.n += 1;
      sums.truth += truth;
      sums.given += given;
      brands.set(brand, sums);
    },
    result: () => {
      const differences = [...brands.values()].flatMap(({ n, truth, given }) =>
        n < LEAST ? [] : [(100 * (given - truth)) / n],
      );
      if (differences.length === 0) return null;
      const mean = (of: (difference: number) => number): number =>
        tenth(differences.reduce((all, difference) => all + of(difference), 0) / differences.length);
      return { brands: differences.length, error: mean(Math.abs), bias: mean((difference) => difference) };
    },
  };
};
