import { instantOf, type Batch, type Fact, type Store, type Table } from "@molva/contracts";
import { z } from "zod";
import { factsOf } from "./facts.ts";
import { aggregateStage } from "../src/index.ts";
import { factRowOf, type Logged, type MentionFact } from "../src/fact-row.ts";
import { factRowSchema, type FactRow } from "../src/tables.ts";

export interface AggregateBench {
  readonly batch: number;
  readonly spread: "live" | "history";
  /** From a batch of facts to its buckets. */
  readonly perSecond: number;
  readonly medianMs: number;
  /** The same rows inserted into a plain MergeTree. */
  readonly plainPerSecond: number;
  readonly plainMedianMs: number;
}

const PLAIN: Table<FactRow> = { name: "bench_plain", row: factRowSchema, typed: true };
const none = z.strictObject({});

const median = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

/**
 * Mentions per second from a batch of facts to the last bucket row, next to plain inserts of the same rows. Writes to the store, so give it
 * one of its own.
 */
export const benchAggregate = async (
  store: Store,
  {
    sizes = [100, 2000, 10_000],
    rounds = 5,
    now = Date.UTC(2026, 5, 1, 12),
  }: { readonly sizes?: readonly number[]; readonly rounds?: number; readonly now?: number } = {},
): Promise<readonly AggregateBench[]> => {
  await store.execute(
    {
      name: "bench-plain",
      sql: "CREATE TABLE IF NOT EXISTS bench_plain AS fact ENGINE = MergeTree ORDER BY (brand, hour, source, id) SETTINGS fsync_after_insert = 1, fsync_part_directory = 1",
      params: none,
    },
    {},
  );
  const stage = aggregateStage({ store });
  const results: AggregateBench[] = [];
  let offset = 0n;
  for (const spread of ["live", "history"] as const) {
    for (const batch of sizes) {
      const times: number[] = [];
      const plain: number[] = [];
      for (let run = 0; run <= rounds; run++) {
        const messages = factsOf(batch, spread, now, run).map((value) => ({
          value,
          offset: offset++,
          appendedAt: instantOf(now + Number(offset)),
        }));
        const delivered: Batch<Fact> = { lane: spread === "live" ? "live" : "backfill", partition: 0, messages };
        const start = performance.now();
        await stage.process(delivered, new AbortController().signal);
        const between = performance.now();
        const rows = messages.map((message) =>
          factRowOf({ fact: message.value, message, lane: delivered.lane } as Logged<MentionFact>),
        );
        await store.insert(PLAIN, rows);
        // The first round warms up.
        if (run > 0) {
          times.push(between - start);
          plain.push(performance.now() - between);
        }
      }
      results.push({
        batch,
        spread,
        perSecond: Math.round((batch * 1000) / median(times)),
        medianMs: Math.round(median(times)),
        plainPerSecond: Math.round((batch * 1000) / median(plain)),
        plainMedianMs: Math.round(median(plain)),
      });
    }
  }
  return results;
};
