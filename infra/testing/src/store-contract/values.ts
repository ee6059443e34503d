import type { Store } from "@molva/contracts";
import { describe, expect, it } from "vitest";
import { commandOf, drained, failureOf, makeTable, queryOf } from "./support.ts";

/** Texts that end up as SQL, as JSON or as an escape when somebody forgets something. */
const HOSTILE = [
  "",
  " ",
  "O'Neil\"; DROP TABLE fact; --",
  "a\\'; SELECT 1 --",
  "back\\slash \\N \\",
  "tab\tnewline\nreturn\rnull\u0000bell\u0007",
  "{s:String} {{x}} $1 ?",
  "/* no comment */ -- either",
  "Молва: «слово» – ёжик",
  "👩‍👩‍👧 e\u0301 \u202e right to left \ufeff",
  "NULL",
  '[1,2] {"a":1}',
  "x".repeat(70_000),
] as const;

/** Every column type that the product uses, there and back. */
export const valueTests = (opened: () => Store): void => {
  describe("values come back as they went in", () => {
    it("texts, as rows and as bound parameters", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32, s String, l LowCardinality(String)", "MergeTree ORDER BY n");
      await store.insert(
        table,
        HOSTILE.map((s, n) => ({ n, s, l: s })),
      );
      const rows = await store.query(queryOf(`SELECT s, l FROM ${table.name} ORDER BY n`), {});
      expect(rows).toEqual(HOSTILE.map((s) => ({ s, l: s })));
      for (const s of HOSTILE) {
        expect(
          await store.query(queryOf("SELECT {s:String} AS s, {list:Array(String)} AS list"), { s, list: [s, "b", s] }),
        ).toEqual([{ s, list: [s, "b", s] }]);
        expect(
          await store.query(queryOf(`SELECT toUInt32(count()) AS n FROM ${table.name} WHERE s = {s:String}`), { s }),
        ).toEqual([{ n: 1 }]);
      }
      expect(await store.query(queryOf(`SELECT toUInt32(count()) AS n FROM ${table.name}`), {})).toEqual([
        { n: HOSTILE.length },
      ]);
    });

    it("a text that was cut inside an emoji, with the replacement character for the half", async () => {
      const store = opened();
      const table = await makeTable(store, "s String, list Array(String), m Map(String, String)");
      const cut = "so good \ud83d";
      await store.insert(table, [{ s: cut, list: [cut, "\ude00!"], m: { note: cut } }]);
      const whole = "so good \ufffd";
      expect(await store.query(queryOf(`SELECT * FROM ${table.name} WHERE s = {s:String}`), { s: cut })).toEqual([
        { s: whole, list: [whole, "\ufffd!"], m: { note: whole } },
      ]);
    });

    it("numbers, truth values, nothing, enumerations, lists, maps and tuples", async () => {
      const store = opened();
      const table = await makeTable(
        store,
        `u8 UInt8, i8 Int8, u16 UInt16, u32 UInt32, i32 Int32, f Float64, b Bool, no Nullable(String), yes Nullable(UInt32),
         e Enum8('negative' = 1, 'positive' = 2), strings Array(LowCardinality(String)), numbers Array(UInt32), m Map(String, String),
         cells Array(Tuple(value String, positive UInt32))`,
      );
      const row = {
        u8: 255,
        i8: -128,
        u16: 65_535,
        u32: 4_294_967_295,
        i32: -2_147_483_648,
        f: 0.1,
        b: true,
        no: null,
        yes: 7,
        e: "positive",
        strings: ["a'b", ""],
        numbers: [0, 4_294_967_295],
        m: { 'столбец"': "значение" },
        cells: [
          { value: "x", positive: 1 },
          { value: "", positive: 0 },
        ],
      };
      await store.insert(table, [row, row]);
      expect(await store.query(queryOf(`SELECT * FROM ${table.name}`), {})).toEqual([row, row]);
    });

    it("parameters of every kind, and a list of ten thousand", async () => {
      const store = opened();
      const ids = Array.from({ length: 10_000 }, (_, n) => n.toString(16).padStart(32, "0"));
      const sql =
        "SELECT {n:Int32} AS n, {f:Float64} AS f, {b:Bool} AS b, {no:Nullable(String)} AS no, length({ids:Array(String)}) AS ids, {last:Array(UInt32)} AS last";
      expect(await store.query(queryOf(sql), { n: -5, f: 0.25, b: true, no: null, ids, last: [] })).toEqual([
        { n: -5, f: 0.25, b: true, no: null, ids: "10000", last: [] },
      ]);
    });

    it("128-bit ids as 32 hex digits", async () => {
      const store = opened();
      const table = await makeTable(store, "id UInt128", "MergeTree ORDER BY id");
      const ids = [
        "00000000000000000000000000000001",
        "0123456789abcdef0123456789abcdef",
        "ffffffffffffffffffffffffffffffff",
      ];
      await store.insert(
        table,
        ids.map((id) => ({ id: BigInt(`0x${id}`).toString() })),
      );
      const hex = "lower(leftPad(hex(id), 32, '0'))";
      expect(await store.query(queryOf(`SELECT ${hex} AS hex FROM ${table.name} ORDER BY id`), {})).toEqual(
        ids.map((id) => ({ hex: id })),
      );
      const found = queryOf(
        `SELECT ${hex} AS hex FROM ${table.name} WHERE id IN (SELECT arrayJoin(arrayMap(x -> reinterpretAsUInt128(reverse(unhex(x))), {ids:Array(String)})))`,
      );
      expect(await store.query(found, { ids: [ids[1] as string] })).toEqual([{ hex: ids[1] }]);
    });

    it("ids of 128 and 64 bits as they are written, in columns of which the table says so", async () => {
      const store = opened();
      const table = {
        ...(await makeTable(store, "id UInt128, event UInt64, n UInt64", "MergeTree ORDER BY n")),
        hex: ["id", "event"],
      };
      const rows = [
        { id: "00000000000000000000000000000012", event: "0000000000000012", n: "12" },
        { id: "0123456789abcdef0123456789abcdef", event: "0123456789abcdef", n: "0" },
        { id: "ffffffffffffffffffffffffffffffff", event: "ffffffffffffffff", n: "18446744073709551615" },
      ];
      for (const typed of [false, true]) await store.insert({ ...table, typed }, rows);
      expect(
        await store.query(
          queryOf(`SELECT lower(leftPad(hex(id), 32, '0')) AS id_, lower(leftPad(hex(event), 16, '0')) AS event_, toString(n) AS n_, count() AS times
            FROM ${table.name} GROUP BY id, event, n ORDER BY n`),
          {},
        ),
      ).toEqual([1, 0, 2].map((at) => ({ id_: rows[at]?.id, event_: rows[at]?.event, n_: rows[at]?.n, times: "2" })));
      expect(await failureOf(store.insert(table, [{ ...rows[0], event: "-1" }]))).toMatchObject({
        code: "STORE_REJECTED",
        recovery: "dead-letter",
      });
    });

    it("an empty answer is an empty list, and an empty insert is nothing", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32");
      await store.insert(table, []);
      expect(await store.query(queryOf(`SELECT n FROM ${table.name}`), {})).toEqual([]);
      expect(await drained(store.stream(queryOf(`SELECT n FROM ${table.name}`), {}))).toEqual([]);
    });

    it("what a command changes is changed when it resolves", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32, s String", "MergeTree ORDER BY n");
      await store.insert(
        table,
        Array.from({ length: 1_000 }, (_, n) => ({ n, s: "words" })),
      );
      const left = queryOf(`SELECT s, toUInt32(count()) AS n FROM ${table.name} GROUP BY s ORDER BY s`);
      const clear = commandOf(
        `ALTER TABLE ${table.name} UPDATE s = {s:String} WHERE n >= {from:UInt32} AND sleep(0.3) = 0`,
      );
      await store.execute(clear, { s: "", from: 10 });
      expect(await store.query(left, {})).toEqual([
        { s: "", n: 990 },
        { s: "words", n: 10 },
      ]);
      await store.execute(commandOf(`DELETE FROM ${table.name} WHERE n >= {from:UInt32}`), { from: 5 });
      expect(await store.query(left, {})).toEqual([{ s: "words", n: 5 }]);
    });

    it("a column that a command added takes values from the next insert on", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32");
      await store.insert(table, [{ n: 1 }]);
      await store.execute(commandOf(`ALTER TABLE ${table.name} ADD COLUMN s String`), {});
      expect((await failureOf(store.insert(table, [{ n: 2 }]))).message).toContain("column s");
      await store.insert(table, [{ n: 2, s: "new" }]);
      expect(await store.query(queryOf(`SELECT n, s FROM ${table.name} ORDER BY n`), {})).toEqual([
        { n: 1, s: "" },
        { n: 2, s: "new" },
      ]);
    });

    it("what a command writes from a query with parameters", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32, s String", "MergeTree ORDER BY n");
      await store.execute(commandOf(`INSERT INTO ${table.name} SELECT number, {s:String} FROM numbers({n:UInt32})`), {
        s: "it's",
        n: 3,
      });
      expect(await store.query(queryOf(`SELECT n, s FROM ${table.name} ORDER BY n`), {})).toEqual(
        [0, 1, 2].map((n) => ({ n, s: "it's" })),
      );
    });
  });
};
