import type { Store } from "@molva/contracts";
import { z } from "zod";

const none = z.strictObject({});
const TABLES = ["fact", "place", "choice", "mention_text", "bucket", "bucket_day", "group_span"];

/** Empties the store: cheaper than a new one for each of many runs. */
export const emptied = async (store: Store): Promise<void> => {
  for (const table of TABLES)
    await store.execute({ name: "test-empty", sql: `TRUNCATE TABLE ${table}`, params: none }, {});
};

const ALL = {
  name: "test-buckets",
  sql: `SELECT brand, toUnixTimestamp(hour) AS hour, positive, neutral, negative, unscored, singles, coarse_positive, coarse_neutral, coarse_negative,
      coarse_unscored, coarse_singles, by_person, p_negative, p_neutral, p_positive, toString(cells) AS cells, toString(firsts) AS firsts, known, toString(rev) AS rev
    FROM bucket FINAL ORDER BY brand, bucket.hour`,
  params: none,
  row: z.looseObject({ positive: z.number(), neutral: z.number(), negative: z.number(), unscored: z.number() }),
};

export type BucketRow = z.infer<typeof ALL.row>;

/** Every column of every bucket. */
export const allBuckets = async (store: Store): Promise<readonly BucketRow[]> => store.query(ALL, {});

/** What counts, without what was read to know it: hours in which nothing counts are no difference. */
export const counting = (buckets: readonly BucketRow[]): readonly unknown[] =>
  buckets
    .filter((b) => b.positive + b.neutral + b.negative + b.unscored > 0)
    .map(({ known: _known, rev: _rev, ...rest }) => rest);
