import { Refusal } from "./refusal.ts";

/**
 * A token of a statement. `word`: a keyword, a name or a number; `name`: a quoted name, without its quotes; `text`: a
 * string or a heredoc; `mark`: one other character.
 */
export interface Token {
  readonly kind: "word" | "name" | "text" | "mark";
  readonly text: string;
  /** Offsets in the text, `to` exclusive. */
  readonly from: number;
  readonly to: number;
}

const unreadable = (problem: string, at: number): Refusal =>
  new Refusal(62, `Syntax error: failed at position ${at + 1}: ${problem}`);

const endOfQuote = (sql: string, from: number): number => {
  const quote = sql[from];
  let at = from + 1;
  while (at < sql.length) {
    if (sql[at] === "\\") at += 2;
    else if (sql[at] !== quote) at += 1;
    else if (sql[at + 1] === quote) at += 2;
    else return at + 1;
  }
  throw unreadable("a quote is not closed", from);
};

const WORD = /[A-Za-z0-9_][\w$]*/y;
const HEREDOC = /\$\w*\$/y;
/** Numbers in bits, whose quotes know no escapes. */
const BITS = /[xX]'[0-9A-Fa-f]*'|[bB]'[01]*'/y;
const BLANK = /[\t\n\v\f\r ]+/y;

const matchAt = (pattern: RegExp, sql: string, at: number): string | null => {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0] ?? null;
};

const endOfLine = (sql: string, at: number): number => {
  const end = sql.indexOf("\n", at);
  return end < 0 ? sql.length : end + 1;
};

/** The end of the comment or blank at `at`; `at` itself when there is none. */
const endOfSkipped = (sql: string, at: number): number => {
  const blank = matchAt(BLANK, sql, at);
  if (blank !== null) return at + blank.length;
  const two = sql.slice(at, at + 2);
  if (two === "--" || two === "//" || two === "# " || two === "#!") return endOfLine(sql, at);
  if (two !== "/*") return at;
  const end = sql.indexOf("*/", at + 2);
  if (end < 0) throw unreadable("a comment is not closed", at);
  // Whether comments nest has changed between versions of the engine.
  if (sql.slice(at + 2, end).includes("/*")) throw unreadable("a comment within a comment", at);
  return end + 2;
};

const quotedName = (sql: string, at: number): Token => {
  const to = endOfQuote(sql, at);
  const text = sql.slice(at + 1, to - 1);
  if (text.includes("\\")) throw unreadable("a backslash in a quoted name", at);
  const quote = sql[at] as string;
  return { kind: "name", text: text.replaceAll(quote + quote, quote), from: at, to };
};

const heredoc = (sql: string, at: number): Token => {
  const tag = matchAt(HEREDOC, sql, at);
  const end = tag === null ? -1 : sql.indexOf(tag, at + tag.length);
  if (tag === null || end < 0) throw unreadable("$ begins a heredoc, and this one has no end", at);
  return { kind: "text", text: sql.slice(at + tag.length, end), from: at, to: end + tag.length };
};

/**
 * `1e-` and `1.e-`: to the engine the sign belongs to the number, so that `1e--1` holds no comment; to most other readers
 * it does.
 */
const isOpenExponent = (sql: string, at: number, word: string): boolean =>
  /^(\d.*)?[eEpP]$/.test(word) &&
  (/^\d/.test(word) || /\d\.$/.test(sql.slice(Math.max(0, at - 2), at))) &&
  /^[+-](?!\d)/.test(sql.slice(at + word.length, at + word.length + 2));

const tokenAt = (sql: string, at: number): Token => {
  const char = sql[at] as string;
  if (char === "'") {
    const to = endOfQuote(sql, at);
    return { kind: "text", text: sql.slice(at + 1, to - 1), from: at, to };
  }
  if (char === '"' || char === "`") return quotedName(sql, at);
  if (char === "$") return heredoc(sql, at);
  const bits = matchAt(BITS, sql, at);
  if (bits !== null) return { kind: "text", text: bits.slice(2, -1), from: at, to: at + bits.length };
  const word = matchAt(WORD, sql, at);
  if (word !== null) {
    if (/^[xXbB]$/.test(word) && sql[at + 1] === "'") throw unreadable("no number in bits", at);
    if (isOpenExponent(sql, at, word)) throw unreadable("an exponent without digits", at);
    return { kind: "word", text: word, from: at, to: at + word.length };
  }
  if (char < " " || char > "~") throw unreadable("a character that only texts and quoted names may hold", at);
  return { kind: "mark", text: char, from: at, to: at + 1 };
};

/**
 * The tokens of a statement, one by one. `sql` is UTF-8 read as Latin-1, so that an offset is an offset of bytes. It is
 * stricter than the engine: where the two could read differently (a quote without an end, a comment within a comment,
 * typographic quotes, escapes in names) it refuses.
 * @throws {Refusal} 62
 */
export function* tokensOf(sql: string): Generator<Token, void> {
  let at = 0;
  while (at < sql.length) {
    const skipped = endOfSkipped(sql, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const token = tokenAt(sql, at);
    yield token;
    at = token.to;
  }
}
