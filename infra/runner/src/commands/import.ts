import type { ImportPlan, ImportRow } from "@molva/crawlers";
import { sourceIdSchema } from "@molva/contracts";
import { zoneSchema } from "@molva/platform";
import { z } from "zod";
import { defineCommand, JSON_FLAG, TZ_FLAG, type Call } from "../command.ts";
import { brandsNamed } from "../importing/brands-named.ts";
import { originOf } from "../importing/file-origin.ts";
import { publishRows } from "../importing/publish-rows.ts";
import { rejectsFile } from "../importing/rejects-file.ts";
import { settledWithBar } from "../settled.ts";
import { progressBar } from "../progress.ts";

const BATCH = 1_000;

/** As in `@molva/crawlers`, which is not loaded to show the help; a test compares them. */
export const FIELDS =
  "id, text, title, url, author, rating, publishedAt, editedAt, language, region, brand, reply, repliedAt, kind, fetchedAt";

const input = z.strictObject({
  file: z.string().min(1),
  brand: z.string().trim().min(1).max(200).optional(),
  source: sourceIdSchema.default(sourceIdSchema.parse("file")),
  format: z.enum(["jsonl", "json", "csv", "xlsx"]).optional(),
  sheet: z.string().min(1).max(200).optional(),
  map: z.string().default(""),
  encoding: z.string().optional(),
  ratingMax: z.coerce.number().positive().max(1000).optional(),
  tz: zoneSchema.optional(),
  wait: z.boolean().default(true),
  json: z.boolean().default(false),
});
type Input = z.output<typeof input>;

export interface ImportSummary {
  rows: number;
  new: number;
  changed: number;
  unchanged: number;
  rejected: number;
  /** Brands that only this import knows. */
  imported: string[];
  notes: Record<string, number>;
  rejects: string | null;
}

const planText = (plan: ImportPlan): string =>
  `Reading ${plan.format} (${plan.encoding}): ${Object.entries(plan.columns)
    .map(([field, column]) => `${field} ← ${column}`)
    .join(", ")}${plan.extra.length === 0 ? "" : `; kept as extra: ${plan.extra.join(", ")}`}\n`;

const summaryText = (s: ImportSummary): string =>
  [
    `${s.rows} rows: ${s.new} new mentions, ${s.changed} changed, ${s.unchanged} unchanged, ${s.rejected} rejected.`,
    ...(s.imported.length === 0
      ? []
      : [`Brands that the configuration does not know, created as imported: ${s.imported.join(", ")}.`]),
    ...Object.entries(s.notes).map(([note, count]) => `${count} × ${note}`),
    ...(s.rejects === null ? [] : [`Rejected rows with their reasons: ${s.rejects}`]),
    "",
  ].join("\n");

const importFile = async (call: Call, told: Input): Promise<ImportSummary> => {
  const { brandIdFor, parseMap, readImport } = await import("@molva/crawlers");
  const map = parseMap(told.map);
  const runtime = await call.runtime();
  const [brands, zone] = [await call.brands(), await call.zone()];
  const now = runtime.clock();
  const summary: ImportSummary = {
    rows: 0,
    new: 0,
    changed: 0,
    unchanged: 0,
    rejected: 0,
    imported: [],
    notes: {},
    rejects: null,
  };
  const seen = new Set<string>();
  const { brandOf, unknown } = brandsNamed(brands, brandIdFor);
  const origin = await originOf(call, told.file);
  const rejects = rejectsFile(call.dataDir, told.file === "-" ? "stdin" : told.file, now);
  const bar = progressBar(call.io, "Importing", "kB");
  let waiting: ImportRow[] = [];
  const publish = async (): Promise<void> => {
    const { new: fresh, changed, unchanged } = await publishRows(runtime, waiting, now, "backfill");
    summary.new += fresh;
    summary.changed += changed;
    summary.unchanged += unchanged;
    waiting = [];
  };
  try {
    const items = readImport(origin.bytes, {
      source: told.source,
      brand: told.brand === undefined ? null : brandOf(told.brand),
      brandOf,
      map,
      zoneOf: (brand) => told.tz ?? brands.find((one) => one.id === brand)?.timezone ?? zone,
      ...(told.ratingMax === undefined ? {} : { ratingMax: told.ratingMax }),
      format: told.format ?? null,
      encoding: told.encoding ?? null,
      sheet: told.sheet ?? null,
      name: told.file === "-" ? null : told.file,
      fetchedAt: now,
      writtenAt: origin.writtenAt,
      hashAuthor: runtime.hashAuthor,
    });
    for await (const item of items) {
      call.io.signal.throwIfAborted();
      if (item.type === "plan") {
        call.io.err(planText(item));
        continue;
      }
      summary.rows += 1;
      bar.update(item.bytes / 1024, origin.total === null ? null : origin.total / 1024, `${summary.rows} rows`);
      if (item.type === "rejected") {
        summary.rejected += 1;
        await rejects.write({ line: item.line, reason: item.reason, message: item.message, row: item.raw });
        continue;
      }
      for (const note of item.notes) summary.notes[note] = (summary.notes[note] ?? 0) + 1;
      seen.add(item.mention.brandId);
      waiting.push(item);
      if (waiting.length < BATCH) continue;
      await publish();
    }
    await publish();
  } finally {
    bar.end();
    summary.rejects = await rejects.close();
  }
  summary.imported = [...unknown].filter((brand) => seen.has(brand)).toSorted();
  return summary;
};

export const importCommand = defineCommand({
  name: "import",
  summary: "bring mentions in from a file",
  details: `Fields: ${FIELDS}. What is not mapped is guessed from the columns' names, and said. Dates may be ISO, epoch seconds, or as people
write them in English or Russian. A brand that is not configured is created. Importing a file again changes nothing; a killed import is run again.`,
  arguments: [{ flags: "<file>", key: "file", help: "a file, or - for standard input" }],
  flags: [
    { flags: "--brand <brand>", help: "the brand of every row (else a column says it)" },
    { flags: "--source <source>", help: "where the mentions come from (default: file)" },
    { flags: "--format <format>", help: "jsonl, json, csv or xlsx (default: told from the file)" },
    { flags: "--sheet <name>", help: "of a spreadsheet: which sheet (default: the first that is not hidden)" },
    { flags: "--map <pairs>", help: "field=column,… where the names differ" },
    { flags: "--encoding <name>", help: "e.g. windows-1251 (default: told from the bytes)" },
    { flags: "--rating-max <n>", help: "top of the rating scale (default 5)" },
    { flags: "--no-wait", help: "end when the log has the mentions; do not wait for the numbers" },
    TZ_FLAG,
    JSON_FLAG,
  ],
  examples: [
    "molva import reviews.csv --source crm --brand aurora --tz Europe/Moscow",
    "molva import export.csv --source banki-ru --map text=reviewBody,brand=bankName,publishedAt=datePublished,url=url,region=location",
    "zcat old.jsonl.gz | molva import - --format jsonl --brand aurora",
  ],
  folder: "held",
  input,
  run: async (call, told) => {
    const summary = await importFile(call, told);
    if (told.wait) {
      if (summary.new + summary.changed > 0) call.io.err("In the log; labelling and counting…\n");
      await settledWithBar(await call.runtime(), call.io);
    }
    await call.io.out(told.json ? `${JSON.stringify(summary)}\n` : summaryText(summary));
    return summary.rows > 0 && summary.rejected === summary.rows ? 1 : 0;
  },
});
