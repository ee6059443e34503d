import {
  BEFORE_DATABASE,
  HARMFUL_FUNCTIONS,
  HARMLESS_ENGINES,
  HARMLESS_TABLE_FUNCTIONS,
  READING,
  REFUSED,
  WRITING,
  isHarmlessSetting,
  isHarmlessTableSetting,
} from "./lists.ts";
import { Refusal } from "./refusal.ts";
import { tokensOf, type Token } from "./tokens.ts";

/** What the engine of this process has, in lower case. */
export interface EngineNames {
  readonly tableFunctions: ReadonlySet<string>;
  readonly engines: ReadonlySet<string>;
  readonly settings: ReadonlySet<string>;
}

export interface Statement {
  /** `session`: SET, which only a session of its own can keep. */
  readonly kind: "read" | "write" | "session";
  /** The FORMAT that it asks for. */
  readonly format: string | null;
  /** An INSERT whose rows follow it, up to and with its FORMAT; null for all else. */
  readonly rows: {
    /** Where they begin in the text. */
    readonly from: number;
    /** Where the statement may say where its rows are: before SETTINGS and FORMAT. */
    readonly place: number;
  } | null;
  /** Where it ends, without the `;`. */
  readonly to: number;
  /** Whether the engine must make the answer as a whole: that of SHOW or EXPLAIN, one with totals, one that is one JSON array. */
  readonly whole: boolean;
  /**
   * An INSERT with VALUES: its text without comments and line breaks, for the engine ends the rows at the first empty line,
   * be it within a text, and takes what follows for statements. Null for all else.
   */
  readonly flat: string | null;
}

const forbidden = (problem: string): Refusal =>
  new Refusal(497, `${problem}: it is not allowed through this interface`);

const is = (token: Token | undefined, word: string): boolean =>
  token?.kind === "word" && token.text.toUpperCase() === word;
const isMark = (token: Token | undefined, mark: string): boolean => token?.kind === "mark" && token.text === mark;
const isNamed = (token: Token | undefined): token is Token => token?.kind === "word" || token?.kind === "name";
const nameOf = (token: Token): string => token.text.toLowerCase();

/** Looks at the tokens as they come, with those before and after: every rule that needs no grammar. */
const checkNeighbours = (tokens: readonly Token[], at: number, engine: EngineNames, creates: boolean): void => {
  const [before, token, after] = [tokens[at - 1], tokens[at] as Token, tokens[at + 1]];
  if (is(token, "OUTFILE") && is(before, "INTO")) throw forbidden("INTO OUTFILE");
  if (is(token, "INFILE") && is(before, "FROM")) throw forbidden("FROM INFILE");
  if (is(token, "PARALLEL") && is(after, "WITH")) throw forbidden("PARALLEL WITH");
  if (!isNamed(token)) return;
  const name = nameOf(token);
  // The engine's own database `default` shows every file of the machine as a table.
  if (
    name === "default" &&
    (token.kind === "name" || isMark(after, ".") || (before?.kind === "word" && BEFORE_DATABASE.has(nameOf(before))))
  )
    throw forbidden("the database default");
  const call = name.replace(/^\d+/, "");
  if (isMark(after, "(") && HARMFUL_FUNCTIONS.has(call)) throw forbidden(`the function ${token.text}`);
  if (isMark(after, "(") && engine.tableFunctions.has(call) && !HARMLESS_TABLE_FUNCTIONS.has(call))
    throw forbidden(`the table function ${token.text}`);
  const isEngine = creates && (is(before, "ENGINE") || (isMark(before, "=") && is(tokens[at - 2], "ENGINE")));
  if (isEngine && engine.engines.has(name) && !HARMLESS_ENGINES.has(name)) throw forbidden(`the engine ${token.text}`);
};

/** `SETTINGS a = 1, b = 2`: the names. A word that is called so elsewhere has no `=` after the next. */
const checkSettings = (tokens: readonly Token[], at: number, creates: boolean): void => {
  let next = at + 1;
  while (isNamed(tokens[next]) && (isMark(tokens[next + 1], "=") || isMark(tokens[next + 1], ","))) {
    const name = nameOf(tokens[next] as Token);
    if (!(creates ? isHarmlessTableSetting : isHarmlessSetting)(name))
      throw new Refusal(452, `Setting ${name} should not be changed through this interface`);
    // Values are literals; a list of several may hold commas in brackets.
    let depth = 0;
    next += 1;
    while (next < tokens.length && !(depth === 0 && isMark(tokens[next], ","))) {
      if (isMark(tokens[next], "(") || isMark(tokens[next], "[")) depth += 1;
      if (isMark(tokens[next], ")") || isMark(tokens[next], "]")) depth -= 1;
      if (depth < 0) return;
      if (depth === 0 && is(tokens[next], "FORMAT")) return;
      next += 1;
    }
    next += 1;
  }
};

/**
 * Where the rows of an INSERT may follow, by its grammar: INSERT INTO [TABLE] name[.name] [(columns)] [SETTINGS …] FORMAT name.
 * Everything else (VALUES, SELECT, functions) is read as SQL to its end.
 */
const insertFormat = (tokens: readonly Token[]): { readonly format: Token; readonly place: number } | null => {
  const last = tokens.at(-1);
  if (!is(tokens.at(-2), "FORMAT") || last?.kind !== "word" || is(last, "VALUES")) return null;
  let at = is(tokens[1], "INTO") ? 2 : 1;
  if (is(tokens[at], "TABLE") && isNamed(tokens[at + 1])) at += 1;
  if (!isNamed(tokens[at]) || is(tokens[at], "FUNCTION")) return null;
  at += isMark(tokens[at + 1], ".") ? 3 : 1;
  if (isMark(tokens[at], "(")) {
    let depth = 0;
    do {
      if (isMark(tokens[at], "(")) depth += 1;
      if (isMark(tokens[at], ")")) depth -= 1;
      at += 1;
    } while (depth > 0 && at < tokens.length);
  }
  const place = (tokens[at] as Token).from;
  if (is(tokens[at], "SETTINGS")) {
    do at += 1;
    while (
      at < tokens.length - 2 &&
      !is(tokens[at], "SELECT") &&
      !is(tokens[at], "WITH") &&
      !is(tokens[at], "FROM") &&
      !is(tokens[at], "VALUES") &&
      !isMark(tokens[at], "(")
    );
  }
  return at === tokens.length - 2 ? { format: last, place } : null;
};

/** Data begins after blanks and at most one line break. */
const dataAfter = (sql: string, to: number): number => {
  const blank = /[\t\f ]*(\r?\n)?/y;
  blank.lastIndex = to;
  return to + (blank.exec(sql)?.[0].length ?? 0);
};

const BREAKS: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r" };

/** The tokens with their line breaks escaped, a blank where there was something between two. */
const flatText = (sql: string, tokens: readonly Token[]): string =>
  tokens
    .map((token, at) => {
      const text = sql.slice(token.from, token.to);
      if (text.startsWith("$")) throw new Refusal(48, "A heredoc in VALUES is not supported: write a quoted text");
      const gap = at === 0 || tokens[at - 1]?.to === token.from ? "" : " ";
      if (token.kind === "name" && text.includes("\n")) throw new Refusal(62, "Syntax error: a line break in a name");
      return gap + text.replace(/\\[^]|[\r\n]/g, (found) => BREAKS[found.at(-1) as string] ?? found);
    })
    .join("");

const startOf = (tokens: readonly Token[]): Token | undefined => tokens.find((token) => !isMark(token, "("));
const verbOf = (tokens: readonly Token[]): string => {
  const start = startOf(tokens);
  return start?.kind === "word" ? nameOf(start) : "";
};

/** Of all others the engine makes no stream. */
const PIECEMEAL: ReadonlySet<string> = new Set(["select", "with"]);

const kindOf = (tokens: readonly Token[]): Statement["kind"] => {
  const [start, verb] = [startOf(tokens), verbOf(tokens)];
  if (READING.has(verb)) {
    // WITH … INSERT writes.
    return verb === "with" && tokens.some((token) => is(token, "INSERT")) ? "write" : "read";
  }
  const after = WRITING.get(verb);
  const second = tokens[1];
  if (after !== undefined && (after.size === 0 || (second?.kind === "word" && after.has(nameOf(second)))))
    return "write";
  if (verb === "set" && second?.kind === "word" && isMark(tokens[2], "=")) return "session";
  if (start === undefined) throw new Refusal(62, "Syntax error: Empty query");
  if (!REFUSED.has(verb))
    throw new Refusal(62, `Syntax error: failed at position ${start.from + 1}: ${start.text.slice(0, 40)}`);
  throw forbidden(`${start.text.slice(0, 40).toUpperCase()} ${second?.kind === "word" ? second.text : ""}`.trim());
};

const FORBIDDEN_IN_ALTER = new Set(["FREEZE", "FETCH", "ATTACH", "UNFREEZE", "DISK", "VOLUME"]);

const checkWhole = (tokens: readonly Token[], engine: EngineNames): void => {
  const [first] = tokens;
  const creates = tokens.some((token) => is(token, "CREATE") || is(token, "ALTER") || is(token, "REPLACE"));
  for (const [at, token] of tokens.entries()) {
    checkNeighbours(tokens, at, engine, creates);
    if (is(token, "SETTINGS") || is(token, "SETTING") || (at === 0 && is(token, "SET")))
      checkSettings(tokens, at, creates);
    const place = is(first, "ALTER") && token.kind === "word" && FORBIDDEN_IN_ALTER.has(token.text.toUpperCase());
    if (place) throw forbidden(`ALTER … ${token.text}`);
    if (is(token, "DICTIONARY") && at < 4 && creates) throw forbidden("CREATE DICTIONARY");
  }
};

/** Rows of an INSERT that follow its text are left alone; a second statement is refused. */
const readTokens = (
  sql: string,
): {
  readonly tokens: readonly Token[];
  readonly insert: ReturnType<typeof insertFormat>;
  readonly to: number;
} => {
  const tokens: Token[] = [];
  let end: number | null = null;
  for (const token of tokensOf(sql)) {
    if (end !== null && !isMark(token, ";")) throw new Refusal(62, "Syntax error: Multi-statements are not allowed");
    if (isMark(token, ";")) {
      end ??= token.from;
      continue;
    }
    tokens.push(token);
    if (is(tokens.at(-2), "FORMAT") && is(tokens[0], "INSERT")) {
      const format = insertFormat(tokens);
      if (format !== null) return { tokens, insert: format, to: format.format.to };
    }
  }
  return { tokens, insert: null, to: end ?? sql.length };
};

/** The FORMAT at the end of a statement that answers. */
const formatOf = (tokens: readonly Token[]): string | null => {
  let depth = 0;
  for (let at = tokens.length - 2; at > 0; at -= 1) {
    if (isMark(tokens[at], ")")) depth += 1;
    if (isMark(tokens[at], "(")) depth -= 1;
    if (depth === 0 && is(tokens[at], "FORMAT") && tokens[at + 1]?.kind === "word")
      return (tokens[at + 1] as Token).text;
  }
  return null;
};

/**
 * Reads one statement and refuses what nobody may do through the interface. The engine is the second wall, not the first:
 * it would read any file that the process may read.
 * @param sql UTF-8 as Latin-1.
 * @throws {Refusal} 62 (not one statement), 497 (not allowed), 452 (a setting that is not allowed).
 */
export const readStatement = (sql: string, engine: EngineNames): Statement => {
  const { tokens, insert, to } = readTokens(sql);
  const kind = kindOf(tokens);
  checkWhole(tokens, engine);
  return {
    kind,
    format: insert?.format.text ?? formatOf(tokens),
    rows: insert === null ? null : { from: dataAfter(sql, insert.format.to), place: insert.place },
    to,
    flat:
      insert === null && is(tokens[0], "INSERT") && !tokens.some((token) => is(token, "SELECT"))
        ? flatText(sql, tokens)
        : null,
    whole:
      !PIECEMEAL.has(verbOf(tokens)) ||
      tokens.some(
        (token) => is(token, "TOTALS") || is(token, "EXTREMES") || token.text === "output_format_json_array_of_rows",
      ),
  };
};
