import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { LABELS } from "@molva/contracts";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { usageError, type Call } from "../command.ts";
import { printable } from "../io.ts";
import { idInput } from "./one.ts";
import type { Wish } from "./decide.ts";

/** Bytes of a file of corrections: hundreds of thousands of rows. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Problems that are told at once. */
const MOST_TOLD = 20;

const rowSchema = z.object({
  id: idInput,
  label: z.preprocess(
    (told) => (typeof told === "string" ? told.trim().toLowerCase() : told),
    z.enum(LABELS, { error: `label must be one of ${LABELS.join(", ")}` }),
  ),
  reason: z
    .string()
    .max(2000)
    .nullish()
    .transform((text) => (text === undefined || text === null || text.trim() === "" ? null : text.trim())),
});

interface Row {
  readonly line: number;
  readonly value: unknown;
}

export interface FileWish {
  readonly line: number;
  readonly wish: Extract<Wish, { readonly type: "human" }>;
}

const csvRows = (text: string): readonly Row[] => {
  try {
    const rows = parse(text, {
      bom: true,
      columns: (names: readonly string[]) => names.map((name) => name.trim().toLowerCase()),
      delimiter: [",", ";", "\t"],
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
    }) as unknown as readonly { readonly record: unknown; readonly info: { readonly lines: number } }[];
    return rows.map(({ record, info }) => ({ line: info.lines, value: record }));
  } catch (error) {
    throw usageError(
      `--file: this is no CSV with the columns id, label and, if you like, reason (${error instanceof Error ? error.message : "unreadable"})`,
    );
  }
};

const jsonRows = (text: string): readonly Row[] =>
  text.split(/\r?\n/).flatMap((line, i): readonly Row[] => {
    if (line.trim() === "") return [];
    try {
      return [{ line: i + 1, value: JSON.parse(line) as unknown }];
    } catch {
      return [{ line: i + 1, value: null }];
    }
  });

/**
 * Reads `id,label[,reason]` from CSV or JSON Lines. A mention that stands there twice takes its last label.
 * @throws {PipelineError} `USAGE` with every problem and its line, before anything is decided.
 */
export const readRelabelFile = async (call: Call, file: string): Promise<readonly FileWish[]> => {
  const path = resolve(call.io.cwd, file);
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) throw usageError(`--file: ${path} is no file that can be read`);
  if (found.size > MOST_BYTES)
    throw usageError(`--file: ${path} is larger than ${MOST_BYTES / 1024 / 1024} MiB; split it`);
  const text = await readFile(path, "utf8");
  const rows = /^\uFEFF?\s*\{/.test(text) ? jsonRows(text.replace(/^\uFEFF/, "")) : csvRows(text);
  const problems: string[] = [];
  const wishes = new Map<string, FileWish>();
  for (const { line, value } of rows) {
    const row = rowSchema.safeParse(value);
    if (row.success) {
      const { id, label, reason } = row.data;
      wishes.delete(id);
      wishes.set(id, { line, wish: { type: "human", id, label, reason } });
    } else {
      const [issue] = row.error.issues;
      problems.push(`line ${line}: ${String(issue?.path[0] ?? "row")}: ${printable(issue?.message ?? "unreadable")}`);
    }
  }
  if (problems.length > 0) throw usageError(problemsText("--file", problems));
  if (wishes.size === 0) throw usageError(`--file: ${path} holds no rows; each needs an id and a label`);
  return [...wishes.values()];
};

export const problemsText = (where: string, problems: readonly string[]): string =>
  [
    `${where}: ${problems.length} ${problems.length === 1 ? "row" : "rows"} cannot be used; nothing was changed.`,
    ...problems.slice(0, MOST_TOLD),
    ...(problems.length > MOST_TOLD ? [`… and ${problems.length - MOST_TOLD} more`] : []),
  ].join("\n");
