import type { Store } from "@molva/contracts";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { commandOf, countOf, failureOf, makeTable, queryOf } from "./support.ts";

/** What engine and client do silently by themselves. One test for each; the names are those of docs/engines.md. */
export const trapTests = (opened: () => Store): void => {
  describe("traps of the engine", () => {
    it("settings that leak: what one statement sets is over with it", async () => {
      const store = opened();
      const threads = queryOf("SELECT toUInt32(getSetting('max_block_size')) AS n");
      const [before] = await store.query(threads, {});
      expect(
        await store.query(
          queryOf("SELECT toUInt32(getSetting('max_block_size')) AS n SETTINGS max_block_size = 7"),
          {},
        ),
      ).toEqual([{ n: 7 }]);
      for (let again = 0; again < 8; again += 1) expect(await store.query(threads, {})).toEqual([before]);

      const table = await makeTable(
        store,
        "n UInt32",
        "MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100",
      );
      await store.execute(
        commandOf(`INSERT INTO ${table.name} SETTINGS insert_deduplication_token = 'T' SELECT 1`),
        {},
      );
      await store.execute(commandOf(`INSERT INTO ${table.name} SELECT 2`), {});
      await store.insert(table, [{ n: 3 }]);
      expect(await store.query(queryOf(`SELECT n FROM ${table.name} ORDER BY n`), {})).toEqual([
        { n: 1 },
        { n: 2 },
        { n: 3 },
      ]);
    });

    it("settings that leak: SET and USE are refused", async () => {
      const store = opened();
      for (const sql of ["SET max_threads = 1", "/* hidden */ set max_threads = 1", "USE system"]) {
        expect(await failureOf(store.execute(commandOf(sql), {}))).toMatchObject({ code: "CONTRACT_VIOLATED" });
        expect(await failureOf(store.query(queryOf(sql), {}))).toMatchObject({ code: "CONTRACT_VIOLATED" });
      }
    });

    it("parameters that leak: one that is not given does not take what another statement left", async () => {
      const store = opened();
      for (let again = 0; again < 4; again += 1)
        await store.query(queryOf("SELECT {x:String} AS x"), { x: "left behind" });
      const missing = await failureOf(store.query(queryOf("SELECT {x:String} AS x"), {}));
      expect(missing).toMatchObject({ code: "CONTRACT_VIOLATED", recovery: "dead-letter" });
      expect(missing.message).toContain("parameter x");
      expect(await failureOf(store.query(queryOf("SELECT {x:String} AS x"), { x: "a", y: "b" }))).toMatchObject({
        code: "CONTRACT_VIOLATED",
      });
    });

    it("async_insert: inserts and commands run without it, and what is acknowledged is there", async () => {
      const store = opened();
      const table = await makeTable(
        store,
        "n UInt32, async UInt8 DEFAULT toUInt8(getSetting('async_insert'))",
        "MergeTree ORDER BY n",
      );
      for (let n = 0; n < 10; n += 1) {
        await store.insert(table, [{ n }]);
        expect(await countOf(store, table)).toBe(n + 1);
      }
      await store.execute(commandOf(`INSERT INTO ${table.name} (n) SELECT 10`), {});
      expect(await store.query(queryOf(`SELECT DISTINCT async FROM ${table.name}`), {})).toEqual([{ async: 0 }]);
    });

    it("one statement per connection: a slow query holds up neither the writer nor another query", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32");
      const order: string[] = [];
      const slow = store
        .query(queryOf("SELECT sleep(2.5) AS z, {who:String} AS who"), { who: "slow" })
        .then(() => order.push("slow"));
      const quick = store
        .query(queryOf("SELECT {who:String} AS who"), { who: "quick" })
        .then(([first]) => order.push(first?.["who"] as string));
      const write = store.insert(table, [{ n: 1 }]).then(() => order.push("write"));
      await Promise.all([slow, quick, write]);
      expect(order.at(-1)).toBe("slow");
      expect(order).toHaveLength(3);
    });

    it("one statement per connection: sixty at once each get their own parameters and their own answer", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32", "MergeTree ORDER BY n");
      const numbers = Array.from({ length: 60 }, (_, n) => n);
      const answers = numbers.map(async (n) =>
        store.query(queryOf("SELECT {n:UInt32} AS n, {s:String} AS s"), { n, s: `s${n}` }),
      );
      const writes = numbers.map(async (n) =>
        store.execute(commandOf(`INSERT INTO ${table.name} SELECT {n:UInt32}`), { n }),
      );
      expect(await Promise.all(answers)).toEqual(numbers.map((n) => [{ n, s: `s${n}` }]));
      await Promise.all(writes);
      expect(await store.query(queryOf(`SELECT n FROM ${table.name} ORDER BY n`), {})).toEqual(
        numbers.map((n) => ({ n })),
      );
    });

    it("silent unknown fields: a column that the table lacks is refused, and nothing is stored", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32");
      const error = await failureOf(store.insert(table, [{ n: 1, typo: 2 }]));
      expect(error).toMatchObject({ code: "STORE_REJECTED" });
      expect(error.message).toContain("typo");
      expect(await countOf(store, table)).toBe(0);
    });

    it("silent unknown fields: one that the schema lacks is refused too, strict schema or not", async () => {
      const store = opened();
      const { name } = await makeTable(store, "n UInt32, typo UInt32 DEFAULT 0");
      for (const row of [z.object({ n: z.number() }), z.strictObject({ n: z.number() })]) {
        const error = await failureOf(store.insert({ name, row }, [{ n: 1 }, { n: 1, typo: 2 } as { n: number }]));
        expect(error).toMatchObject({ code: "CONTRACT_VIOLATED", recovery: "dead-letter", details: { row: 1 } });
      }
    });

    it("silent missing fields: a column left out is refused unless the table has a default for it", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32, needed UInt32, kept UInt32 DEFAULT 7");
      expect((await failureOf(store.insert(table, [{ n: 1 }]))).message).toContain("needed");
      expect(await failureOf(store.insert(table, [{ n: 1, needed: 1 }, { n: 2 }]))).toMatchObject({
        code: "CONTRACT_VIOLATED",
        details: { row: 1 },
      });
      expect(await failureOf(store.insert(table, [{ n: 1, needed: undefined }]))).toMatchObject({
        code: "CONTRACT_VIOLATED",
      });
      await store.insert(table, [{ n: 1, needed: 2 }]);
      expect(await store.query(queryOf(`SELECT * FROM ${table.name}`), {})).toEqual([{ n: 1, needed: 2, kept: 7 }]);
    });

    it("dates that lose milliseconds: an instant keeps them as a row, as a parameter and in a list", async () => {
      const store = opened();
      const at = "2026-01-31T23:59:59.987Z";
      const table = await makeTable(
        store,
        "at DateTime64(3), zoned DateTime64(3, 'Europe/Moscow'), no Nullable(DateTime64(3))",
        "MergeTree ORDER BY at",
      );
      await store.insert(table, [{ at, zoned: at, no: at }]);
      expect(await store.query(queryOf(`SELECT * FROM ${table.name}`), {})).toEqual([{ at, zoned: at, no: at }]);
      const same = queryOf(
        `SELECT {at:DateTime64(3)} AS p, {list:Array(DateTime64(3))} AS list, {no:Nullable(DateTime64(3))} AS no FROM ${table.name} WHERE at = {at:DateTime64(3)} AND zoned = {at:DateTime64(3)}`,
      );
      expect(await store.query(same, { at, list: [at], no: null })).toEqual([{ p: at, list: [at], no: null }]);
      const next = queryOf(`SELECT at FROM ${table.name} WHERE at >= {at:DateTime64(3)}`);
      expect(await store.query(next, { at: "2026-01-31T23:59:59.988Z" })).toEqual([]);
    });

    it("dates that lose milliseconds: what would lose them is refused, a Date above all", async () => {
      const store = opened();
      const table = await makeTable(store, "at DateTime");
      const at = "2026-01-31T23:59:59.987Z";
      expect(await failureOf(store.query(queryOf("SELECT {at:DateTime} AS at"), { at }))).toMatchObject({
        code: "CONTRACT_VIOLATED",
      });
      for (const value of [
        at,
        new Date(at),
        "1969-12-31T23:59:59.000Z",
        "2107-01-01T00:00:00.000Z",
        "2026-02-30T00:00:00.000Z",
      ]) {
        expect(await failureOf(store.insert(table, [{ at: value }]))).toMatchObject({
          code: "STORE_REJECTED",
          recovery: "dead-letter",
        });
      }
      await store.insert(table, [{ at: "2026-01-31T23:59:59.000Z" }]);
      expect(await countOf(store, table)).toBe(1);
    });

    it("64-bit numbers that are rounded: digits go in and come out as text", async () => {
      const store = opened();
      const table = await makeTable(store, "u UInt64, i Int64, list Array(UInt64)", "MergeTree ORDER BY u");
      const row = { u: "18446744073709551615", i: "-9223372036854775807", list: ["9007199254740993", "0"] };
      await store.insert(table, [row]);
      expect(await store.query(queryOf(`SELECT * FROM ${table.name}`), {})).toEqual([row]);
      const found = queryOf(
        `SELECT i FROM ${table.name} WHERE u = {u:UInt64} AND has(arrayMap(x -> toUInt64(x), {list:Array(String)}), list[1])`,
      );
      expect(await store.query(found, { u: row.u, list: row.list })).toEqual([{ i: row.i }]);
      expect(await failureOf(store.query(found, { u: 2 ** 60, list: [] }))).toMatchObject({
        code: "CONTRACT_VIOLATED",
      });
      expect(
        await failureOf(store.query(queryOf("SELECT {list:Array(UInt64)} AS list"), { list: row.list })),
      ).toMatchObject({ code: "CONTRACT_VIOLATED" });
      for (const u of [2 ** 60, -1n, 2n ** 64n])
        expect(await failureOf(store.insert(table, [{ ...row, u }]))).toMatchObject({ code: "STORE_REJECTED" });
      await store.insert(table, [{ ...row, u: 2n ** 63n + 1n }]);
      expect(await store.query(queryOf(`SELECT u FROM ${table.name} WHERE u != {u:UInt64}`), { u: row.u })).toEqual([
        { u: "9223372036854775809" },
      ]);
    });

    it("integers that wrap round: 300 in a UInt8 is refused, as a row and as a parameter", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt8, list Array(Int8)");
      for (const row of [
        { n: 300, list: [] },
        { n: -1, list: [] },
        { n: 1.5, list: [] },
        { n: "", list: [] },
        { n: 1, list: [128] },
      ]) {
        expect(await failureOf(store.insert(table, [row]))).toMatchObject({
          code: "STORE_REJECTED",
          recovery: "dead-letter",
          details: { row: 0 },
        });
      }
      expect(await failureOf(store.query(queryOf("SELECT {n:UInt8} AS n"), { n: 300 }))).toMatchObject({
        code: "CONTRACT_VIOLATED",
      });
      expect(
        await failureOf(store.query(queryOf("SELECT {n:UInt64} AS n"), { n: "18446744073709551616" })),
      ).toMatchObject({ code: "CONTRACT_VIOLATED" });
      expect(await countOf(store, table)).toBe(0);
    });

    it("null that becomes 0, and numbers that are none", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32, f Float64");
      for (const row of [
        { n: null, f: 1 },
        { n: 1, f: null },
        { n: 1, f: Number.NaN },
        { n: 1, f: Number.POSITIVE_INFINITY },
      ]) {
        expect(await failureOf(store.insert(table, [row]))).toMatchObject({
          code: "STORE_REJECTED",
          recovery: "dead-letter",
        });
      }
      expect(await failureOf(store.query(queryOf("SELECT {s:String} AS s"), { s: null }))).toMatchObject({
        code: "CONTRACT_VIOLATED",
      });
      expect(await countOf(store, table)).toBe(0);
    });
  });
};
