/** A row larger than this, in characters, is refused: no review is, and one quote that never closes must not fill the memory. */
export const ROW_LIMIT = 16 * 1024 * 1024;
export const RAW_LIMIT = 10_000;

const MAX_COLUMNS = 500;
const MAX_DEPTH = 4;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The cells of a JSON object; what is nested gets a dotted name, `author.name`. Lists stay whole. Null when it is no object. */
export const cellsOf = (value: unknown): ReadonlyMap<string, unknown> | null => {
  if (!isObject(value)) return null;
  const cells = new Map<string, unknown>();
  const add = (object: Readonly<Record<string, unknown>>, prefix: string, depth: number): void => {
    for (const [key, cell] of Object.entries(object)) {
      if (cells.size >= MAX_COLUMNS) return;
      if (isObject(cell) && depth < MAX_DEPTH) add(cell, `${prefix}${key}.`, depth + 1);
      else cells.set(prefix + key, cell);
    }
  };
  add(value, "", 1);
  return cells;
};
