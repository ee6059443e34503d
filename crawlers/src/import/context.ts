import type { Instant } from "@molva/contracts";
import { parseDate, type SlashOrder } from "@molva/text";
import type { FileContext } from "../sources/file.ts";
import { columnsFor, type Columns } from "./columns.ts";
import type { ImportOptions, RawRow } from "./shapes.ts";
import { bottomOf, textOf } from "./values.ts";

/** A number above 12 in front of a slash can only be a day. */
const slashOrderOf = (dates: readonly string[]): SlashOrder =>
  dates.some((date) => Number(/^\s*(\d{1,2})\/\d{1,2}\/\d{2,4}/u.exec(date)?.[1] ?? 0) > 12) ? "dmy" : "mdy";

const kindOf = (columns: Columns, options: ImportOptions): FileContext["kind"] => {
  if (options.kind !== undefined && options.kind !== null) return options.kind;
  const names = Object.values(columns).join(" ");
  if (/review|отзыв/iu.test(names)) return "review";
  return /comment|комментар/iu.test(names) ? "comment" : null;
};

/** The file's own time, unless its rows are newer than that: archives set such times at will. */
const referenceOf = (dates: readonly string[], zone: string, slashes: SlashOrder, options: ImportOptions): Instant => {
  const { writtenAt = null, fetchedAt } = options;
  if (writtenAt === null || writtenAt > fetchedAt) return fetchedAt;
  return dates.some((date) => parseDate(date, { fetchedAt: writtenAt, zone, slashes })?.clamped === true)
    ? fetchedAt
    : writtenAt;
};

export const namesOf = (rows: readonly RawRow[]): ReadonlySet<string> =>
  new Set(rows.flatMap((row) => [...row.cells.keys()]));

/** What the first rows tell about the whole file. @throws {PipelineError} `USAGE`, see `columnsFor`. */
export const contextOf = (rows: readonly RawRow[], options: ImportOptions): FileContext => {
  const columns = columnsFor(namesOf(rows), options);
  const cellsOf = (column: string | undefined): readonly string[] =>
    column === undefined ? [] : rows.map((row) => textOf(row.cells.get(column))).filter((cell) => cell !== "");
  const dates = cellsOf(columns.publishedAt);
  const slashes = options.slashes ?? slashOrderOf(dates);
  const max = options.ratingMax ?? 5;
  // Whose zone it is matters little here: a file is not older than its rows by hours.
  const zone = options.brand === null ? "UTC" : options.zoneOf(options.brand);
  return {
    columns,
    options,
    slashes,
    scale: { min: options.ratingMin ?? bottomOf(max), max },
    kind: kindOf(columns, options),
    reference: referenceOf(dates, zone, slashes, options),
  };
};
