import { isMap, isScalar, type Document, type LineCounter, type Node } from "yaml";
import type { z } from "zod";

/** One thing that is wrong in a configuration, with all that is needed to mend it. Lines and columns count from 1. */
export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `brands[0].targets[1].url` */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
  /** The faulty text, and below it a line whose ^ points at the fault. */
  readonly excerpt?: readonly [line: string, caret: string];
}

/** `FILE:LINE:COLUMN  path` and below it what was found and what to write instead. */
export const formatProblem = (p: ConfigProblem): string =>
  `${p.file}:${p.line}:${p.column}  ${p.path}\n    found     ${p.found}\n${(p.excerpt ?? []).map((line) => `              ${line}\n`).join("")}    expected  ${p.expected}`;

type Path = readonly PropertyKey[];

export const pathText = (path: Path): string =>
  path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${String(part)}`)).join("") ||
  "(the file)";

const shown = (value: unknown): string => {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
};

/** The node at the path, or the nearest one above it that is there. */
const nodeAt = (document: Document, path: Path): Node | null => {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (node !== undefined && node !== null && typeof node === "object") return node as Node;
  }
  return document.contents;
};

const keyNode = (document: Document, path: Path, key: string): Node | null => {
  const map = path.length === 0 ? document.contents : document.getIn(path, true);
  if (!isMap(map)) return null;
  const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  return (pair?.key as Node | undefined) ?? null;
};

/** Levenshtein distance, for "did you mean". Both words are short. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
};

export const nearest = (word: string, words: readonly string[]): string | null => {
  const [best] = words.map((known) => [distance(word, known), known] as const).sort(([a], [b]) => a - b);
  return best !== undefined && best[0] <= Math.max(2, word.length / 3) ? best[1] : null;
};

/** Which keys may stand at a path of the configuration. */
export type KeysAt = (path: Path) => readonly string[];

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  array: "a list, one “- ” a line",
  object: "keys with values, indented",
  boolean: "true or false",
};

const expectation = (issue: z.core.$ZodIssue): string => {
  if (issue.code === "invalid_type") return TYPE_WORDS[issue.expected] ?? issue.expected;
  if (issue.code === "invalid_value") return `one of ${issue.values.map((value) => String(value)).join(", ")}`;
  return issue.message.replace(/^Too (small|big): expected /, "").replace(/^Invalid /, "a valid ");
};

/** Every problem of one schema issue, placed in the file. */
export const problemsOf = (
  issue: z.core.$ZodIssue,
  context: { readonly file: string; readonly document: Document; readonly lines: LineCounter; readonly keysAt: KeysAt },
): readonly ConfigProblem[] => {
  const { file, document, lines, keysAt } = context;
  const place = (node: Node | null) => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const known = keysAt(issue.path);
      const meant = nearest(key, known);
      return {
        file,
        ...place(keyNode(document, issue.path, key)),
        path: pathText([...issue.path, key]),
        found: `the unknown key ${key}`,
        expected: meant === null ? `one of ${known.join(", ")}` : `${meant} (did you mean it?)`,
      };
    });
  }
  const value: unknown = (() => {
    const node = issue.path.length === 0 ? document.contents : document.getIn(issue.path, true);
    return node !== null && typeof node === "object" && "toJSON" in node ? (node as Node).toJS(document) : node;
  })();
  const missing = value === undefined && issue.path.length > 0;
  const expected =
    issue.code === "invalid_union" && issue.path.at(-1) === "source"
      ? `one of ${keysAt([...issue.path]).join(", ")} (\`molva sources\` lists them)`
      : expectation(issue);
  return [
    {
      file,
      ...place(nodeAt(document, issue.path)),
      path: pathText(issue.path),
      found: missing ? "nothing: the key is missing" : shown(value),
      expected,
    },
  ];
};
