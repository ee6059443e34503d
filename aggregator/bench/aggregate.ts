import {
  instantOf,
  inputOf,
  mentionIdOf,
  type Batch,
  type BrandId,
  type Fact,
  type SourceId,
  type Store,
  type Table,
} from "@molva/contracts";
import { z } from "zod";
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

const HOUR = 3_600_000;
const PLAIN: Table<FactRow> = { name: "bench_plain", row: factRowSchema };
const none = z.strictObject({});

/** 200 brands, the first of which has most of the mentions, as in life. */
const brandOf = (i: number): BrandId => `bench-${Math.floor(200 * ((i * 0.618_033) % 1) ** 3)}` as BrandId;

/** Invented mentions of this size; `live`: of the last two hours, `history`: of four weeks, sorted by time as an import has them. */
const factsOf = (count: number, spread: "live" | "history", now: number, run: number): readonly Fact[] =>
  Array.from({ length: count }, (_, i): Fact => {
    const brandId = brandOf(i + run * 7);
    const sourceId = "bench" as SourceId;
    const text = `Mention ${run}/${i}: the queue was long, the staff was kind, and the card came on the third day after the call.`;
    const back =
      spread === "live" ? ((i * 7919) % 7200) * 1000 : (1 - i / count) * 28 * 24 * HOUR + run * 28 * 24 * HOUR;
    return {
      type: "content",
      mention: {
        mentionId: mentionIdOf(brandId, sourceId, `${spread}-${count}-${run}-${i}`),
        brandId,
        sourceId,
        kind: "review",
        url: `https://reviews.example/${run}/${i}`,
        title: null,
        text,
        rating: { value: 1 + (i % 5), min: 1, max: 5 },
        language: "en",
        region: null,
        authorHash: null,
        reach: null,
        reply: null,
        publishedAt: { at: instantOf(now - back), precision: "second", from: "source", clamped: false },
        editedAt: null,
        extra: {},
      },
      observedAt: instantOf(now),
      sentiment: {
        label: (["negative", "neutral", "positive"] as const)[i % 3] as "neutral",
        probabilities: { negative: 0.2, neutral: 0.3, positive: 0.5 },
        model: "bench@1",
      },
      input: inputOf({ title: null, text, rating: { value: 1 + (i % 5), min: 1, max: 5 } }),
      language: "en",
      topics: i % 2 === 0 ? ["queue"] : [],
      group: null,
    };
  });

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
