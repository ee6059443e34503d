import type { ImportFormat } from "./shapes.ts";

/** How much of the text is looked at. */
export const HEAD = 65_536;

const DELIMITERS = [",", ";", "\t", "|"] as const;

const isWhole = (json: string): boolean => {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
};

/** JSON, JSON Lines or CSV, by what the text begins with; a name's ending decides only where that leaves a doubt. */
export const formatOf = (head: string, name: string | null): ImportFormat => {
  const text = head.replace(/^\uFEFF?\s*/u, "");
  if (/\.(csv|tsv|txt)$/iu.test(name ?? "")) return "csv";
  if (text.startsWith("{")) {
    if (/\.(jsonl|ndjson)$/iu.test(name ?? "")) return "jsonl";
    const line = text.split("\n", 1)[0] ?? "";
    // One object in one line, and nothing after it, may be a wrapper around a list.
    return isWhole(line) && text.trimEnd().length > line.trimEnd().length ? "jsonl" : "json";
  }
  if (text.startsWith("[")) return "json";
  return /\.(jsonl|ndjson)$/iu.test(name ?? "") ? "jsonl" : /\.json$/iu.test(name ?? "") ? "json" : "csv";
};

/** The separator that stands most often in the first record, outside of quotes; a comma when none does. */
export const delimiterOf = (head: string): string => {
  const counts = new Map<string, number>(DELIMITERS.map((d) => [d, 0]));
  let quoted = false;
  for (const char of head.replace(/^\uFEFF?\s*/u, "")) {
    if (char === '"') quoted = !quoted;
    else if (!quoted && (char === "\n" || char === "\r")) break;
    else if (!quoted && counts.has(char)) counts.set(char, (counts.get(char) ?? 0) + 1);
  }
  return DELIMITERS.reduce((best, d) => ((counts.get(d) ?? 0) > (counts.get(best) ?? 0) ? d : best));
};
