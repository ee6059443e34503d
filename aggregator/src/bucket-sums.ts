/** Columns of a bucket that are plain sums of mentions, and of a day: `singles` are copies of nothing, `coarse_` those of which only the day is known. */
export const SUMS = [
  "positive",
  "neutral",
  "negative",
  "unscored",
  "singles",
  "coarse_positive",
  "coarse_neutral",
  "coarse_negative",
  "coarse_unscored",
  "coarse_singles",
] as const;

/** All columns of a bucket that are one number. */
export const NUMBERS = [...SUMS, "by_person", "p_negative", "p_neutral", "p_positive"] as const;
