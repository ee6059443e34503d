import type { Near, QueryNode } from "./nodes.ts";
import { Fault, tokensOf, type Token } from "./tokens.ts";
import { wordsOf } from "./words.ts";

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

/** In UTF-16 units. */
export const QUERY_LIMIT = 10_000;
const MAX_DEPTH = 50;

/** What may stand beside a distance: something that is found at a place. */
const hasPlace = (node: QueryNode): boolean =>
  node.kind === "or"
    ? node.parts.every(hasPlace)
    : node.kind === "sequence" || node.kind === "tag" || node.kind === "within";

/** Reads `or := and (OR and)*`, `and := not (AND? not)*`, `not := NOT* near`, `near := operand (~n operand)*`, `operand := part | "(" or ")"`. */
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
      else if (kind !== "part" && kind !== "open" && kind !== "not") break;
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
    const part = this.#near(depth);
    return negated ? { kind: "not", part } : part;
  }

  #near(depth: number): QueryNode {
    const startsAt = this.#token.at;
    const first = this.#operand(depth);
    const rest: { part: QueryNode; distance: number }[] = [];
    while (this.#token.kind === "near") {
      const { distance } = this.#token;
      this.#next++;
      const { at } = this.#token;
      const part = this.#operand(depth);
      if (!hasPlace(part)) throw new Fault(at, "beside a distance may stand words, phrases, and OR between them");
      rest.push({ part, distance });
    }
    if (rest.length === 0) return first;
    if (!hasPlace(first)) throw new Fault(startsAt, "beside a distance may stand words, phrases, and OR between them");
    return { kind: "near", first, rest } satisfies Near;
  }

  #operand(depth: number): QueryNode {
    const token = this.#token;
    if (token.kind === "part") {
      this.#next++;
      return token.part;
    }
    if (token.kind !== "open") throw new Fault(token.at, `a word, a "phrase" or a bracket belongs here`);
    if (depth === MAX_DEPTH) throw new Fault(token.at, `brackets may stand ${MAX_DEPTH} deep`);
    this.#next++;
    const inner = this.#or(depth + 1);
    if (this.#token.kind !== "close")
      throw new Fault(token.at, "the bracket that opens here is never closed; write ) at its end");
    this.#next++;
    return inner;
  }
}

/** Whether a mention must have something to be found. A query that asks for nothing finds nearly everything, which nobody means. */
const asksForSomething = (node: QueryNode): boolean => {
  switch (node.kind) {
    case "not":
      return refusesSomething(node.part);
    case "and":
      return node.parts.some(asksForSomething);
    case "or":
      return node.parts.every(asksForSomething);
    case "sequence":
    case "tag":
    case "within":
    case "near":
    case "field":
      return true;
  }
};
/** Whether `NOT node` asks for something. */
const refusesSomething = (node: QueryNode): boolean => {
  switch (node.kind) {
    case "not":
      return asksForSomething(node.part);
    case "and":
      return node.parts.every(refusesSomething);
    case "or":
      return node.parts.some(refusesSomething);
    case "sequence":
    case "tag":
    case "within":
    case "near":
    case "field":
      return false;
  }
};

/**
 * Reads a brand's query: words in every form, "exact phrases" (also «…» and “…”), AND, OR, NOT (or И, ИЛИ, НЕ), a minus before a word for
 * NOT, brackets, `банк*` for a beginning, `"late delivery"~5` and `late ~5 delivery` for a distance, `#tag`, `@handle`, and the filters `lang:`,
 * `source:` and `near:`. Parts side by side must all be there. A distance binds closest, then NOT, AND, OR. docs/queries.md is for users.
 *
 * Time and memory grow with the length of the query, which may have 10 000 characters and brackets 50 deep.
 */
export const parseQuery = (text: string): ParsedQuery => {
  try {
    if (text.length > QUERY_LIMIT) throw new Fault(QUERY_LIMIT, `a query may have ${QUERY_LIMIT} characters`);
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

/** The query of a brand that has none: its title in every form, word by word in a row. Titles without a letter or digit find themselves never. */
export const titleQuery = (title: string): string => {
  const words = title.normalize("NFKC").match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const joined = words.join("-");
  const isOperator = wordsOf(joined).length === 1 && /^(?:AND|OR|NOT|И|ИЛИ|НЕ)$/u.test(joined);
  return words.length === 0 || isOperator ? `"${title.replaceAll(/["«»“”„]/gu, " ")}"` : joined;
};
