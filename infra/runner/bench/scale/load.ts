import { setTimeout as delay } from "node:timers/promises";
import type { Command, Query, Store } from "@molva/contracts";
import { z } from "zod";
import { foldStretch } from "@molva/aggregator";
import { BRANDS, brandName, FILL_PART, LOADS, MAKE_PART, NOW, SPAN_SECONDS } from "./load-sql.ts";

const WEEKS = 104;
/** Rows that one insert brings: a month of the full load. */
const ROWS = 500_000;

const none = z.strictObject({});
const part = z.strictObject({ first: z.int(), count: z.int(), total: z.int() });

const FILL: Command<z.infer<typeof part>> = { name: "fill-part", sql: FILL_PART, params: part };

export const ALL_BRANDS = Array.from({ length: BRANDS }, (_, k) => brandName(k + 1));

export interface Loaded {
  readonly mentions: number;
  readonly factsPerSecond: number;
  readonly foldedPerSecond: number;
}

const done: Query<Record<string, never>, { readonly mentions: number }> = {
  name: "loaded",
  sql: "SELECT toUInt32(max(mentions)) AS mentions FROM scale_loaded",
  params: none,
  row: z.object({ mentions: z.int() }),
};

/** How many mentions an earlier run left; 0 when none or not to its end. */
export const loadedBefore = async (store: Store): Promise<number> => {
  await store.execute(
    {
      name: "make",
      sql: "CREATE TABLE IF NOT EXISTS scale_loaded (mentions UInt32) ENGINE = MergeTree ORDER BY mentions",
      params: none,
    },
    {},
  );
  return (await store.query(done, {}))[0]?.mentions ?? 0;
};

const merging: Query<Record<string, never>, { readonly merges: number }> = {
  name: "merging",
  sql: "SELECT toUInt32(count()) AS merges FROM system.merges",
  params: none,
  row: z.object({ merges: z.int() }),
};
/** Some minutes at most. */
const MOST_LOOKS = 300;

/** Waits while the engine merges what was loaded a moment ago: a store that runs for years does not have that beside each question. */
const settled = async (store: Store): Promise<void> => {
  for (let look = 0; look < MOST_LOOKS && ((await store.query(merging, {}))[0]?.merges ?? 0) > 0; look += 1)
    await delay(1_000);
};

/** The rows that the product would have written, made by the engine itself; then the product's own fold, a week of all brands at a time. */
export const load = async (store: Store, mentions: number, say: (line: string) => void): Promise<Loaded> => {
  const began = performance.now();
  for (let first = 0; first < mentions; first += ROWS) {
    for (const { name, sql } of MAKE_PART) await store.execute({ name, sql, params: none }, {});
    await store.execute(FILL, { first, count: Math.min(ROWS, mentions - first), total: mentions });
    for (const { name, sql } of LOADS) await store.execute({ name, sql, params: none }, {});
    say(`loaded ${(first + ROWS).toLocaleString("en")} of ${mentions.toLocaleString("en")}`);
  }
  for (const { name, sql } of MAKE_PART.slice(0, 1)) await store.execute({ name, sql, params: none }, {});
  const loaded = performance.now();
  const week = SPAN_SECONDS / WEEKS;
  const start = NOW / 1000 - SPAN_SECONDS;
  const edge = (i: number): number => Math.floor((start + i * week) / 3600) * 3600;
  for (let i = 0; i < WEEKS + 1; i += 1) {
    await foldStretch(store, { brands: ALL_BRANDS, from: edge(i), to: edge(i + 1) });
    say(`folded ${i + 1} of ${WEEKS} weeks`);
  }
  const folded = performance.now();
  await settled(store);
  await store.execute({ name: "note", sql: `INSERT INTO scale_loaded SELECT ${mentions}`, params: none }, {});
  return {
    mentions,
    factsPerSecond: (mentions * 1000) / (loaded - began),
    foldedPerSecond: (mentions * 1000) / (folded - loaded),
  };
};
