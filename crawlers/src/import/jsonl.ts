import { cellsOf, RAW_LIMIT, ROW_LIMIT } from "./cells.ts";
import type { ReadRow } from "./shapes.ts";

/** One row from one JSON text. */
export const rowOfJson = (json: string, line: number): ReadRow => {
  const raw = json.slice(0, RAW_LIMIT);
  try {
    const cells = cellsOf(JSON.parse(json));
    if (cells !== null) return { line, cells };
    return { line, broken: "not-a-row", message: "a row must be a JSON object", raw };
  } catch (error) {
    // V8's message quotes the text around the fault: only its first words are safe to print.
    const [what = "broken JSON"] = String(error instanceof Error ? error.message : error).split(/[,"'(]/u, 1);
    return { line, broken: "not-a-row", message: `no valid JSON: ${what.trim()}`, raw };
  }
};

export const tooLarge = (line: number, raw: string): ReadRow => ({
  line,
  broken: "row-too-large",
  message: `the row has more than ${ROW_LIMIT / 1024 / 1024} Mi characters`,
  raw: raw.slice(0, RAW_LIMIT),
});

/** One JSON object a line. A broken line is a broken row; the next one is read. */
export const readJsonLines = async function* (pieces: AsyncIterable<string>): AsyncGenerator<ReadRow> {
  let rest = "";
  let line = 1;
  let skipping = false;
  for await (const piece of pieces) {
    // A row of many pieces is put together once, when its end is there, and not looked through again with each piece.
    if (piece.includes("\n")) {
      const lines = (rest + piece).split("\n");
      rest = lines.pop() ?? "";
      for (const text of lines) {
        if (!skipping && text.trim() !== "")
          yield text.length > ROW_LIMIT ? tooLarge(line, text) : rowOfJson(text, line);
        skipping = false;
        line++;
      }
    } else rest += piece;
    if (rest.length > ROW_LIMIT) {
      if (!skipping) yield tooLarge(line, rest);
      skipping = true;
      rest = "";
    }
  }
  if (!skipping && rest.trim() !== "") yield rowOfJson(rest, line);
};
