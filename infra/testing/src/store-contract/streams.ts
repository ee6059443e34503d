import type { Store } from "@molva/contracts";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { commandOf, countOf, drained, failureOf, makeTable, newName, queryOf, type OpenStore } from "./support.ts";

const streaming = (opened: () => Store): void => {
  describe("a stream", () => {
    it("gives the rows of the query, with parameters, in order", async () => {
      const store = opened();
      const rows = await drained(
        store.stream(queryOf("SELECT toUInt32(number) AS n, {s:String} AS s FROM numbers(200000) ORDER BY n"), {
          s: "it's\n",
        }),
      );
      expect(rows).toHaveLength(200_000);
      expect(rows.every((row, n) => row["n"] === n && row["s"] === "it's\n")).toBe(true);
    });

    it("begins before the end: an endless one can be left, and the store goes on", async () => {
      const store = opened();
      const first: unknown[] = [];
      for await (const row of store.stream(queryOf("SELECT toUInt32(number) AS n FROM system.numbers"), {})) {
        first.push(row["n"]);
        if (first.length === 3) break;
      }
      expect(first).toHaveLength(3);
      expect(await store.query(queryOf("SELECT 1 AS one"), {})).toEqual([{ one: 1 }]);
    });

    it("runs beside others, each with its own parameters, and beside queries and inserts", async () => {
      const store = opened();
      const table = await makeTable(store, "n UInt32");
      const endless = queryOf("SELECT {s:String} AS s, toUInt32(number) AS n FROM numbers(150000)");
      const all = await Promise.all([
        drained(store.stream(endless, { s: "a" })),
        drained(store.stream(endless, { s: "b" })),
        drained(store.stream(endless, { s: "c" })),
        ...Array.from({ length: 10 }, async (_, n) => store.insert(table, [{ n }]).then(() => [])),
        ...Array.from({ length: 10 }, async (_, n) => store.query(queryOf("SELECT {s:String} AS s"), { s: `q${n}` })),
      ]);
      for (const [at, s] of ["a", "b", "c"].entries()) {
        expect(all[at]).toHaveLength(150_000);
        expect(all[at]?.every((row) => row["s"] === s)).toBe(true);
      }
      expect(all.slice(13).map((rows) => rows[0]?.["s"])).toEqual(Array.from({ length: 10 }, (_, n) => `q${n}`));
      expect(await countOf(store, table)).toBe(10);
    });

    it("ends in an error when the engine fails on the way, never in a short answer", async () => {
      const store = opened();
      const failing = queryOf(
        "SELECT throwIf(number = 900000, 'enough') AS z FROM numbers(1000000) SETTINGS max_threads = 1",
      );
      expect(await failureOf(drained(store.stream(failing, {})))).toMatchObject({ code: "STORE_REJECTED" });
      expect(await failureOf(drained(store.stream(queryOf("SELECT nothing FROM nowhere"), {})))).toMatchObject({
        code: "STORE_REJECTED",
        recovery: "exit",
      });
    });
  });
};

const closing = (open: OpenStore): void => {
  describe("closing", () => {
    it("finishes what is under way, refuses what comes later, and may be called twice", async () => {
      const store = await open(newName());
      const table = await makeTable(store, "n UInt32");
      const write = store.insert(table, [{ n: 1 }]);
      const answer = store.query(queryOf("SELECT sleep(0.3) AS z, 1 AS n"), {});
      await Promise.all([store.close(), store.close()]);
      await write;
      expect(await answer).toEqual([{ z: 0, n: 1 }]);
      await store.close();
      const late = [
        store.insert(table, [{ n: 2 }]),
        store.execute(commandOf("SELECT 1"), {}),
        store.query(queryOf("SELECT 1"), {}),
        drained(store.stream(queryOf("SELECT 1"), {})),
      ];
      for (const error of await Promise.all(late.map(failureOf)))
        expect(error).toMatchObject({ code: "STORE_UNAVAILABLE", recovery: "exit" });
    });

    it("keeps what was written for whoever opens it again", async () => {
      const name = newName();
      const first = await open(name);
      await first.execute(commandOf("CREATE TABLE kept (n UInt32) ENGINE = MergeTree ORDER BY n"), {});
      await first.insert({ name: "kept", row: z.strictObject({ n: z.number() }) }, [{ n: 42 }]);
      await first.close();
      const second = await open(name);
      expect(await second.query(queryOf("SELECT n FROM kept"), {})).toEqual([{ n: 42 }]);
      await second.close();
    });

    it("ends an open stream in an error, for a part of the rows is not the rows", async () => {
      const store = await open(newName());
      const rows = store.stream(queryOf("SELECT number FROM system.numbers"), {})[Symbol.asyncIterator]();
      await rows.next();
      const rest = (async () => {
        for (;;) if ((await rows.next()).done === true) return;
      })();
      await store.close();
      expect(await failureOf(rest)).toMatchObject({ code: "STORE_UNAVAILABLE" });
    });

    it("two databases are apart", async () => {
      const [one, other] = [await open(newName()), await open(newName())];
      await one.execute(commandOf("CREATE TABLE apart (n UInt32) ENGINE = MergeTree ORDER BY n"), {});
      expect(await failureOf(other.query(queryOf("SELECT n FROM apart"), {}))).toMatchObject({
        details: { engineCode: 60 },
      });
      await one.close();
      expect(await other.query(queryOf("SELECT 1 AS n"), {})).toEqual([{ n: 1 }]);
      await other.close();
    });
  });
};

/** Answers that come piece by piece, and the end of a store. */
export const streamTests = (opened: () => Store, open: OpenStore): void => {
  streaming(opened);
  closing(open);
};
