import { LineCounter, parseDocument, type Document } from "yaml";
import { z } from "zod";
import { pathText, problemsOf, type ConfigProblem, type KeysAt } from "./problem.ts";
import { configOf, configSchema, type Config, type SourceShape } from "./schema.ts";
import { serverProblems } from "./server-problems.ts";

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export interface ConfigRules {
  readonly sources: readonly SourceShape[];
  /** The first thing wrong in a brand's query and its place (from 0), or null. */
  readonly checkQuery: (query: string) => {
    readonly position: number;
    readonly message: string;
    readonly excerpt?: readonly [line: string, caret: string];
  } | null;
}

/** In bytes. A configuration of ten thousand brands fits. */
const FILE_LIMIT = 8 * 1024 * 1024;

/**
 * Reads the text of a `molva.yaml`. Every problem is found at once, each with its line, what stands there and what to
 * write instead; nothing is started with a configuration that has one.
 */
export const readConfig = (text: string, file: string, rules: ConfigRules): ConfigResult => {
  const lines = new LineCounter();
  if (text.length > FILE_LIMIT) {
    const problem = {
      file,
      line: 1,
      column: 1,
      path: "(the file)",
      found: `${text.length} characters`,
      expected: "at most 8 MB",
    };
    return { ok: false, problems: [problem] };
  }
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => {
      const { line, col } = lines.linePos(error.pos[0]);
      return {
        file,
        line,
        column: col,
        path: "(the file)",
        found: error.message,
        expected: "valid YAML: spaces for indentation, “key: value”, quotes around : and #",
      };
    });
    return { ok: false, problems };
  }
  const value = plainValue(document);
  if (value === TOO_MANY_ALIASES) {
    const problem = {
      file,
      line: 1,
      column: 1,
      path: "(the file)",
      found: "more than 100 uses of *aliases",
      expected: "entries written out, without an alias of an alias",
    };
    return { ok: false, problems: [problem] };
  }
  const parsed = configSchema(rules.sources).safeParse(value ?? {});
  const context = { file, document, lines, keysAt: keysOf(rules.sources, document) };
  const problems = parsed.success ? [] : toldOnce(parsed.error.issues).flatMap((issue) => problemsOf(issue, context));
  const all = [...problems, ...meaningProblems(value, document, lines, file, rules, text)].sort(
    (a, b) => a.line - b.line || a.column - b.column,
  );
  return all.length === 0 && parsed.success
    ? { ok: true, config: configOf(parsed.data) }
    : { ok: false, problems: all };
};

/** What a value must be is told once: our own words say it whole, beside which "at least 3 characters" says nothing. */
const toldOnce = (issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] => {
  const inOurWords = new Set(issues.filter(({ code }) => code === "custom").map(({ path }) => pathText(path)));
  return issues.filter(
    ({ code, path }) => !["too_small", "too_big", "invalid_format"].includes(code) || !inOurWords.has(pathText(path)),
  );
};

const TOO_MANY_ALIASES = Symbol("too many aliases");

const plainValue = (document: Document): unknown => {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch {
    return TOO_MANY_ALIASES; // the library's only reason to throw here
  }
};

const keysOf =
  (sources: readonly SourceShape[], document: Document): KeysAt =>
  (path) => {
    if (path.at(-1) === "source") return sources.map((source) => source.id);
    const [first, , third] = path;
    if (first !== "brands") return keysIn(configSchema(sources), path);
    if (third !== "targets")
      return third === "own" ? ["authors", "domains"] : ["id", "title", "query", "own", "noise", "timezone", "targets"];
    const source = sources.find((one) => one.id === document.getIn([...path, "source"]));
    return ["source", "match", ...Object.keys(source?.target.shape ?? {})];
  };

/** What is under all that may be left out or has a default. */
const bare = (schema: unknown): unknown =>
  schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? bare(schema.unwrap())
    : schema;

const keysIn = (schema: unknown, path: readonly PropertyKey[]): readonly string[] => {
  const inner = bare(schema);
  const section =
    inner instanceof z.ZodUnion ? inner.options.map(bare).find((one) => one instanceof z.ZodObject) : inner;
  if (!(section instanceof z.ZodObject)) return [];
  const [first, ...rest] = path;
  return first === undefined ? Object.keys(section.shape) : keysIn(section.shape[String(first)], rest);
};

/** What a schema of single values cannot see: ids given twice, queries that cannot be read, a log without its store. */
const meaningProblems = (
  value: unknown,
  document: Document,
  lines: LineCounter,
  file: string,
  rules: ConfigRules,
  source: string,
): readonly ConfigProblem[] => {
  const told = (value as { readonly brands?: unknown } | null)?.brands;
  const brands: readonly unknown[] = Array.isArray(told) ? told : [];
  const problems: ConfigProblem[] = [];
  const first = new Map<string, number>();
  const at = (path: readonly PropertyKey[], shift = 0) => {
    const node = document.getIn(path, true) as { readonly range?: readonly [number, number, number] } | undefined;
    const { line, col } = lines.linePos((node?.range?.[0] ?? 0) + shift);
    return { file, line: Math.max(1, line), column: Math.max(1, col), path: pathText(path) };
  };
  /** How far behind the start of a text's node a place of it stands in the file; 0 where quotes or folding hide that. */
  const shiftOf = (path: readonly PropertyKey[], text: string, position: number): number => {
    const node = document.getIn(path, true) as { readonly range?: readonly [number, number, number] } | undefined;
    if (node?.range === undefined) return 0;
    const written = source.slice(node.range[0], node.range[1]);
    const whole = written.indexOf(text);
    if (whole !== -1) return whole + position;
    const line = text.slice(0, position).split("\n").at(-1) ?? "";
    const rest = text.slice(position - line.length, position + 1).trimEnd();
    const found = rest === "" ? -1 : written.indexOf(rest);
    return found === -1 ? 0 : found + line.length;
  };
  problems.push(...serverProblems(value, at));
  for (const [index, entry] of brands.entries()) {
    if (typeof entry !== "object" || entry === null) continue;
    const { id, query } = entry as { id?: unknown; query?: unknown };
    if (typeof id === "string") {
      const other = first.get(id);
      if (other === undefined) first.set(id, index);
      else
        problems.push({
          ...at(["brands", index, "id"]),
          found: `"${id}", as in brands[${other}]`,
          expected: "an id of its own",
        });
    }
    if (typeof query === "string") {
      const wrong = rules.checkQuery(query);
      if (wrong !== null) {
        const around = query.slice(Math.max(0, wrong.position - 10), wrong.position + 10);
        problems.push({
          ...at(["brands", index, "query"], shiftOf(["brands", index, "query"], query, wrong.position)),
          found: `at character ${wrong.position + 1}, near “${around}”`,
          expected: wrong.message,
          ...(wrong.excerpt === undefined ? {} : { excerpt: wrong.excerpt }),
        });
      }
    }
  }
  return problems;
};
