import type { Store } from "@molva/contracts";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { commandOf, countOf, drained, failureOf, makeTable, newName, queryOf } from "./support.ts";

const writing = (opened: () => Store): void => {
  describe("an insert is all rows or none", () => {
    it("twenty thousand rows over many partitions, of which the engine refuses the last", async () => {
      const store = opened();
      const table = await makeTable(
        store,
        "n UInt32, at DateTime64(3), e Enum8('good' = 1), s String",
        "MergeTree PARTITION BY toYYYYMM(at) ORDER BY n",
      );
      const rows = Array.from({ length: 20_000 }, (_, n) => ({
        n,
        at: new Date(Date.UTC(2015, n % 132, 1)).toISOString(),
        e: "good",
        s: "text ".repeat(40),
      }));
      const error = await failureOf(
        store.insert(table, [...rows.slice(0, -1), { ...(rows.at(-1) as object), e: "bad" }]),
      );
      expect(error).toMatchObject({ code: "STORE_REJECTED", recovery: "dead-letter" });
      expect(await countOf(store, table)).toBe(0);
      await store.insert(table, rows);
      expect(await countOf(store, table)).toBe(20_000);
    });

    it("a row that the schema refuses is named by its place, and the rows before it are not stored", async () => {
      const store = opened();
      const { name } = await makeTable(store, "n UInt32");
      const table = { name, row: z.strictObject({ n: z.int().max(2) }) };
      const error = await failureOf(store.insert(table, [{ n: 1 }, { n: 2 }, { n: 3 }]));
      expect(error).toMatchObject({ code: "CONTRACT_VIOLATED", recovery: "dead-letter", details: { row: 2 } });
      expect(await store.query(queryOf(`SELECT n FROM ${name}`), {})).toEqual([]);
    });

    it("more rows than one statement takes are refused in words that say how many it takes", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32");
      const error = await failureOf(
        store.insert(
          table,
          Array.from({ length: 100_001 }, (_, n) => ({ n })),
        ),
      );
      expect(error).toMatchObject({ code: "CONTRACT_VIOLATED", recovery: "dead-letter" });
      expect(error.message).toContain("100000 is the limit");
    });

    it("an error never repeats the text of a row", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32, e Enum8('good' = 1)");
      const error = await failureOf(store.insert(table, [{ n: 1, e: "words of a person" }]));
      expect(error.message).not.toContain("words of a person");
    });
  });
};

const reading = (opened: () => Store): void => {
  describe("a query", () => {
    it("is one statement; a second one after it is refused, a semicolon in a text or comment is not", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32");
      for (const sql of [
        `SELECT 1 AS n; DROP TABLE ${table.name}`,
        "",
        "-- only words",
        `INSERT INTO ${table.name} SELECT 1; SELECT 1`,
      ]) {
        expect(await failureOf(store.query(queryOf(sql), {}))).toMatchObject({ code: "CONTRACT_VIOLATED" });
        expect(await failureOf(store.execute(commandOf(sql), {}))).toMatchObject({ code: "CONTRACT_VIOLATED" });
      }
      expect(await countOf(store, table)).toBe(0);
      expect(await store.query(queryOf("SELECT ';' AS a, \"b;\" FROM (SELECT 1 AS `b;`) -- c;\n;"), {})).toEqual([
        { a: ";", "b;": 1 },
      ]);
    });

    it("cannot write", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32");
      for (const sql of [
        `INSERT INTO ${table.name} SELECT 1`,
        `TRUNCATE TABLE ${table.name}`,
        `DROP TABLE ${table.name}`,
      ]) {
        expect(await failureOf(store.query(queryOf(sql), {}))).toMatchObject({ code: "STORE_REJECTED" });
        expect(await failureOf(drained(store.stream(queryOf(sql), {})))).toMatchObject({ code: "STORE_REJECTED" });
      }
      expect(await countOf(store, table)).toBe(0);
    });

    it("checks its parameters and its rows", async () => {
      const store = opened();
      const strict = {
        name: "strict",
        sql: "SELECT {n:UInt32} AS n",
        params: z.strictObject({ n: z.int().min(1) }),
        row: z.strictObject({ n: z.int().max(5) }),
      };
      expect(await store.query(strict, { n: 5 })).toEqual([{ n: 5 }]);
      expect(await failureOf(store.query(strict, { n: 0 }))).toMatchObject({
        code: "CONTRACT_VIOLATED",
        recovery: "dead-letter",
      });
      expect(await failureOf(store.query(strict, { n: 6 }))).toMatchObject({
        code: "CONTRACT_VIOLATED",
        recovery: "exit",
      });
      expect(await failureOf(drained(store.stream(strict, { n: 6 })))).toMatchObject({
        code: "CONTRACT_VIOLATED",
        recovery: "exit",
      });
    });

    it("keeps SETTINGS of its own", async () => {
      expect(
        await opened().query(queryOf("SELECT toUInt32(getSetting('max_threads')) AS n SETTINGS max_threads = 1"), {}),
      ).toEqual([{ n: 1 }]);
    });

    it("sees what was acknowledged before it was asked, whichever session answers", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32");
      for (let n = 1; n <= 12; n += 1) {
        await store.insert(table, [{ n }]);
        expect(await Promise.all([countOf(store, table), countOf(store, table), countOf(store, table)])).toEqual([
          n,
          n,
          n,
        ]);
      }
    });

    it("answers while the writer works, with whole inserts only", async () => {
      const store = opened();
      const table = await makeTable(store, "batch UInt32, n UInt32", "MergeTree ORDER BY (batch, n)");
      let done = false;
      const write = (async () => {
        for (let batch = 0; batch < 12; batch += 1) {
          await store.insert(
            table,
            Array.from({ length: 2_000 }, (_, n) => ({ batch, n })),
          );
        }
        done = true;
      })();
      const partial = queryOf(`SELECT batch FROM ${table.name} GROUP BY batch HAVING count() != 2000`);
      let asked = 0;
      while (!done) {
        expect(await store.query(partial, {})).toEqual([]);
        asked += 1;
      }
      await write;
      expect(asked).toBeGreaterThan(0);
      expect(await countOf(store, table)).toBe(24_000);
    });
  });
};

const failing = (opened: () => Store): void => {
  describe("an error says what to do", () => {
    it("retry: too long, too much memory", async () => {
      const store = opened();
      const long = queryOf(
        "SELECT count() AS n FROM numbers(1000000000000) WHERE rand() = 5 SETTINGS max_execution_time = 0.3",
      );
      expect(await failureOf(store.query(long, {}))).toMatchObject({
        code: "STORE_UNAVAILABLE",
        recovery: "retry",
        details: { engineCode: 159 },
      });
      const big = queryOf(
        "SELECT count() AS n FROM (SELECT number, toString(number) AS s FROM numbers(100000000) GROUP BY 1, 2) SETTINGS max_memory_usage = 10000000",
      );
      expect(await failureOf(store.query(big, {}))).toMatchObject({
        code: "STORE_UNAVAILABLE",
        recovery: "retry",
        details: { engineCode: 241 },
      });
    });

    it("exit: the statement itself is wrong, and no message is at fault", async () => {
      const store = opened();
      for (const [sql, engineCode] of [
        ["SELEC 1", 62],
        ["SELECT 1 FROM nowhere", 60],
        ["SELECT nobody FROM numbers(1)", 47],
        ["SELECT nofunction(1)", 46],
      ] as const) {
        expect(await failureOf(store.query(queryOf(sql, "broken"), {}))).toMatchObject({
          code: "STORE_REJECTED",
          recovery: "exit",
          details: { statement: "broken", engineCode },
        });
      }
      expect(
        await failureOf(store.insert({ name: newName(), row: z.strictObject({ n: z.number() }) }, [{ n: 1 }])),
      ).toMatchObject({ code: "STORE_REJECTED", recovery: "exit" });
    });

    it("dead-letter: a value that the statement cannot take", async () => {
      const store = opened();
      expect(await failureOf(store.query(queryOf("SELECT toUInt32({s:String}) AS n"), { s: "words" }))).toMatchObject({
        code: "STORE_REJECTED",
        recovery: "dead-letter",
      });
      expect(await failureOf(store.query(queryOf("SELECT {n:UInt32} AS n"), { n: "words" }))).toMatchObject({
        code: "CONTRACT_VIOLATED",
        recovery: "dead-letter",
      });
    });

    it("an aborted query rejects at once with the reason of the signal, and those behind it go on", async () => {
      const store = opened();
      const before = new AbortController();
      before.abort(new Error("too late"));
      await expect(store.query(queryOf("SELECT 1 AS n"), {}, before.signal)).rejects.toThrow("too late");
      const table = await makeTable(store, "n UInt32");
      const controllers = Array.from({ length: 6 }, () => new AbortController());
      const slow = controllers.map(async (controller) =>
        failureOf(store.query(queryOf("SELECT sleep(2) AS z"), {}, controller.signal)),
      );
      const after = store.query(queryOf("SELECT 1 AS n"), {});
      // By the time a row is written some of the six are in the engine and some wait for a session.
      await store.insert(table, [{ n: 1 }]);
      for (const controller of controllers) controller.abort(new Error("nobody waits"));
      for (const error of await Promise.all(slow)) expect(error.message).toBe("nobody waits");
      expect(await after).toEqual([{ n: 1 }]);
    });
  });
};

/** Inserts, questions and what they end in when they fail. */
export const statementTests = (opened: () => Store): void => {
  writing(opened);
  reading(opened);
  failing(opened);
};
