import { PipelineError, type Table } from "@molva/contracts";

/** One insert is one statement; the in-process engine takes it as one string. */
export const MAX_ROWS = 100_000;

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

const problemsOf = (issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string =>
  issues
    .slice(0, 3)
    .map((issue) => `${issue.path.map(String).join(".") || "row"}: ${issue.message}`)
    .join("; ");

/**
 * Rows in the order of their columns, each checked against the table's schema. Every row has every column: what a row
 * leaves out the engine would fill with 0 or an empty text, and say nothing.
 * @throws {PipelineError} `CONTRACT_VIOLATED` (dead-letter) with the place of the row.
 */
export const blockOf = <Row>(table: Table<Row>, rows: readonly Row[]): Block => {
  if (rows.length > MAX_ROWS) refuse(table.name, null, `${rows.length} rows are too many for one insert; ${MAX_ROWS} is the limit, 5 000 to 20 000 is best`);
  const columns = Object.keys(rows[0] as object);
  const values = rows.map((row, at) => {
    const parsed = table.row.safeParse(row);
    if (!parsed.success) return refuse(table.name, at, problemsOf(parsed.error.issues));
    const value = parsed.data as Readonly<Record<string, unknown>>;
    const given = Object.keys(row as object);
    const unknown = given.find((key) => !Object.hasOwn(value, key));
    if (unknown !== undefined) return refuse(table.name, at, `column ${unknown} is unknown to the table's schema`);
    const width = Object.keys(value).length;
    const missing = columns.find((column) => value[column] === undefined);
    if (missing !== undefined || width !== columns.length) return refuse(table.name, at, missing === undefined ? "it has other columns than row 0" : `column ${missing} is missing`);
    return columns.map((column) => value[column]);
  });
  return { columns, rows: values };
};
