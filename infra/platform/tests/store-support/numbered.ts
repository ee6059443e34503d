import { z } from "zod";

export const BATCH_ROWS = 600;
export const PARTITIONS = 3;

/** A table whose rows know which batch they are of. Batches reach over three partitions, as a batch of history does. */
export const NUMBERED = {
  sql: `CREATE TABLE IF NOT EXISTS numbered (batch UInt32, n UInt32, at DateTime64(3), text String) ENGINE = MergeTree
    PARTITION BY toYear(at) ORDER BY (batch, n) SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
  table: { name: "numbered", row: z.strictObject({ batch: z.int(), n: z.int(), at: z.string(), text: z.string() }) },
} as const;

export const batchRows = (batch: number): readonly { batch: number; n: number; at: string; text: string }[] =>
  Array.from({ length: BATCH_ROWS }, (_, n) => ({
    batch,
    n,
    at: new Date(Date.UTC(2024 + (n % PARTITIONS), 5, 1)).toISOString(),
    text: `words of batch ${batch} `.repeat(8),
  }));
