import { printable } from "./io.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Longest width in characters; longer cells end in "…". */
  readonly most?: number;
}

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

/** A plain table for people. Cells are made printable; widths follow the content. */
export const table = (columns: readonly Column[], rows: readonly (readonly string[])[]): string => {
  const cells = rows.map((row) => columns.map((column, i) => cut(printable(row[i] ?? ""), column.most ?? 60)));
  const widths = columns.map((column, i) => Math.max(column.title.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (columns[i]?.align === "right" ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return `${[columns.map((column) => column.title), widths.map((width) => "─".repeat(width)), ...cells].map(line).join("\n")}\n`;
};
