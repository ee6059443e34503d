import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log, PipelineError, Store } from "@molva/contracts";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { migrationOf, openStore, readMigrations, type Migration } from "../src/index.ts";
import { connectChdb } from "../src/store/chdb.ts";
import { migrate } from "../src/store/migrate.ts";
import { DEFAULT_LIMITS, type Session } from "../src/store/session.ts";
import { killAfter, startChild } from "./store-support/child.ts";
import { MIGRATIONS } from "./store-support/migrations.ts";

const path = mkdtempSync(join(tmpdir(), "molva-store-migrate-"));
const open: (Store | Session)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
afterAll(() => rmSync(path, { recursive: true, force: true }));

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let databases = 0;
const newDatabase = (): string => `migrate_${(databases += 1)}`;

const opened = async (database: string, migrations: readonly Migration[]): Promise<Store> => {
  const store = await openStore({ path, database, migrations });
  open.push(store);
  return store;
};

const failureOf = async (promise: Promise<unknown>): Promise<PipelineError> =>
  promise.then(
    () => expect.unreachable("it must fail, and did not"),
    (error: unknown) => error as PipelineError,
  );

const COLUMNS = {
  name: "columns",
  sql: `SELECT table, name, type, default_expression AS otherwise FROM system.columns
    WHERE database = {database:String} AND table != 'migration' ORDER BY table, position`,
  params: z.strictObject({ database: z.string() }),
  row: z.strictObject({ table: z.string(), name: z.string(), type: z.string(), otherwise: z.string() }),
};
const JOURNAL = {
  name: "journal",
  sql: "SELECT number, step FROM migration ORDER BY number, step",
  params: z.strictObject({}),
  row: z.strictObject({ number: z.int(), step: z.int() }),
};
const LAST_TABLE = {
  name: "last table",
  sql: "SELECT toUInt32(count()) AS n FROM step_4 FINAL",
  params: z.strictObject({}),
  row: z.strictObject({ n: z.int() }),
};

/** All that the four migrations make. */
const stateOf = async (store: Store, database: string): Promise<unknown> => [
  await store.query(COLUMNS, { database }),
  await store.query(JOURNAL, {}),
  await store.query(LAST_TABLE, {}),
];

const whole = async (): Promise<unknown> => {
  const database = newDatabase();
  return stateOf(await opened(database, MIGRATIONS), database);
};

describe("migrations", () => {
  it("run in order, once, and each statement is recorded", async () => {
    const database = newDatabase();
    const store = await opened(database, MIGRATIONS);
    const journal = await store.query(JOURNAL, {});
    expect(journal).toEqual(MIGRATIONS.flatMap(({ number }) => [0, 1, 2].map((step) => ({ number, step }))));
    expect(await store.query(LAST_TABLE, {})).toEqual([{ n: 100 }]);
    const again = await opened(database, MIGRATIONS);
    expect(await again.query(JOURNAL, {})).toEqual(journal);
  });

  it("go on with a new file where the old ones ended", async () => {
    const database = newDatabase();
    await opened(database, MIGRATIONS.slice(0, 2));
    const store = await opened(database, MIGRATIONS);
    expect(await stateOf(store, database)).toEqual(await whole());
  });

  it("stop at a store that a newer version wrote", async () => {
    const database = newDatabase();
    await opened(database, MIGRATIONS);
    const error = await failureOf(openStore({ path, database, migrations: MIGRATIONS.slice(0, 3) }));
    expect(error).toMatchObject({ code: "VERSION_MISMATCH", recovery: "exit", details: { database: 4, program: 3 } });
  });

  it("stop at a file that was changed after it had run, and name it", async () => {
    const database = newDatabase();
    await opened(database, MIGRATIONS);
    const changed = MIGRATIONS.with(
      2,
      migrationOf("0003-step-3.sql", "CREATE TABLE IF NOT EXISTS other (n UInt8) ENGINE = Memory"),
    );
    const error = await failureOf(openStore({ path, database, migrations: changed }));
    expect(error).toMatchObject({ code: "VERSION_MISMATCH", recovery: "exit", details: { migration: 3 } });
    expect(error.message).toContain("step-3");
  });

  it("end the same wherever they broke off: before a statement, between it and its record, after the record", async () => {
    const expected = await whole();
    const files = MIGRATIONS.slice(0, 2);
    const operations = files.length * 3 * 2;
    for (let broken = 0; broken < operations; broken += 1) {
      const database = newDatabase();
      const session = await connectChdb(path, database, DEFAULT_LIMITS)("write");
      open.push(session);
      let left = broken;
      const spent = (): void => {
        if (left === 0) throw new Error("broken off");
        left -= 1;
      };
      const breaking: Session = {
        ...session,
        run: async (sql, params) => {
          if (!sql.includes("TABLE IF NOT EXISTS migration ")) spent();
          return session.run(sql, params);
        },
        insert: async (into, rows) => {
          spent();
          return session.insert(into, rows);
        },
      };
      await expect(migrate(breaking, files, SILENT)).rejects.toThrow("broken off");
      const store = await opened(database, MIGRATIONS);
      expect(await stateOf(store, database)).toEqual(expected);
    }
  });

  it("end the same when the process is killed on the way, again and again", async () => {
    for (const store of open.splice(0)) await store.close();
    for (let round = 0; round < 4; round += 1)
      await killAfter(
        startChild("./migrator.ts", path),
        "migrated",
        1 + Math.floor(Math.random() * 2),
        Math.random() * 20,
      );
    const last = startChild("./migrator.ts", path);
    const said: string[] = [];
    for await (const line of last.lines) said.push(line);
    expect(said.at(-1)).toBe("done");
    expect(await last.ended).toBe(0);
    const store = await opened("killed", MIGRATIONS);
    expect(await stateOf(store, "killed")).toEqual(await whole());
  });
});

describe("a migration file", () => {
  it("holds statements separated by semicolons; those in texts and comments separate nothing", () => {
    const migration = migrationOf(
      "0001-a.sql",
      "-- one; two\nCREATE TABLE IF NOT EXISTS a (s String DEFAULT ';') ENGINE = Memory; /* ; */\n\nDROP TABLE IF EXISTS b;\n-- end;",
    );
    expect(migration.statements.map((statement) => statement.match(/(CREATE|DROP) TABLE/)?.[1])).toEqual([
      "CREATE",
      "DROP",
    ]);
  });

  it("is refused with what to write instead when a statement does not bear a second run", () => {
    for (const [sql, say] of [
      ["CREATE TABLE a (n UInt8) ENGINE = Memory", "IF NOT EXISTS"],
      ["SELECT 1; ALTER TABLE a ADD COLUMN b UInt8", "statement 2"],
      ["DROP TABLE a", "IF EXISTS"],
      ["-- nothing", "no statement"],
    ] as const) {
      expect(() => migrationOf("0001-a.sql", sql)).toThrow(say);
    }
    expect(() => migrationOf("1-a.sql", "SELECT 1")).toThrow("NNNN-kebab-case.sql");
  });
});

describe("the product's own migrations", () => {
  it("are numbered without a gap and run on an empty store; each statement bears a second run", async () => {
    const migrations = await readMigrations();
    expect(migrations.map((migration) => migration.number)).toEqual(migrations.map((_, at) => at + 1));
    const database = newDatabase();
    const store = await opened(database, migrations);
    const before = await store.query(COLUMNS, { database });
    expect(before.length).toBeGreaterThan(0);
    const session = await connectChdb(path, database, DEFAULT_LIMITS)("write");
    open.push(session);
    for (const { statements } of migrations) for (const statement of statements) await session.run(statement, {});
    expect(await store.query(COLUMNS, { database })).toEqual(before);
  });
});
