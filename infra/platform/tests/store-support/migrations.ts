import { migrationOf, type Migration } from "../../src/index.ts";

/** Four files of three statements: each makes a table, widens it, and fills it in a way that bears repeating. */
export const MIGRATIONS: readonly Migration[] = Array.from({ length: 4 }, (_, at) => {
  const number = at + 1;
  const table = `step_${number}`;
  return migrationOf(
    `${String(number).padStart(4, "0")}-step-${number}.sql`,
    `-- a table; with a semicolon in its comment
CREATE TABLE IF NOT EXISTS ${table} (n UInt32, s String DEFAULT 'a;b') ENGINE = ReplacingMergeTree ORDER BY n;
ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS late UInt8 DEFAULT ${number};
INSERT INTO ${table} (n) SELECT number FROM numbers(100);`,
  );
});
