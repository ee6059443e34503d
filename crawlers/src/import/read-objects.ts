import { cellsOf } from "./cells.ts";
import { RowReader } from "./row-reader.ts";
import { IMPORT_FIELDS, type ImportOptions, type ImportRow, type RejectedRow } from "./shapes.ts";

const OWN_NAMES = Object.fromEntries(IMPORT_FIELDS.map((field) => [field, field]));
/** Names every field, so that nothing is guessed from what this batch happens to hold. */
const EVERY_FIELD = { line: -1, cells: new Map<string, unknown>(IMPORT_FIELDS.map((field) => [field, ""])) };

/**
 * Mentions that came by another way than a file, in their order: only a field's own name names it, and the same object is the same mention whatever
 * stands beside it. `line` is the place in the list, from 0.
 */
export const readObjects = (
  objects: readonly unknown[],
  options: Omit<ImportOptions, "map" | "format" | "encoding" | "name" | "sheet">,
): readonly (ImportRow | RejectedRow)[] => {
  const given: ImportOptions = { slashes: "mdy", ...options, map: OWN_NAMES, format: null, encoding: null, name: null };
  const rows = objects.map((object, line) => ({ line, cells: cellsOf(object) }));
  const good = rows.flatMap(({ line, cells }) => (cells === null ? [] : [{ line, cells }]));
  const reader = new RowReader([EVERY_FIELD, ...good], given);
  return rows.map(({ line, cells }) => {
    if (cells === null)
      return {
        type: "rejected",
        line,
        bytes: 0,
        reason: "not-a-row",
        message: "an item must be a JSON object",
        raw: "",
      };
    const item = reader.read({ line, cells }, 0);
    return item.type === "mention" ? item : (item as RejectedRow);
  });
};
