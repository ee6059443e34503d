/** A stretch of SQL text: code, or something in which `;` and `{x:T}` mean nothing. Offsets in UTF-16 units, end exclusive. */
interface Stretch {
  readonly kind: "code" | "quoted" | "comment";
  readonly from: number;
  readonly to: number;
}

/** What closes a quote. ClickHouse's lexer also takes typographic quotes as quotes. */
const CLOSING: ReadonlyMap<string, string> = new Map([
  ["'", "'"],
  ['"', '"'],
  ["`", "`"],
  ["\u2018", "\u2019"],
  ["\u201c", "\u201d"],
]);

const endOfQuote = (sql: string, from: number, close: string): number => {
  let at = from + 1;
  while (at < sql.length) {
    const char = sql[at];
    if (char === "\\") at += 2;
    else if (char !== close) at += 1;
    else if (sql[at + 1] === close) at += 2;
    else return at + 1;
  }
  return sql.length;
};

const endOf = (sql: string, mark: string, from: number): number => {
  const at = sql.indexOf(mark, from);
  return at < 0 ? sql.length : at + mark.length;
};

const HEREDOC = /\$\w*\$/y;

/** The end of the quote or comment that begins at `at`, or null when code goes on there. */
const skipped = (sql: string, at: number): Stretch | null => {
  const char = sql[at] as string;
  const close = CLOSING.get(char);
  if (close !== undefined) return { kind: "quoted", from: at, to: endOfQuote(sql, at, close) };
  if (char === "/" && sql[at + 1] === "*") return { kind: "comment", from: at, to: endOf(sql, "*/", at + 2) };
  if (char === "-" && sql[at + 1] === "-") return { kind: "comment", from: at, to: endOf(sql, "\n", at) };
  if (char === "#" && (sql[at + 1] === " " || sql[at + 1] === "!"))
    return { kind: "comment", from: at, to: endOf(sql, "\n", at) };
  if (char === "$") {
    HEREDOC.lastIndex = at;
    const tag = HEREDOC.exec(sql)?.[0];
    if (tag !== undefined) return { kind: "quoted", from: at, to: endOf(sql, tag, at + tag.length) };
  }
  return null;
};

const stretchesOf = (sql: string): readonly Stretch[] => {
  const stretches: Stretch[] = [];
  let codeFrom = 0;
  let at = 0;
  while (at < sql.length) {
    const skip = skipped(sql, at);
    if (skip === null) {
      at += 1;
      continue;
    }
    if (skip.from > codeFrom) stretches.push({ kind: "code", from: codeFrom, to: skip.from });
    stretches.push(skip);
    at = skip.to;
    codeFrom = at;
  }
  if (codeFrom < sql.length) stretches.push({ kind: "code", from: codeFrom, to: sql.length });
  return stretches;
};

/**
 * The statements of a text, split at every `;` that stands outside quotes, comments and heredocs; trimmed, without the
 * `;`. A stretch of nothing but comments and blanks is no statement.
 */
export const splitStatements = (sql: string): readonly string[] => {
  const statements: string[] = [];
  let from = 0;
  let hasCode = false;
  const cut = (to: number): void => {
    if (hasCode) statements.push(sql.slice(from, to).trim());
    from = to + 1;
    hasCode = false;
  };
  for (const stretch of stretchesOf(sql)) {
    if (stretch.kind === "quoted") hasCode = true;
    if (stretch.kind !== "code") continue;
    for (let at = stretch.from; at < stretch.to; at += 1) {
      if (sql[at] === ";") cut(at);
      else if (!/\s/.test(sql[at] as string)) hasCode = true;
    }
  }
  cut(sql.length);
  return statements;
};

/** The statement without its comments and without what its quotes hold. */
export const codeOf = (sql: string): string =>
  stretchesOf(sql)
    .map((stretch) =>
      stretch.kind === "comment" ? " " : stretch.kind === "code" ? sql.slice(stretch.from, stretch.to) : "''",
    )
    .join("")
    .trim();

const PLACEHOLDER = /\{\s*([A-Za-z_]\w*)\s*:\s*([^{}]+?)\s*\}/g;

/** The statement without its quotes and comments, every character at its place: what a search in the code may look at. */
const maskedOf = (sql: string): string =>
  stretchesOf(sql)
    .map((stretch) =>
      stretch.kind === "code"
        ? sql.slice(stretch.from, stretch.to)
        : sql.slice(stretch.from, stretch.to).replace(stretch.kind === "comment" ? /[^]/g : /[{}]/g, " "),
    )
    .join("");

/** Puts a text in the place of each placeholder; null leaves it. */
export const replacedPlaceholders = (sql: string, text: (name: string, type: string) => string | null): string => {
  let at = 0;
  let result = "";
  for (const match of maskedOf(sql).matchAll(PLACEHOLDER)) {
    const replacement = text(match[1] as string, match[2] as string);
    if (replacement === null) continue;
    result += sql.slice(at, match.index) + replacement;
    at = match.index + match[0].length;
  }
  return result + sql.slice(at);
};

/** The bound parameters of a statement: name → declared type, as in `{from:DateTime64(3)}`. */
export const placeholdersOf = (sql: string): ReadonlyMap<string, string> => {
  return new Map([...maskedOf(sql).matchAll(PLACEHOLDER)].map(([, name, type]) => [name as string, type as string]));
};

/** The first word of a statement in capitals: `SELECT`, `INSERT`, … */
export const verbOf = (statement: string): string => /[A-Za-z]+/.exec(codeOf(statement))?.[0].toUpperCase() ?? "";
