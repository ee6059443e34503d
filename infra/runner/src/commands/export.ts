import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { listBrands } from "@molva/aggregator";
import { DIMENSIONS, GIVEN_LABELS } from "@molva/contracts";
import { zoneSchema } from "@molva/platform";
import { STEPS } from "@molva/text";
import { z } from "zod";
import { AS_OF_FLAG, pointOf } from "../as-of.ts";
import { defineCommand, TZ_FLAG, usageError, type Call } from "../command.ts";
import { MENTION_COLUMNS, nsrColumns, type ExportColumn, type ExportRow } from "../export/columns.ts";
import { csvLines, jsonLines, textPieces } from "../export/lines.ts";
import { parquetPieces } from "../export/parquet.ts";
import { mentionRows, nsrRows } from "../export/rows.ts";
import { xlsxPieces } from "../export/xlsx.ts";
import { knownBrand } from "../known-brand.ts";
import { momentOf } from "../moment.ts";
import { progressBar } from "../progress.ts";

const FORMATS = ["csv", "jsonl", "xlsx", "parquet"] as const;

const input = z.strictObject({
  what: z.enum(["mentions", "nsr"], { error: "write mentions or nsr" }),
  format: z.enum(FORMATS, { error: `say how: --format ${FORMATS.join(", ")}` }),
  out: z.string().min(1).optional(),
  brand: z.string().optional(),
  all: z.boolean().default(false),
  source: z.string().optional(),
  label: z.enum(GIVEN_LABELS).optional(),
  search: z.string().min(1).max(500).optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  window: z.string().optional(),
  step: z.enum(STEPS).optional(),
  by: z.enum(DIMENSIONS).optional(),
  asOf: z.string().optional(),
  tz: zoneSchema.optional(),
});
type Input = z.output<typeof input>;

const ONLY_MENTIONS = ["source", "label", "search"] as const;
const ONLY_NSR = ["window", "step", "by"] as const;

const checkUse = (call: Call, told: Input): void => {
  const foreign = (told.what === "nsr" ? ONLY_MENTIONS : ONLY_NSR).find((key) => told[key] !== undefined);
  if (foreign !== undefined) throw usageError(`--${foreign} does not go with export ${told.what}`);
  const binary = told.format === "xlsx" || told.format === "parquet";
  if (binary && told.out === undefined && call.io.outIsTerminal)
    throw usageError(
      `${told.format} is nothing for a terminal: write it to a file with --out FILE, or send it on with > or |`,
    );
};

interface Source {
  readonly columns: readonly ExportColumn[];
  readonly rows: AsyncIterable<ExportRow>;
}

const sourceOf = async (call: Call, told: Input): Promise<Source> => {
  const runtime = await call.runtime();
  const { store } = runtime;
  const brands =
    told.brand === undefined ? (await listBrands(store)).map(({ id }) => id) : [await knownBrand(call, told.brand)];
  const zone = told.tz ?? (await call.zone());
  const from = told.from === undefined ? null : momentOf(told.from, zone, "from");
  const to = told.to === undefined ? null : momentOf(told.to, zone, "to");
  if (from !== null && to !== null && from >= to) throw usageError("--from must lie before --to");
  const asOf = await pointOf(runtime, told.asOf);
  if (told.what === "mentions") {
    const filter = {
      source: told.source ?? null,
      label: told.label ?? null,
      search: told.search ?? null,
      from,
      to,
      asOf,
    };
    return { columns: MENTION_COLUMNS, rows: mentionRows(store, brands, filter, call.io.signal) };
  }
  const horizon = await runtime.horizon();
  const question = {
    brands,
    // As molva nsr has it: the share of voice among all, unless one brand is asked for.
    against: told.brand === undefined ? brands : null,
    adjusted: true,
    from,
    to,
    window: told.window ?? null,
    step: told.step ?? "day",
    by: told.by ?? null,
    tz: zone,
    asOf,
    horizon,
  };
  return { columns: nsrColumns(question.by), rows: nsrRows(store, question, call.io.signal) };
};

/** Into another file first, so that what stands there is whole or the old one. */
const writeFileWhole = async (call: Call, out: string, pieces: AsyncIterable<Buffer>): Promise<void> => {
  const path = resolve(call.io.cwd, out);
  const found = await stat(path).catch(() => null);
  if (found !== null && !found.isFile()) throw usageError(`--out: ${path} is no file that can be written`);
  const draft = `${path}.part`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(draft, { mode: 0o600 }), { signal: call.io.signal });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT" || code === "EACCES") throw usageError(`--out: ${path} cannot be written (${code})`);
    throw error;
  }
};

export const exportCommand = defineCommand({
  name: "export",
  summary: "everything as CSV, JSON Lines, a spreadsheet or Parquet, without a limit",
  details: `export mentions has the columns of molva mentions --json, export nsr those of molva nsr (a row for each step, by default a day). Rows are written as they are read.
In CSV and XLSX a text that begins like a formula (= + - @, tab, line break) has an apostrophe before it, so that no spreadsheet runs it; JSON Lines and Parquet hold texts as they are.`,
  arguments: [{ flags: "<what>", key: "what", help: "mentions or nsr" }],
  flags: [
    { flags: "--format <format>", help: FORMATS.join(", ") },
    { flags: "--out <file>", help: "where to (default: standard output)" },
    { flags: "--brand <brand>", help: "one brand, by id or title (default: all)" },
    { flags: "--all", help: "every brand, as without --brand" },
    { flags: "--source <source>", help: "mentions: one source" },
    { flags: "--label <label>", help: "mentions: negative, neutral, positive or unscored" },
    { flags: "--search <text>", help: "mentions: only those whose text or title holds it" },
    { flags: "--from <time>", help: "first moment, e.g. 2025-01-01" },
    { flags: "--to <time>", help: "end, not included" },
    { flags: "--window <length>", help: "nsr: rolling window: 24h, 7d, 30d, …" },
    { flags: "--step <step>", help: "nsr: hour, day (default), week or month" },
    { flags: "--by <dimension>", help: "nsr: source, language, region, topic or rating" },
    AS_OF_FLAG,
    TZ_FLAG,
  ],
  examples: [
    "molva export mentions --format xlsx --brand aurora --from 2026-01-01 --out mentions.xlsx",
    "molva export nsr --format csv --window 7d --step day > nsr.csv",
    "molva export mentions --format parquet --out mentions.parquet",
  ],
  folder: "held",
  input,
  run: async (call, told) => {
    checkUse(call, told);
    const { columns, rows } = await sourceOf(call, told);
    const bar = progressBar(call.io, "Exporting", "rows");
    let count = 0;
    const counted = async function* (): AsyncGenerator<ExportRow> {
      for await (const row of rows) {
        count += 1;
        bar.update(count, null);
        yield row;
      }
    };
    const pieces = {
      csv: () => textPieces(csvLines, columns, counted()),
      jsonl: () => textPieces(jsonLines, columns, counted()),
      xlsx: () => xlsxPieces(columns, counted(), told.what),
      parquet: async function* () {
        yield* parquetPieces(columns, counted(), (await call.runtime()).engine);
      },
    }[told.format]();
    try {
      if (told.out !== undefined) await writeFileWhole(call, told.out, pieces);
      else for await (const piece of pieces) await call.io.outBytes(piece);
    } finally {
      bar.end();
    }
    call.io.err(`${count} rows\n`);
    return 0;
  },
});
