import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { PipelineError } from "@molva/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { openStore, readMigrations, type OpenedStore } from "../src/index.ts";
import { READER, serve, WRITER, type Served } from "./http-support/served.ts";
import { MIGRATIONS } from "./store-support/migrations.ts";

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(async () => served.close());

const open = async (database: string, more: object = {}): Promise<OpenedStore> =>
  openStore({
    url: served.server.url,
    user: WRITER.name,
    password: WRITER.password,
    database,
    migrations: [],
    ...more,
  });

const failureOf = async (promise: Promise<unknown>): Promise<PipelineError> =>
  promise.then(
    () => expect.unreachable("it must fail, and did not"),
    (error: unknown) => error as PipelineError,
  );

const query = (sql: string) => ({
  name: "test",
  sql,
  params: z.record(z.string(), z.any()),
  row: z.record(z.string(), z.any()),
});

describe("the store on a server", () => {
  it("says what to do when the server is not there, and when it refuses the password, which no error repeats", async () => {
    const nobody = await failureOf(open("a", { url: "http://127.0.0.1:9" }));
    expect(nobody).toMatchObject({ code: "STORE_UNAVAILABLE", recovery: "retry" });
    const wrong = await failureOf(open("a", { password: "a secret that is wrong" }));
    expect(wrong).toMatchObject({ code: "STORE_UNAVAILABLE", recovery: "exit" });
    expect(wrong.message).toContain("password");
    const text = (error: unknown): string =>
      error instanceof Error ? `${error.stack} ${JSON.stringify(error)} ${text(error.cause)}` : String(error);
    expect(text(wrong)).not.toContain("a secret that is wrong");
    expect(await failureOf(open("a", { user: READER.name, password: READER.password }))).toMatchObject({
      code: "STORE_REJECTED",
      recovery: "exit",
    });
    for (const url of ["127.0.0.1:8123", "http://a:b@127.0.0.1:8123", "http://127.0.0.1:8123/?a=b"])
      expect(await failureOf(open("a", { url }))).toMatchObject({ code: "USAGE" });
  });

  it("takes parameters that are longer than a URL, in queries and in commands", async () => {
    const store = await open("long_parameters");
    const ids = Array.from({ length: 30_000 }, (_, n) => `${n}'\\\n"{x:String}`);
    await store.execute(query("CREATE TABLE t (s String, n Nullable(UInt32)) ENGINE = MergeTree ORDER BY s"), {});
    await store.execute(
      query(
        "INSERT INTO t SELECT arrayJoin({ids:Array(String)}), {none:Nullable(UInt32)} WHERE {name:String} = '{ids:Array(String)}'",
      ),
      { ids, none: null, name: "{ids:Array(String)}" },
    );
    const counted = query(
      "SELECT toUInt32(count()) AS total, toUInt32(uniqExact(s)) AS different, toUInt32(countIf(n IS NULL)) AS without FROM t WHERE s IN {ids:Array(String)}",
    );
    expect(await store.query(counted, { ids })).toEqual([{ total: 30_000, different: 30_000, without: 30_000 }]);
    await store.close();
  });

  it("stops a query at the server when it is aborted", async () => {
    const store = await open("aborted");
    const stop = new AbortController();
    const endless = failureOf(
      store.query(query("SELECT count() AS aborted FROM numbers(1000000000000) WHERE rand() = 5"), {}, stop.signal),
    );
    const running = query(
      "SELECT toUInt32(count()) AS n FROM system.processes WHERE query LIKE '%AS aborted FROM%' AND query NOT LIKE '%processes%'",
    );
    const until = async (n: number): Promise<void> => {
      while ((await store.query(running, {}))[0]?.["n"] !== n);
    };
    await until(1);
    stop.abort(new Error("nobody waits"));
    expect((await endless).message).toBe("nobody waits");
    await until(0);
    await store.close();
  });

  it("is brought up to date once, whoever starts first: eight at the same time, in three processes", async () => {
    const helper = fileURLToPath(new URL("http-support/migrating.ts", import.meta.url));
    const args = ["--conditions=source", "--import", "tsx", helper, served.server.url, WRITER.name, WRITER.password];
    const children = await Promise.all(
      [1, 2, 3].map(async () =>
        once(spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] }), "exit"),
      ),
    );
    expect(children.map(([code]) => code as number)).toEqual([0, 0, 0]);
    const stores = await Promise.all(
      Array.from({ length: 8 }, async () => open("at_once", { migrations: MIGRATIONS })),
    );
    const [store] = stores as [OpenedStore];
    const journal = await store.query(
      query("SELECT number, step, toUInt32(count()) AS times FROM migration GROUP BY ALL ORDER BY ALL"),
      {},
    );
    expect(journal).toEqual(MIGRATIONS.flatMap(({ number }) => [0, 1, 2].map((step) => ({ number, step, times: 1 }))));
    expect(
      await store.query(
        query("SELECT name FROM system.tables WHERE database = currentDatabase() AND name = 'migration_turn'"),
        {},
      ),
    ).toEqual([]);
    for (const one of stores) await one.close();
  });

  it("takes the turn over from a process that was killed while it had it", async () => {
    const store = await open("turn_over");
    await store.execute(query("CREATE TABLE migration_turn (n UInt8) ENGINE = Memory COMMENT 'killed'"), {});
    const warned: string[] = [];
    const keep = (event: string): void => void warned.push(event);
    const log = { debug: () => {}, info: () => {}, warn: keep, error: keep };
    const next = await open("turn_over", { migrations: MIGRATIONS, log });
    expect(warned).toEqual(["store.migration.turn-taken-over"]);
    await next.close();
    await store.close();
  });

  it("runs the product's own migrations", async () => {
    const store = await open("product", { migrations: await readMigrations() });
    const tables = await store.query(
      query("SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name"),
      {},
    );
    expect(tables.map((row) => row["name"])).toEqual(
      expect.arrayContaining(["bucket", "checkpoint", "fact", "nsr_rolling"]),
    );
    await store.close();
  });
});
