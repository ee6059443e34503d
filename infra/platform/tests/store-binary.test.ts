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
  signed: "Int32",
  large: "UInt64",
  larger: "UInt128",
  share: "Float64",
  hour: "DateTime('UTC')",
  at: "DateTime64(3, 'UTC')",
  kind: "Enum8('' = 0, 'left' = 1, 'right' = -2)",
  list: "Array(LowCardinality(String))",
  extra: "Map(String, String)",
} as const;

const row = z.record(z.string(), z.unknown());
const folder = mkdtempSync(join(tmpdir(), "molva-binary-"));
let store: EmbeddedStore;

beforeAll(async () => {
  store = await openStore({ path: folder, migrations: [] });
  const columns = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`);
  for (const name of ["plain", "mixed"])
    await store.execute(
      {
        name: "make",
        sql: `CREATE TABLE ${name} (n UInt32, ${columns.join(", ")}, maybe Nullable(String) DEFAULT NULL) ENGINE = MergeTree ORDER BY n`,
        params: z.strictObject({}),
      },
      {},
    );
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom("", "\n\n", "a\0b", "Очередь была длинная ".repeat(9), "half a pair \ud83d", "'\\\t"),
);
const rowOf = fc.record({
  text,
  few: text,
  small: fc.integer({ min: 0, max: 255 }),
  signed: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  large: fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.maxSafeNat()),
  larger: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
  share: fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x)),
  hour: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  at: fc
    .integer({ min: -(2 ** 41), max: 2 ** 42 })
    .map((millis) => new Date(millis).toISOString().replace("T", " ").slice(0, 23)),
  kind: fc.constantFrom("", "left", "right"),
  list: fc.array(text, { maxLength: 3 }),
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

describe("an insert into the engine in this process", () => {
  it("stores the same whether the rows go in its binary form or, because of one column, as JSON", async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(rowOf, { minLength: 1, maxLength: 5 }), async (rows) => {
        const numbered = rows.map((one) => ({ n: n++, ...one }));
        const plain: Table<Record<string, unknown>> = { name: "plain", row };
        const mixed: Table<Record<string, unknown>> = { name: "mixed", row };
        await store.insert(plain, numbered);
        // A nullable column has no binary form here.
        await store.insert(
          mixed,
          numbered.map((one) => ({ ...one, maybe: "x" })),
        );
      }),
      { numRuns: 60, seed: 20_261_122 },
    );
    const [binary, json] = [await read("plain"), await read("mixed")];
    expect(binary.length).toBe(n);
    expect(binary).toEqual(json);
  });
});
