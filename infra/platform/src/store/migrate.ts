import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { PipelineError, type Log } from "@molva/contracts";
import { clusterStatements, type ClusterOptions } from "./cluster.ts";
import type { Session } from "./session.ts";
import { codeOf, splitStatements, verbOf } from "./sql-text.ts";

/** One numbered file of SQL. Every statement may run twice and must then change nothing. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  /** SHA-256 of the text. */
  readonly hash: string;
  readonly statements: readonly string[];
}

/** The same from `src` and from `dist`, which lie equally deep. */
export const MIGRATIONS_FOLDER: URL = new URL("../../sql/", import.meta.url);

const FILE = /^(\d{4})-([a-z0-9]+(?:-[a-z0-9]+)*)\.sql$/;

const wrong = (name: string, problem: string): PipelineError =>
  new PipelineError(`migration ${name}: ${problem}`, {
    code: "STORE_REJECTED",
    recovery: "exit",
    details: { migration: name },
  });

const mismatch = (message: string, details: Readonly<Record<string, string | number>>): PipelineError =>
  new PipelineError(message, { code: "VERSION_MISMATCH", recovery: "exit", details });

/** Statements that a second run would refuse or repeat. */
const REPEATABLE: readonly (readonly [verb: string, allowed: RegExp, say: string])[] = [
  ["CREATE", /\bIF\s+NOT\s+EXISTS\b|^CREATE\s+OR\s+REPLACE\b/i, "CREATE needs IF NOT EXISTS or OR REPLACE"],
  ["DROP", /\bIF\s+EXISTS\b/i, "DROP needs IF EXISTS"],
  [
    "ALTER",
    /\bIF\s+(NOT\s+)?EXISTS\b|\bMODIFY\b|\bMATERIALIZE\b|\bUPDATE\b|\bDELETE\b/i,
    "ALTER … ADD, DROP and RENAME need IF [NOT] EXISTS",
  ],
  ["RENAME", /\bIF\s+EXISTS\b/i, "RENAME needs IF EXISTS"],
];

export const migrationOf = (file: string, sql: string): Migration => {
  const [, number, name] = FILE.exec(file) ?? [];
  if (number === undefined || name === undefined)
    throw wrong(file, "name it NNNN-kebab-case.sql, for example 0002-add-place.sql");
  const statements = splitStatements(sql);
  if (statements.length === 0) throw wrong(file, "it holds no statement");
  for (const [at, statement] of statements.entries()) {
    const rule = REPEATABLE.find(([verb, allowed]) => verbOf(statement) === verb && !allowed.test(codeOf(statement)));
    if (rule !== undefined)
      throw wrong(file, `statement ${at + 1}: ${rule[2]}, for it runs again when the process was killed after it`);
  }
  return { number: Number(number), name, hash: createHash("sha256").update(sql).digest("hex"), statements };
};

/** The files of a folder in the order of their numbers, which must be 1, 2, 3, … An absent folder holds none. */
export const readMigrations = async (folder: URL = MIGRATIONS_FOLDER): Promise<readonly Migration[]> => {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const files = names.filter((name) => name.endsWith(".sql")).sort();
  const migrations = await Promise.all(
    files.map(async (file) => migrationOf(file, await readFile(new URL(file, folder), "utf8"))),
  );
  for (const [at, migration] of migrations.entries()) {
    if (migration.number !== at + 1)
      throw wrong(files[at] as string, `its number must be ${at + 1}: the numbers have no gap and none is taken twice`);
  }
  return migrations;
};

interface Step {
  readonly number: number;
  readonly step: number;
  readonly name: string;
  readonly hash: string;
}

const JOURNAL = `CREATE TABLE IF NOT EXISTS migration (
  number UInt32, step UInt32, name String, hash String, at DateTime64(3)
) ENGINE = MergeTree ORDER BY (number, step) SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

const DONE = "SELECT DISTINCT number, step, name, hash FROM migration";

/** Whether nothing is left to do, looked at without changing anything: what most starts find. */
export const isMigrated = async (session: Session, migrations: readonly Migration[]): Promise<boolean> => {
  const journals = await session.rows(
    "SELECT 1 AS one FROM system.tables WHERE database = currentDatabase() AND name = 'migration'",
    {},
  );
  if (journals.length === 0) return migrations.length === 0;
  const done = (await session.rows(DONE, {})) as readonly Step[];
  const key = (step: Step): string => `${step.number}/${step.step}/${step.hash}`;
  const wanted = migrations.flatMap(({ number, name, hash, statements }) =>
    statements.map((_, step) => key({ number, step, name, hash })),
  );
  return done.length === wanted.length && new Set([...done.map(key), ...wanted]).size === wanted.length;
};

/**
 * Brings a database to the newest of `migrations`. Each statement is recorded after it ran, so a killed run goes on
 * where it stood.
 * @throws {PipelineError} `VERSION_MISMATCH` (exit) when the database is newer than the program, or a file that ran was changed since.
 */
export const migrate = async (
  session: Session,
  migrations: readonly Migration[],
  log: Log,
  cluster?: ClusterOptions,
): Promise<void> => {
  for (const statement of cluster === undefined ? [JOURNAL] : clusterStatements(JOURNAL, cluster))
    await session.run(statement, {});
  const done = (await session.rows(DONE, {})) as readonly Step[];
  const newest = Math.max(0, ...done.map((step) => step.number));
  if (newest > migrations.length) {
    throw mismatch(
      `The store was written by a newer version: it is at migration ${newest}, this program knows ${migrations.length}. Start the newer version, or another folder.`,
      {
        database: newest,
        program: migrations.length,
      },
    );
  }
  for (const migration of migrations) {
    const steps = done.filter((step) => step.number === migration.number);
    const other = steps.find((step) => step.hash !== migration.hash);
    if (other !== undefined) {
      throw mismatch(
        `Migration ${migration.number} (${other.name}) was changed after it had run on this store. Undo the change and write a new migration, or start another folder.`,
        {
          migration: migration.number,
        },
      );
    }
    const ran = new Set(steps.map((step) => step.step));
    for (const [step, statement] of migration.statements.entries()) {
      if (ran.has(step)) continue;
      await session.run(statement, {});
      await session.insert("migration (number, step, name, hash, at) SETTINGS async_insert=0", [
        [
          migration.number,
          step,
          migration.name,
          migration.hash,
          new Date().toISOString().replace("T", " ").slice(0, -1),
        ],
      ]);
    }
    if (ran.size < migration.statements.length)
      log.info("store.migrated", {
        migration: migration.number,
        name: migration.name,
        statements: migration.statements.length,
      });
  }
};
