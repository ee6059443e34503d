import { PipelineError, type Param } from "@molva/contracts";

export type Params = Readonly<Record<string, Param>>;

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;

const refuse = (query: string, name: string, problem: string): never => {
  throw new PipelineError(`query ${query}, parameter ${name}: ${problem}`, {
    code: "CONTRACT_VIOLATED",
    recovery: "dead-letter",
    details: { query, parameter: name },
  });
};

/** The type without `Nullable(…)`, `LowCardinality(…)` and `Array(…)` around it. */
const innermost = (type: string): string => {
  const inside = /^(?:Nullable|LowCardinality|Array)\((.*)\)$/s.exec(type.trim())?.[1];
  return inside === undefined ? type.trim() : innermost(inside);
};

/**
 * An instant as the engine's parameter parser wants it: `2026-01-31 10:00:00.123`, UTC. It refuses the `T…Z` form, and a
 * `Date` or a plain `DateTime` would drop the milliseconds silently.
 */
const instantText = (query: string, name: string, type: string, value: string): string => {
  if (!ISO.test(value)) return value;
  const [day, time] = new Date(value).toISOString().slice(0, -1).split("T") as [string, string];
  if (type.startsWith("DateTime64")) return `${day} ${time}`;
  if (!time.endsWith(".000")) return refuse(query, name, `${type} would lose the milliseconds of ${value}; declare it as DateTime64(3)`);
  return `${day} ${time.slice(0, -4)}`;
};

const scalar = (query: string, name: string, type: string, value: string | number | boolean): string | number | boolean => {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return refuse(query, name, `${value} is not a number a query can take`);
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) return refuse(query, name, `${value} lies beyond 2^53 and has lost digits; pass a string`);
    return value;
  }
  return typeof value === "string" && type.startsWith("DateTime") ? instantText(query, name, type, value) : value;
};

const list = (query: string, name: string, type: string, values: readonly (string | number)[]): readonly (string | number)[] => {
  const inner = innermost(type);
  if (/^U?Int(64|128|256)$/.test(inner) && values.some((v) => typeof v === "string")) {
    return refuse(query, name, `the engine refuses strings in ${type}; declare Array(String) and convert with arrayMap(x -> to${inner}(x), …)`);
  }
  return values.map((v) => scalar(query, name, inner, v) as string | number);
};

/**
 * Parameters as the engine takes them, checked against the placeholders of the statement in both directions: a missing
 * one would silently take what an earlier statement of the session left behind.
 * @throws {PipelineError} `CONTRACT_VIOLATED` (dead-letter).
 */
export const bind = (query: string, placeholders: ReadonlyMap<string, string>, params: Params): Params => {
  for (const name of Object.keys(params)) {
    if (!placeholders.has(name)) refuse(query, name, "the statement has no such placeholder; take it out of the parameters, or use it as {name:Type}");
  }
  return Object.fromEntries(
    [...placeholders].map(([name, type]) => {
      const value = params[name];
      if (value === undefined) return refuse(query, name, `no value was given for {${name}:${type}}`);
      if (value === null) return [name, null];
      return [name, typeof value === "object" ? list(query, name, type, value) : scalar(query, name, innermost(type), value)];
    }),
  );
};

const LITERAL: Readonly<Record<string, string>> = { "\\": "\\\\", "'": "\\'", "\0": "\\0", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
// oxlint-disable-next-line no-control-regex -- the control characters are what is escaped
const escaped = (text: string, characters: RegExp): string => text.replace(characters, (c) => LITERAL[c] as string);
// oxlint-disable-next-line no-control-regex
const quoted = (text: string): string => `'${escaped(text, /[\\'\0\b\f\n\r\t]/g)}'`;

/** A parameter's value in the text form its type is parsed from: escaped as in TSV when a string, as literals inside a list. */
const valueText = (value: Param): string => {
  if (value === null) return "\\N";
  // oxlint-disable-next-line no-control-regex
  if (typeof value === "string") return escaped(value, /[\\\0\b\f\n\r\t]/g);
  if (typeof value === "object") return `[${value.map((v) => (typeof v === "string" ? quoted(v) : String(v))).join(",")}]`;
  return String(value);
};

/** `SET param_a='…', …`: how a session of the in-process engine takes parameters. Empty when there are none. */
export const paramStatement = (params: Params): string => {
  const assignments = Object.entries(params).map(([name, value]) => `param_${name}=${quoted(valueText(value))}`);
  return assignments.length === 0 ? "" : `SET ${assignments.join(", ")}`;
};
