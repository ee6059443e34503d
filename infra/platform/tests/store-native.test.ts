import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Table } from "@molva/contracts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { openStore, type EmbeddedStore } from "../src/index.ts";

const COLUMNS = {
  text: "String",
  few: "LowCardinality(String)",
  small: "UInt8",
  middle: "UInt16",
  whole: "UInt32",
  tiny: "Int8",
  short: "Int16",
  signed: "Int32",
  large: "UInt64",
  larger: "UInt128",
  id64: "UInt64",
  id128: "UInt128",
  share: "Float64",
  hour: "DateTime('UTC')",
  at: "DateTime64(3, 'UTC')",
  millis: "DateTime64(3, 'UTC')",
  kind: "Enum8('' = 0, 'left' = 1, 'right' = -2)",
  list: "Array(LowCardinality(String))",
  kinds: "Array(Enum8('' = 0, 'left' = 1, 'right' = -2))",
  numbers: "Array(Array(UInt16))",
  extra: "Map(String, String)",
} as const;

const HEX = ["id64", "id128"];
const row = z.record(z.string(), z.unknown());
const tableOf = (name: string, more: Partial<Table<Record<string, unknown>>> = {}): Table<Record<string, unknown>> => ({
  name,
  row,
  hex: HEX,
  ...more,
});
const folder = mkdtempSync(join(tmpdir(), "molva-binary-"));
let store: EmbeddedStore;

beforeAll(async () => {
  store = await openStore({ path: folder, migrations: [] });
  const columns = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`);
  const make = async (name: string, inside: string): Promise<void> =>
    store.execute(
      {
        name: "make",
        sql: `CREATE TABLE ${name} (n UInt32, ${inside}) ENGINE = MergeTree ORDER BY n`,
        params: z.strictObject({}),
      },
      {},
    );
  for (const name of ["plain", "mixed"]) await make(name, `${columns.join(", ")}, maybe Nullable(String) DEFAULT NULL`);
  await make("texts", "name String, text LowCardinality(String), list Array(LowCardinality(String))");
  await make("refused", `text String, large UInt64, share Float64, id128 UInt128, kind ${COLUMNS.kind}`);
  await make("turned", `text String, kind ${COLUMNS.kind}`);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(
    "",
    "\n\n",
    "a\0b",
    "Очередь была длинная ".repeat(9),
    "ё".repeat(100),
    "x".repeat(127),
    "x".repeat(128),
    "🙂".repeat(5_000),
    "half a pair \ud83d",
    "'\\\t",
  ),
);
const kind = fc.constantFrom("", "left", "right");
const hexOf = (digits: number): fc.Arbitrary<string> =>
  fc.bigInt({ min: 0n, max: 16n ** BigInt(digits) - 1n }).map((number) => number.toString(16).padStart(digits, "0"));
const rowOf = fc.record({
  text,
  few: text,
  small: fc.integer({ min: 0, max: 255 }),
  middle: fc.integer({ min: 0, max: 2 ** 16 - 1 }),
  whole: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  tiny: fc.integer({ min: -(2 ** 7), max: 2 ** 7 - 1 }),
  short: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  signed: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  large: fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.maxSafeNat()),
  larger: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
  id64: fc.oneof(hexOf(16), fc.constantFrom("0".repeat(16), "f".repeat(16), "0000000000000012")),
  id128: fc.oneof(hexOf(32), fc.constantFrom("0".repeat(32), "f".repeat(32), `${"0".repeat(30)}12`)),
  share: fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x)),
  hour: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  at: fc
    .integer({ min: -(2 ** 41), max: 2 ** 42 })
    .map((millis) => new Date(millis).toISOString().replace("T", " ").slice(0, 23)),
  millis: fc.integer({ min: -(2 ** 41), max: 2 ** 42 }),
  kind,
  list: fc.array(text, { maxLength: 3 }),
  kinds: fc.array(kind, { maxLength: 3 }),
  numbers: fc.array(fc.array(fc.integer({ min: 0, max: 2 ** 16 - 1 }), { maxLength: 2 }), { maxLength: 2 }),
  extra: fc.dictionary(text, text, { maxKeys: 3 }),
});

const read = async (table: string): Promise<readonly unknown[]> =>
  store.query(
    {
      name: "read",
      sql: `SELECT n, ${Object.keys(COLUMNS)
        .map((name) => `hex(toString(${name})) AS ${name}_`)
        .join(", ")} FROM ${table} ORDER BY n`,
      params: z.strictObject({}),
      row,
    },
    {},
  );

const count = async (table: string): Promise<readonly unknown[]> =>
  store.query({ name: "count", sql: `SELECT count() AS rows FROM ${table}`, params: z.strictObject({}), row }, {});

describe("an insert into the engine in this process", () => {
  it("stores the same whether the rows go in its own form or, because of one column, as JSON", async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(rowOf, { minLength: 1, maxLength: 5 }), async (rows) => {
        const numbered = rows.map((one) => ({ n: n++, ...one }));
        await store.insert(tableOf("plain"), numbered);
        // A nullable column has no form but JSON here.
        await store.insert(
          tableOf("mixed"),
          numbered.map((one) => ({ ...one, maybe: "x" })),
        );
      }),
      { numRuns: 60, seed: 20_261_122 },
    );
    const [native, json] = [await read("plain"), await read("mixed")];
    expect(native.length).toBe(n);
    expect(native).toEqual(json);
  });

  it("keeps a text for each of seventy thousand rows, few of them or all different", async () => {
    for (const [name, different] of [
      ["ten", 10],
      ["hundreds", 1_000],
      ["all", 70_000],
    ] as const) {
      await store.insert(
        { name: "texts", row, typed: true },
        Array.from({ length: 70_000 }, (_, n) => ({
          n,
          name,
          text: `text ${n % different}`,
          list: n % 7 === 0 ? [`${n}`] : [],
        })),
      );
      expect(
        await store.query(
          {
            name: "wrong",
            sql: `SELECT countIf(text != concat('text ', toString(n % {different:UInt32}))) + countIf(list != if(n % 7 = 0, [toString(n)], [])) AS wrong, count() AS rows
              FROM texts WHERE name = {name:String}`,
            params: z.strictObject({ name: z.string(), different: z.int() }),
            row,
          },
          { name, different },
        ),
      ).toEqual([{ wrong: "0", rows: "70000" }]);
    }
  });

  it("refuses what is no value of its column in any row, and stores none of them", async () => {
    const good = { n: 1, text: "a", large: 1n, share: 0.5, id128: "0".repeat(32), kind: "left" };
    const refusals: readonly (readonly [Record<string, unknown>, string, RegExp])[] = [
      [{ ...good, share: Number.NaN }, "STORE_REJECTED", /row 1: column share: NaN/],
      [{ ...good, n: -1 }, "STORE_REJECTED", /row 1: column n: -1 is outside/],
      [{ ...good, large: 2n ** 64n }, "STORE_REJECTED", /row 1: column large: .* is outside/],
      [{ ...good, id128: `1${"0".repeat(32)}` }, "STORE_REJECTED", /row 1: column id128: .* is outside/],
      [{ ...good, id128: "0x12" }, "STORE_REJECTED", /row 1: column id128: .* is not an integer/],
      [{ ...good, text: null }, "STORE_REJECTED", /row 1: column text: null/],
      [{ ...good, text: undefined }, "CONTRACT_VIOLATED", /row 1: column text is missing/],
      [{ ...good, kind: "up" }, "STORE_REJECTED", /refused/],
      [{ ...good, other: 1 }, "CONTRACT_VIOLATED", /row 1: column other is not in row 0/],
      [
        { n: 1, text: "a", large: 1n, share: 0.5, id128: "0".repeat(32), other: 1 },
        "CONTRACT_VIOLATED",
        /row 1: column kind is missing/,
      ],
    ];
    for (const [bad, code, message] of refusals)
      await expect(store.insert(tableOf("refused", { typed: true }), [good, bad, good])).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message) as string,
      });
    await store.insert(tableOf("refused", { typed: true }), [good]);
    expect(await count("refused")).toEqual([{ rows: "1" }]);
  });

  it("takes rows whose fields stand in another order than those of the first", async () => {
    await store.insert(tableOf("turned", { typed: true }), [
      { n: 1, text: "a", kind: "left" },
      { kind: "right", n: 2, text: "b" },
      { text: "c", kind: "", n: 3 },
    ]);
    expect(
      await store.query(
        { name: "turned", sql: "SELECT n, text, kind FROM turned ORDER BY n", params: z.strictObject({}), row },
        {},
      ),
    ).toEqual([
      { n: 1, text: "a", kind: "left" },
      { n: 2, text: "b", kind: "right" },
      { n: 3, text: "c", kind: "" },
    ]);
  });
});
