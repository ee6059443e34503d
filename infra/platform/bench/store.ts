import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Store, Table } from "@molva/contracts";
import { z } from "zod";
import { openStore } from "../src/store/index.ts";

/** One measured way of using the store: what was done, and how many rows a second went through. */
export interface StoreMeasure {
  readonly what: string;
  readonly rows: number;
  readonly perSecond: number;
}

const digits = z.string().regex(/^\d{1,39}$/);
const rowSchema = z.strictObject({
  brand: z.string(),
  hour: z.int(),
  source: z.string(),
  id: digits,
  kind: z.enum(["content", "gone"]),
  model: z.string(),
  event: digits,
  at: z.string(),
  ver: z.int(),
  known: z.int(),
  first: digits,
  input: digits,
  label: z.enum(["unscored", "negative", "neutral", "positive"]),
  p_negative: z.int(),
  p_neutral: z.int(),
  p_positive: z.int(),
  rating: z.string(),
  rating_value: z.number(),
  language: z.string(),
  region: z.string(),
  topics: z.array(z.string()),
  grp: z.string(),
  audit: z.int(),
  by: z.string(),
  undoes: digits,
});
type Row = z.infer<typeof rowSchema>;

/** The shape, the key and the settings of `fact`, in a table of its own: what is measured does not change with the product's columns. */
const TABLE = `CREATE TABLE IF NOT EXISTS bench (
  brand LowCardinality(String), hour DateTime CODEC(Delta, ZSTD(1)), source LowCardinality(String), id UInt128,
  kind Enum8('content' = 1, 'gone' = 2), model LowCardinality(String), event UInt64, at DateTime64(3) CODEC(Delta, ZSTD(1)),
  ver UInt64 CODEC(Delta, ZSTD(1)), known UInt64 CODEC(Delta, ZSTD(1)), first UInt64 CODEC(Delta, ZSTD(1)), input UInt64,
  label Enum8('unscored' = 1, 'negative' = 2, 'neutral' = 3, 'positive' = 4), p_negative UInt16, p_neutral UInt16, p_positive UInt16,
  rating LowCardinality(String), rating_value Float64, language LowCardinality(String), region LowCardinality(String),
  topics Array(LowCardinality(String)), grp String, audit UInt8, by String, undoes UInt64
) ENGINE = ReplacingMergeTree(first) PARTITION BY toYear(hour) ORDER BY (brand, hour, source, id, kind, model, event)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1`;
const BENCH: Table<Row> = { name: "bench", row: rowSchema };
const NONE = z.strictObject({});

const START = Date.UTC(2025, 0, 1);
const LABELS = ["negative", "neutral", "positive"] as const;

const rowOf = (n: number): Row => {
  const time = START + ((n * 7_919) % 31_536_000) * 1_000;
  return {
    brand: `brand-${n % 50}`,
    hour: Math.floor(time / 3_600_000) * 3_600,
    source: `source-${n % 12}`,
    id: ((BigInt(n) * 0x9e3779b97f4a7c15f39cc0605cedc835n) % 2n ** 128n).toString(),
    kind: "content",
    model: "linear@1",
    event: ((BigInt(n) * 0x9e3779b97f4a7c15n) % 2n ** 64n).toString(),
    at: new Date(time).toISOString(),
    ver: time + 60_000,
    known: time + 61_000,
    first: String(2n ** 64n - 1n - BigInt(time + 61_000)),
    input: ((BigInt(n) * 0xf39cc0605cedc835n) % 2n ** 64n).toString(),
    label: LABELS[n % 3] ?? "neutral",
    p_negative: 2_000,
    p_neutral: 3_000,
    p_positive: 5_000,
    rating: "4/5",
    rating_value: 4,
    language: n % 2 === 0 ? "en" : "ru",
    region: "",
    topics: n % 4 === 0 ? ["delivery"] : [],
    grp: "",
    audit: 0,
    by: "",
    undoes: "0",
  };
};

const measure = async (what: string, rows: number, work: () => Promise<void>): Promise<StoreMeasure> => {
  const started = performance.now();
  await work();
  return { what, rows, perSecond: Math.round(rows / ((performance.now() - started) / 1_000)) };
};

const inserts = async (store: Store, size: number, batches: number): Promise<StoreMeasure> => {
  const made = Array.from({ length: batches }, (_, batch) =>
    Array.from({ length: size }, (_row, n) => rowOf(batch * size + n)),
  );
  return measure(`insert, batches of ${size}`, size * batches, async () => {
    for (const rows of made) await store.insert(BENCH, rows);
  });
};

/** Inserts of facts in batches of 1 000, 10 000 and 50 000, small questions on the readers, and a stream over all. */
export const benchStore = async (): Promise<readonly StoreMeasure[]> => {
  const path = mkdtempSync(join(tmpdir(), "molva-bench-store-"));
  try {
    await using store = await openStore({ path, migrations: [] });
    await store.execute({ name: "bench table", sql: TABLE, params: NONE }, {});
    await store.insert(BENCH, [rowOf(0)]);
    const measures = [
      await inserts(store, 1_000, 20),
      await inserts(store, 10_000, 6),
      await inserts(store, 50_000, 2),
    ];
    const one = {
      name: "bench one",
      sql: "SELECT toUInt32(countIf(label = 'positive')) AS n FROM bench FINAL WHERE brand = {brand:String} AND hour >= {from:DateTime}",
      params: z.strictObject({ brand: z.string(), from: z.string() }),
      row: z.strictObject({ n: z.int() }),
    };
    const asked = 200;
    measures.push(
      await measure("question, four at a time", asked, async () => {
        const ask = async (n: number): Promise<void> => {
          if (n >= asked) return;
          await store.query(one, { brand: `brand-${n % 50}`, from: "2025-12-01T00:00:00.000Z" });
          await ask(n + 4);
        };
        await Promise.all([0, 1, 2, 3].map(ask));
      }),
    );
    const all = {
      name: "bench all",
      sql: "SELECT brand, lower(hex(id)) AS id, at, label FROM bench",
      params: NONE,
      row: z.record(z.string(), z.unknown()),
    };
    let streamed = 0;
    const started = performance.now();
    for await (const row of store.stream(all, {})) streamed += Object.keys(row).length > 0 ? 1 : 0;
    measures.push({
      what: "stream",
      rows: streamed,
      perSecond: Math.round(streamed / ((performance.now() - started) / 1_000)),
    });
    return measures;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { what, rows, perSecond } of await benchStore())
    process.stdout.write(`${what.padEnd(28)} ${String(rows).padStart(8)} ${String(perSecond).padStart(8)}/s\n`);
}
