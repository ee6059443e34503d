import { setImmediate as turn } from "node:timers/promises";
import { PipelineError, type Table } from "@molva/contracts";
import type { Check } from "./engine-type.ts";

/** One insert is one statement, and the in-process engine takes it as one string. */
const MAX_ROWS = 100_000;
/** Rows between two turns of the event loop: some milliseconds, so that the page stays live while a large batch is written. */
export const AT_ONCE = 500;

/** A table's columns as the engine has them. */
export interface Columns {
  readonly checks: ReadonlyMap<string, Check>;
  readonly types: ReadonlyMap<string, string>;
  /** Those without a default of their own. */
  readonly required: readonly string[];
}

export interface Block {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

const refuse = (table: string, row: number | null, problem: string): never => {
  throw new PipelineError(`insert into ${table}${row === null ? "" : `, row ${row}`}: ${problem}`, {
    code: "CONTRACT_VIOLATED",
    recovery: "dead-letter",
    details: { table, row },
  });
};

/** Node has these; the ES2023 declarations do not. */
interface Text {
  isWellFormed(): boolean;
  toWellFormed(): string;
}

/**
 * As JSON takes it: an integer beyond 2^53 as digits. Half of a surrogate pair (a text that was cut inside an emoji) becomes U+FFFD, as in every UTF-8 text; the engine would
 * refuse the whole batch for it.
 */
const wellFormed = (value: unknown): unknown => {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") {
    const text = value as unknown as Text;
    return text.isWellFormed() ? value : text.toWellFormed();
  }
  if (Array.isArray(value)) return value.length === 0 ? value : value.map(wellFormed);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [wellFormed(key), wellFormed(item)]));
};

export const wellFormedRow = (row: readonly unknown[]): readonly unknown[] => row.map(wellFormed);

const parsedRow = <Row>(table: Table<Row>, row: Row, at: number): Readonly<Record<string, unknown>> => {
  const parsed = table.row.safeParse(row);
  if (!parsed.success) {
    const problems = parsed.error.issues
      .slice(0, 3)
      .map((issue) => `${issue.path.map(String).join(".") || "row"}: ${issue.message}`);
    return refuse(table.name, at, problems.join("; "));
  }
  const value = parsed.data as Readonly<Record<string, unknown>>;
  // A schema that is not strict drops a field that it does not know.
  const dropped = Object.keys(row as object).find((key) => !Object.hasOwn(value, key));
  return dropped === undefined ? value : refuse(table.name, at, `column ${dropped} is unknown to the table's schema`);
};

/**
 * Rows checked against the table's schema; every row has the same columns.
 * @throws {PipelineError} `CONTRACT_VIOLATED` (dead-letter) with the place of the row.
 */
export const blockOf = async <Row>(table: Table<Row>, rows: readonly Row[]): Promise<Block> => {
  if (!/^[A-Za-z_]\w*$/.test(table.name))
    refuse(table.name.slice(0, 100), null, "a table's name holds letters, digits and _ only");
  if (rows.length > MAX_ROWS)
    refuse(
      table.name,
      null,
      `${rows.length} rows are too many for one insert; ${MAX_ROWS} is the limit, 5 000 to 20 000 is best`,
    );
  const columns = Object.keys(parsedRow(table, rows[0] as Row, 0));
  const block: (readonly unknown[])[] = [];
  for (const [at, row] of rows.entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) await turn();
    const checked =
      table.typed === true && at > 0 ? (row as Readonly<Record<string, unknown>>) : parsedRow(table, row, at);
    block.push(valuesOf(table, columns, checked, at));
  }
  return { columns, rows: block };
};

const valuesOf = <Row>(
  table: Table<Row>,
  columns: readonly string[],
  row: Readonly<Record<string, unknown>>,
  at: number,
): readonly unknown[] => {
  const values: unknown[] = [];
  for (const column of columns) {
    const value = row[column];
    if (value === undefined) return refuse(table.name, at, `column ${column} is missing`);
    values.push(value);
  }
  const keys = Object.keys(row);
  const extra = keys.length === columns.length ? undefined : keys.find((column) => !columns.includes(column));
  return extra === undefined
    ? values
    : refuse(table.name, at, `column ${extra} is not in row 0; every row of an insert has the same columns`);
};

/**
 * Holds a block against the engine's own columns: the engine fills what is left out, wraps what does not fit and turns
 * null into 0, all without a word.
 * @throws {PipelineError} `STORE_REJECTED`: recovery `exit` when schema and table differ, `dead-letter` when a value does not fit.
 */
export const checkBlock = (table: string, columns: Columns, block: Block): void => {
  const reject = (problem: string, recovery: "exit" | "dead-letter", row: number | null): never => {
    throw new PipelineError(`insert into ${table}${row === null ? "" : `, row ${row}`}: ${problem}`, {
      code: "STORE_REJECTED",
      recovery,
      details: { table, row },
    });
  };
  const unknown = block.columns.find((column) => !columns.checks.has(column));
  if (unknown !== undefined)
    reject(`the table has no column ${unknown}; add it by a migration or take it out of the row`, "exit", null);
  const missing = columns.required.find((column) => !block.columns.includes(column));
  if (missing !== undefined)
    reject(
      `the rows leave out column ${missing}, and it has no default; the engine would store 0 or an empty text`,
      "exit",
      null,
    );
  const checks = block.columns.map((column) => columns.checks.get(column) as Check);
  for (const [at, row] of block.rows.entries()) {
    for (let place = 0; place < checks.length; place += 1) {
      const problem = (checks[place] as Check)(row[place]);
      if (problem !== null) reject(`column ${block.columns[place]}: ${problem}`, "dead-letter", at);
    }
  }
};
