import { wordsOf } from "./words.ts";

/** Words in a row; of the last one the beginning is enough when `prefix`. */
export interface Phrase {
  readonly kind: "phrase";
  readonly words: readonly string[];
  readonly prefix: boolean;
}
export type QueryNode =
  | Phrase
  | { readonly kind: "and" | "or"; readonly parts: readonly QueryNode[] }
  | { readonly kind: "not"; readonly part: QueryNode };

/** A query that was read; give it to `matches`. */
export interface Query {
  readonly root: QueryNode;
}

export interface QueryError {
  /** Where in the query, in UTF-16 units from 0. */
  readonly position: number;
  /** What is wrong and what to write instead. */
  readonly message: string;
}

export type ParsedQuery =
  | { readonly ok: true; readonly query: Query }
  | { readonly ok: false; readonly errors: readonly QueryError[] };

const MAX_LENGTH = 10_000;
const MAX_DEPTH = 50;
const MAX_PHRASE = 50;
const MIN_PREFIX = 2;

type Token =
  | { readonly kind: "open" | "close" | "and" | "or" | "not" | "end"; readonly at: number }
  | { readonly kind: "phrase"; readonly at: number; readonly phrase: Phrase };

/** Thrown and caught within this file only. */
class Fault extends Error {
  readonly position: number;
  constructor(position: number, message: string) {
    super(message);
    this.position = position;
  }
}

const CLOSING: Readonly<Record<string, string>> = { '"': '"', "«": "»", "“": "”", "„": "“”" };
const OPERATORS: Readonly<Record<string, "and" | "or" | "not">> = {
  AND: "and",
  OR: "or",
  NOT: "not",
  И: "and",
  ИЛИ: "or",
  НЕ: "not",
};
/** A bare word ends at a space, a bracket or a quote. */
const BARE = /[^\s()"«»“”„]+/uy;

const phraseOf = (written: string, at: number): Token => {
  const prefix = written.endsWith("*");
  const words = wordsOf(prefix ? written.slice(0, -1) : written);
  const last = words.at(-1);
  if (last === undefined) throw new Fault(at, `${JSON.stringify(written)} has no letter or digit to look for`);
  if (prefix && last.length < MIN_PREFIX)
    throw new Fault(at, `${JSON.stringify(written)}: write at least ${MIN_PREFIX} letters before the *`);
  if (words.length > MAX_PHRASE) throw new Fault(at, `a phrase may have ${MAX_PHRASE} words`);
  return { kind: "phrase", at, phrase: { kind: "phrase", words, prefix } };
};

const quoted = (text: string, at: number): { readonly token: Token; readonly next: number } => {
  const closing = CLOSING[text[at] ?? ""] ?? "";
  let end = at + 1;
  while (end < text.length && !closing.includes(text[end] ?? "")) end++;
  if (end === text.length)
    throw new Fault(at, `the quote that begins here is never closed; write ${closing[0]} at its end`);
  // Both "альфа банк*" and "альфа банк"* are written.
  const star = text[end + 1] === "*" ? 1 : 0;
  return { token: phraseOf(text.slice(at + 1, end) + (star === 1 ? "*" : ""), at), next: end + 1 + star };
};

const tokensOf = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? "";
    if (/\s/u.test(char)) at++;
    else if (char === "(" || char === ")") tokens.push({ kind: char === "(" ? "open" : "close", at: at++ });
    else if (char in CLOSING) {
      const { token, next } = quoted(text, at);
      tokens.push(token);
      at = next;
    } else if (char === "-" && /[^\s)-]/u.test(text[at + 1] ?? " ")) tokens.push({ kind: "not", at: at++ });
    else {
      BARE.lastIndex = at;
      const word = BARE.exec(text)?.[0];
      if (word === undefined) throw new Fault(at, `a quote is closed here that was never opened`);
      const operator = Object.hasOwn(OPERATORS, word) ? OPERATORS[word] : undefined;
      tokens.push(operator === undefined ? phraseOf(word, at) : { kind: operator, at });
      at += word.length;
    }
  }
  return [...tokens, { kind: "end", at: text.length }];
};

/** Reads `or := and (OR and)*`, `and := not (AND? not)*`, `not := NOT* (phrase | "(" or ")")`. */
class Reader {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get #token(): Token {
    // The last token is "end", and nothing steps over it.
    return this.#tokens[this.#next] as Token;
  }

  whole(): QueryNode {
    const root = this.#or(0);
    const { kind, at } = this.#token;
    if (kind !== "end") throw new Fault(at, "this bracket closes nothing; take it out or write ( before");
    return root;
  }

  #or(depth: number): QueryNode {
    const parts = [this.#and(depth)];
    while (this.#token.kind === "or") {
      this.#next++;
      parts.push(this.#and(depth));
    }
    return parts.length === 1 ? (parts[0] as QueryNode) : { kind: "or", parts };
  }

  #and(depth: number): QueryNode {
    const parts = [this.#not(depth)];
    for (;;) {
      const { kind } = this.#token;
      if (kind === "and") this.#next++;
      else if (kind !== "phrase" && kind !== "open" && kind !== "not") break;
      parts.push(this.#not(depth));
    }
    return parts.length === 1 ? (parts[0] as QueryNode) : { kind: "and", parts };
  }

  #not(depth: number): QueryNode {
    let negated = false;
    while (this.#token.kind === "not") {
      negated = !negated;
      this.#next++;
    }
    const part = this.#operand(depth);
    return negated ? { kind: "not", part } : part;
  }

  #operand(depth: number): QueryNode {
    const token = this.#token;
    if (token.kind === "phrase") {
      this.#next++;
      return token.phrase;
    }
    if (token.kind !== "open") throw new Fault(token.at, `a word, a "phrase" or a bracket is expected here`);
    if (depth === MAX_DEPTH) throw new Fault(token.at, `brackets may stand ${MAX_DEPTH} deep`);
    this.#next++;
    const inner = this.#or(depth + 1);
    if (this.#token.kind !== "close")
      throw new Fault(token.at, "the bracket that opens here is never closed; write ) at its end");
    this.#next++;
    return inner;
  }
}

/** Whether a text must hold some word to be found. A query without one finds nearly everything, which nobody means. */
const asksForSomething = (node: QueryNode): boolean => {
  switch (node.kind) {
    case "phrase":
      return true;
    case "not":
      return refusesSomething(node.part);
    case "and":
      return node.parts.some(asksForSomething);
    case "or":
      return node.parts.every(asksForSomething);
  }
};
/** Whether `NOT node` asks for some word. */
const refusesSomething = (node: QueryNode): boolean => {
  switch (node.kind) {
    case "phrase":
      return false;
    case "not":
      return asksForSomething(node.part);
    case "and":
      return node.parts.every(refusesSomething);
    case "or":
      return node.parts.some(refusesSomething);
  }
};

/**
 * Reads a brand's query: words, "phrases" (also «…» and “…”), AND, OR, NOT (or И, ИЛИ, НЕ), a minus before a word for NOT, brackets, and
 * a star at the end of a word for its beginning (`банк*`). Words side by side must all be there. NOT binds closest, then AND, then OR.
 *
 * Time and memory grow with the length of the query, which may have 10 000 characters and brackets 50 deep.
 */
export const parseQuery = (text: string): ParsedQuery => {
  try {
    if (text.length > MAX_LENGTH) throw new Fault(MAX_LENGTH, `a query may have ${MAX_LENGTH} characters`);
    const tokens = tokensOf(text);
    if (tokens.length === 1) throw new Fault(0, "the query is empty; write a word to look for");
    const root = new Reader(tokens).whole();
    if (!asksForSomething(root)) throw new Fault(0, "this finds nearly every text; name a word that must be there");
    return { ok: true, query: { root } };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, errors: [{ position: error.position, message: error.message }] };
    throw error;
  }
};
