import { setImmediate as turn } from "node:timers/promises";
import { allOf, bytesFor, putLength, putText } from "./native-bytes.ts";
import { columnOf, type Column } from "./native-column.ts";
import { AT_ONCE, type Block, type Columns, type Values } from "./rows.ts";

interface Named {
  readonly name: string;
  readonly type: string;
  readonly column: Column;
}

const namedOf = ({ types }: Columns, { hex, rows }: Block, name: string): Named | null => {
  const type = types.get(name);
  const column = type === undefined ? null : columnOf(type, rows.length, hex.includes(name));
  return type === undefined || column === null ? null : { name, type, column };
};

const dataOf = (named: readonly Named[], rows: number): Buffer => {
  const head = bytesFor(10);
  putLength(head, named.length);
  putLength(head, rows);
  return Buffer.concat([
    ...allOf(head),
    ...named.flatMap(({ name, type, column }) => {
      const title = bytesFor(64);
      putText(title, name);
      putText(title, type);
      return [...allOf(title), ...column.head, ...column.data()];
    }),
  ]);
};

/** The columns from `place` on, each asked for by its name. */
const putByName = (named: readonly Named[], row: Values, place: number): boolean =>
  Object.keys(row).length <= named.length && named.slice(place).every(({ name, column }) => column.put(row[name]));

/**
 * False when a value is none of its column's, or the row has not just these columns. Fields in the order of the columns are read as they come,
 * which takes a fifth of asking for each by its name.
 */
const putRow = (named: readonly Named[], row: Values): boolean => {
  let place = 0;
  for (const name in row) {
    const next = named[place];
    if (next === undefined) return false;
    if (next.name !== name) return putByName(named, row, place);
    if (!next.column.put(row[name])) return false;
    place += 1;
  }
  return place === named.length;
};

/**
 * The rows in the engine's own form, column by column (Native): it keeps columns, so it takes over what it must take apart in any other form.
 * Null when a column is missing, or a value is not plainly of its column's type: these are left to the JSON form and its checks, and
 * nothing here converts or rounds.
 */
export const nativeOf = async (columns: Columns, block: Block): Promise<Buffer | null> => {
  if (columns.required.some((column) => !block.columns.includes(column))) return null;
  const named: Named[] = [];
  for (const name of block.columns) {
    const one = namedOf(columns, block, name);
    if (one === null) return null;
    named.push(one);
  }
  for (let from = 0; from < block.rows.length; from += AT_ONCE) {
    for (const row of block.rows.slice(from, from + AT_ONCE)) if (!putRow(named, row)) return null;
    await turn();
  }
  return dataOf(named, block.rows.length);
};
