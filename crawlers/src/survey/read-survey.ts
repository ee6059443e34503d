import { cellsOf } from "../import/cells.ts";
import { openRows } from "../import/open-rows.ts";
import type { ReadRow } from "../import/shapes.ts";
import { fieldsOf } from "./columns.ts";
import { refused, SurveyRows } from "./row-reader.ts";
import type { SurveyItem, SurveyOptions } from "./shapes.ts";

const SAMPLE_ROWS = 200;

const itemsOf = (row: ReadRow, reader: SurveyRows | null): readonly SurveyItem[] => {
  if ("broken" in row) return [refused(row.line, row.broken, row.message, row.raw)];
  return reader === null ? [] : reader.read(row);
};

/**
 * Reads answers to a survey, or customers of a period, from any file that `readImport` reads: first the plan, then the items in the order of the
 * file. The same file gives the same ids and hashes whenever it is read.
 * @throws {PipelineError} `USAGE`: no column of scores, a mapped column that is not there, an encoding or a sheet that is none.
 */
export const readSurvey = async function* (
  stream: AsyncIterable<Uint8Array>,
  options: SurveyOptions,
): AsyncGenerator<SurveyItem> {
  const { format, rows, state } = await openRows(stream, options);
  const sample: ReadRow[] = [];
  const iterator = rows[Symbol.asyncIterator]();
  try {
    while (sample.length < SAMPLE_ROWS) {
      const next = await iterator.next();
      if (next.done === true) break;
      sample.push(next.value);
    }
    const names = new Set(sample.flatMap((row) => ("broken" in row ? [] : [...row.cells.keys()])));
    const reader = names.size === 0 ? null : new SurveyRows(names, options);
    yield { type: "plan", format, encoding: state.encoding, columns: reader?.columns ?? {}, bytes: state.bytes };
    for (const row of sample) yield* itemsOf(row, reader);
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
      yield* itemsOf(next.value, reader);
  } finally {
    await iterator.return?.();
  }
};

/** Objects that came by another way than a file, in their order: only a field's own name names it. `line` is the place in the list, from 0. */
export const readSurveyObjects = (objects: readonly unknown[], options: SurveyOptions): readonly SurveyItem[] => {
  const fields = fieldsOf(options.metric);
  const reader = new SurveyRows(new Set(fields), { ...options, map: Object.fromEntries(fields.map((f) => [f, f])) });
  return objects.flatMap((object, line) => {
    const cells = cellsOf(object);
    return cells === null
      ? [refused(line, "not-a-row", "an item must be a JSON object", "")]
      : reader.read({ line, cells });
  });
};
