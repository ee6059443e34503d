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

export type Values = Readonly<Record<string, unknown>>;

/** Whether a row has just these columns shows where its values are read. */
export interface Block {
  readonly table: string;
  readonly columns: readonly string[];
  /** Those of the columns that hold numbers written in hex. */
  readonly hex: readonly string[];
  readonly rows: readonly Values[];
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

const parsedRow = <Row>(table: Table<Row>, row: Row, at: number): Values => {
  const parsed = table.row.safeParse(row);
  if (!parsed.success) {
    const problems = parsed.error.issues
      .slice(0, 3)
      .map((issue) => `${issue.path.map(String).join(".") || "row"}: ${issue.message}`);
    return refuse(table.name, at, problems.join("; "));
  }
  const value = parsed.data as Values;
  // A schema that is not strict drops a field that it does not know.
  const dropped = Object.keys(row as object).find((key) => !Object.hasOwn(value, key));
  return dropped === undefined ? value : refuse(table.name, at, `column ${dropped} is unknown to the table's schema`);
};

const refuseExtra = (table: string, columns: readonly string[], row: Values, at: number): void => {
  const extra = Object.keys(row).find((column) => !columns.includes(column));
  if (extra !== undefined)
    refuse(table, at, `column ${extra} is not in row 0; every row of an insert has the same columns`);
};

/**
 * Rows checked against the table's schema.
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
  const first = parsedRow(table, rows[0] as Row, 0);
  const named = { table: table.name, hex: table.hex ?? [] };
  // In the order of the rows' own fields: so they are read as they come.
  if (table.typed === true)
    return { ...named, columns: Object.keys(rows[0] as Values), rows: rows as unknown as readonly Values[] };
  const columns = Object.keys(first);
  const block = [first];
  for (let at = 1; at < rows.length; at += 1) {
    if (at % AT_ONCE === 0) await turn();
    const row = parsedRow(table, rows[at] as Row, at);
    refuseExtra(table.name, columns, row, at);
    block.push(row);
  }
  return { ...named, columns, rows: block };
};

/** As JSON takes it, whose numbers are written in tens. */
const fromHex = (value: unknown): unknown =>
  typeof value === "string" && /^[0-9a-f]+$/.test(value) ? BigInt(`0x${value}`).toString() : value;

/**
 * The rows as lists of values, for the JSON form.
 * @throws {PipelineError} `CONTRACT_VIOLATED` (dead-letter) where a row has other columns than the first.
 */
export const plainOf = async ({ table, columns, hex, rows }: Block): Promise<readonly (readonly unknown[])[]> => {
  const inHex = columns.map((column) => hex.includes(column));
  const plain: (readonly unknown[])[] = [];
  for (const [at, row] of rows.entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) await turn();
    plain.push(
      columns.map((column, place) => {
        const value = row[column];
        if (value === undefined) refuse(table, at, `column ${column} is missing`);
        return wellFormed(inHex[place] === true ? fromHex(value) : value);
      }),
    );
    refuseExtra(table, columns, row, at);
  }
  return plain;
};

/**
 * Holds a block against the engine's own columns: the engine fills what is left out, wraps what does not fit and turns
 * null into 0, all without a word.
 * @throws {PipelineError} `STORE_REJECTED`: recovery `exit` when schema and table differ, `dead-letter` when a value does not fit.
 */
export const checkBlock = (
  columns: Columns,
  { table, columns: given }: Block,
  rows: readonly (readonly unknown[])[],
): void => {
  const reject = (problem: string, recovery: "exit" | "dead-letter", row: number | null): never => {
    throw new PipelineError(`insert into ${table}${row === null ? "" : `, row ${row}`}: ${problem}`, {
      code: "STORE_REJECTED",
      recovery,
      details: { table, row },
    });
  };
  const unknown = given.find((column) => !columns.checks.has(column));
  if (unknown !== undefined)
    reject(`the table has no column ${unknown}; add it by a migration or take it out of the row`, "exit", null);
  const missing = columns.required.find((column) => !given.includes(column));
  if (missing !== undefined)
    reject(
      `the rows leave out column ${missing}, and it has no default; the engine would store 0 or an empty text`,
      "exit",
      null,
    );
  const checks = given.map((column) => columns.checks.get(column) as Check);
  for (const [at, row] of rows.entries()) {
    for (let place = 0; place < checks.length; place += 1) {
      const problem = (checks[place] as Check)(row[place]);
      if (problem !== null) reject(`column ${given[place]}: ${problem}`, "dead-letter", at);
    }
  }
};
