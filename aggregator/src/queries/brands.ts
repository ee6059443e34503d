import { instantOf, type Dimension, type Instant, type Store } from "@molva/contracts";
import type { Step } from "@molva/text";
import { FOREVER } from "../steps.ts";
import { brandsOf, extentsOf } from "./extent.ts";
import { readNsr, type NsrQuestion } from "./nsr.ts";

/** A brand that facts are known of, and the extent of what counts for it, in full hours; null when nothing counts. */
export interface KnownBrand {
  readonly id: string;
  readonly first: Instant | null;
  /** End of the hour of the newest counted mention. */
  readonly last: Instant | null;
}

/** In alphabetical order of their ids. */
export const listBrands = async (store: Store): Promise<readonly KnownBrand[]> => {
  const brands = await brandsOf(store);
  const extents = await extentsOf(store, brands, FOREVER);
  return brands.map((id) => {
    const extent = extents.get(id);
    return {
      id,
      first: extent === undefined ? null : instantOf(extent.from),
      last: extent === undefined ? null : instantOf(extent.to),
    };
  });
};

/** Counts of one step, or of one value of a dimension in it; `[from, to)`. */
export interface CountedStep {
  readonly from: Instant;
  readonly to: Instant;
  /** Null without a dimension. */
  readonly value: string | null;
  readonly positive: number;
  readonly neutral: number;
  readonly negative: number;
  readonly unscored: number;
  readonly originals: number;
}

export interface CountsQuestion extends Pick<NsrQuestion, "from" | "to" | "tz" | "horizon"> {
  readonly brand: string;
  readonly step: Step | null;
  readonly by?: Dimension | null;
}

/** Counts per step as of the horizon, steps without a mention left out, oldest first. */
export const readCounts = async (
  store: Store,
  { brand, by = null, ...rest }: CountsQuestion,
): Promise<readonly CountedStep[]> => {
  const rows = await readNsr(store, { ...rest, brands: [brand], by, window: null, asOf: null });
  return rows
    .filter((row) => row.n + row.unscored > 0)
    .map(({ from, to, positive, neutral, negative, unscored, originals, ...row }) => ({
      from,
      to,
      value: by === null ? null : (row[by] ?? null),
      positive,
      neutral,
      negative,
      unscored,
      originals,
    }));
};
