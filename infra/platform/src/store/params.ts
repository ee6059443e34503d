import { PipelineError, type Param } from "@molva/contracts";
import { engineTypeOf, integerRange, type EngineType } from "./engine-type.ts";

export type Params = Readonly<Record<string, Param>>;

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;

const refuse = (query: string, name: string, problem: string): never => {
  throw new PipelineError(`query ${query}, parameter ${name}: ${problem}`, {
    code: "CONTRACT_VIOLATED",
    recovery: "dead-letter",
    details: { query, parameter: name },
  });
};

/**
 * An instant as the engine's parameter parser wants it: `2026-01-31 10:00:00.123`, UTC. It refuses the `T…Z` form, and a
 * `Date` or a plain `DateTime` would drop the milliseconds silently.
 */
const instantText = (query: string, name: string, type: string, value: string): string => {
  if (!ISO.test(value)) return value;
  const [day, time] = new Date(value).toISOString().slice(0, -1).split("T") as [string, string];
  if (type.startsWith("DateTime64")) return `${day} ${time}`;
  if (!time.endsWith(".000"))
    return refuse(query, name, `${type} would lose the milliseconds of ${value}; declare it as DateTime64(3)`);
  return `${day} ${time.slice(0, -4)}`;
};

const scalar = (
  query: string,
  name: string,
  type: EngineType,
  value: string | number | boolean,
): string | number | boolean => {
  if (typeof value === "number" && !Number.isFinite(value))
    return refuse(query, name, `${value} is not a number a query can take`);
  const range = integerRange(type.name);
  if (range !== null && typeof value !== "boolean") {
    if (typeof value === "number" && !Number.isSafeInteger(value)) {
      return refuse(
        query,
        name,
        `${value} ${Number.isInteger(value) ? "lies beyond 2^53 and has lost digits; pass a string" : "is not an integer"}`,
      );
    }
    if (typeof value === "string" && !/^-?\d+$/.test(value))
      return refuse(query, name, `it is not an integer, and is declared ${type.name}`);
    if (BigInt(value) < range.least || BigInt(value) > range.most)
      return refuse(query, name, `${value} is outside ${type.name}; the engine would wrap it round`);
  }
  return typeof value === "string" && type.name.startsWith("DateTime")
    ? instantText(query, name, type.name, value)
    : value;
};

const list = (
  query: string,
  name: string,
  type: EngineType,
  values: readonly (string | number)[],
): readonly (string | number)[] => {
  const element = type.element;
  if (element === null) return refuse(query, name, `it is a list, and is declared ${type.name}`);
  if (integerRange(element.name) !== null && values.some((v) => typeof v === "string")) {
    return refuse(
      query,
      name,
      `the engine refuses strings in ${type.name}; declare Array(String) and convert: arrayMap(x -> to${element.name}(x), {${name}:Array(String)})`,
    );
  }
  return values.map((v) => scalar(query, name, element, v) as string | number);
};

/**
 * Parameters as the engine takes them, checked against the placeholders of the statement in both directions: a missing
 * one would silently take what an earlier statement of the session left behind.
 * @throws {PipelineError} `CONTRACT_VIOLATED` (dead-letter).
 */
export const bind = (query: string, placeholders: ReadonlyMap<string, string>, params: Params): Params => {
  for (const name of Object.keys(params)) {
    if (!placeholders.has(name))
      refuse(
        query,
        name,
        "the statement has no such placeholder; take it out of the parameters, or use it as {name:Type}",
      );
  }
  return Object.fromEntries(
    [...placeholders].map(([name, type]) => {
      const value = params[name];
      if (value === undefined) return refuse(query, name, `no value was given for {${name}:${type}}`);
      const declared = engineTypeOf(type);
      if (value === null)
        return declared.nullable
          ? [name, null]
          : refuse(query, name, `null, and it is declared ${type}; declare Nullable(${type})`);
      return [
        name,
        typeof value === "object" ? list(query, name, declared, value) : scalar(query, name, declared, value),
      ];
    }),
  );
};

const LITERAL: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  "\0": "\\0",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};
// oxlint-disable-next-line no-control-regex -- the control characters are what is escaped
const escaped = (text: string, characters: RegExp): string => text.replace(characters, (c) => LITERAL[c] as string);
// oxlint-disable-next-line no-control-regex
const quoted = (text: string): string => `'${escaped(text, /[\\'\0\b\f\n\r\t]/g)}'`;

/** A parameter's value in the text form its type is parsed from: escaped as in TSV when a string, as literals inside a list. */
const valueText = (value: Param): string => {
  if (value === null) return "\\N";
  // oxlint-disable-next-line no-control-regex
  if (typeof value === "string") return escaped(value, /[\\\0\b\f\n\r\t]/g);
  if (typeof value === "object")
    return `[${value.map((v) => (typeof v === "string" ? quoted(v) : String(v))).join(",")}]`;
  return String(value);
};

/** `SET param_a='…', …`: how a session of the in-process engine takes parameters. Empty when there are none. */
export const paramStatement = (params: Params): string => {
  const assignments = Object.entries(params).map(([name, value]) => `param_${name}=${quoted(valueText(value))}`);
  return assignments.length === 0 ? "" : `SET ${assignments.join(", ")}`;
};

/** A value as a literal of the statement, to be cast to its declared type. */
export const literalOf = (value: Param): string => {
  if (value === null) return "NULL";
  return quoted(typeof value === "string" ? value : valueText(value));
};
