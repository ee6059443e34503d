import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { openStore } from "@molva/platform";
import type { Runtime } from "../runtime.ts";
import type { ColumnType, ExportColumn, ExportRow } from "./columns.ts";
import { jsonLines, textPieces } from "./lines.ts";

const TYPES: Readonly<Record<ColumnType, string>> = {
  text: "Nullable(String)",
  list: "Nullable(String)",
  number: "Nullable(Float64)",
  integer: "Nullable(UInt64)",
  flag: "Nullable(Bool)",
  time: "Nullable(DateTime64(3, 'UTC'))",
};

const literal = (text: string): string => `'${text.replaceAll(/[\\']/g, "\\$&")}'`;

/**
 * Parquet, written by the engine: the rows go to a file in a temporary folder, and the engine turns that into another, both on disk. The store's own
 * engine where it is in this process; else one is opened for it.
 */
export const parquetPieces = async function* (
  columns: readonly ExportColumn[],
  rows: AsyncIterable<ExportRow>,
  engine: Runtime["engine"],
): AsyncGenerator<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "molva-export-"));
  try {
    const [from, to] = [join(folder, "rows.jsonl"), join(folder, "rows.parquet")];
    await pipeline(Readable.from(textPieces(jsonLines, columns, rows)), createWriteStream(from, { mode: 0o600 }));
    const shape = columns.map(({ name, type }) => `\`${name}\` ${TYPES[type]}`).join(", ");
    const own = engine === null ? await openStore({ path: join(folder, "engine"), migrations: [] }) : null;
    const connection = (engine ?? own?.engine)?.connect();
    try {
      await connection?.answer(
        `INSERT INTO FUNCTION file(${literal(to)}, 'Parquet') SELECT * FROM file(${literal(from)}, 'JSONEachRow', ${literal(shape)}) SETTINGS date_time_input_format = 'best_effort', input_format_json_read_arrays_as_strings = 1`,
        "Null",
      );
    } finally {
      connection?.close();
      await own?.close();
    }
    for await (const piece of createReadStream(to)) yield piece as Buffer;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
