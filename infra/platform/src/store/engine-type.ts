/** A type of the engine without what only says how it is kept: `LowCardinality(Nullable(String))` is a nullable `String`. */
export interface EngineType {
  readonly name: string;
  readonly nullable: boolean;
  /** The type of the elements of an `Array`; null for all others. */
  readonly element: EngineType | null;
}

export const engineTypeOf = (text: string): EngineType => {
  const [, wrapper, inside] =
    /^(Nullable|LowCardinality|Array|SimpleAggregateFunction)\((.*)\)$/s.exec(text.trim()) ?? [];
  if (wrapper === undefined || inside === undefined) return { name: text.trim(), nullable: false, element: null };
  if (wrapper === "Array") return { name: text.trim(), nullable: false, element: engineTypeOf(inside) };
  if (wrapper === "SimpleAggregateFunction") return engineTypeOf(inside.slice(inside.indexOf(",") + 1));
  const inner = engineTypeOf(inside);
  return wrapper === "Nullable" ? { ...inner, nullable: true } : inner;
};

interface Range {
  readonly least: bigint;
  readonly most: bigint;
}

const INTEGER = /^(U?)Int(8|16|32|64|128|256)$/;

/** Null for what is no integer type. */
export const integerRange = (name: string): Range | null => {
  const [, unsigned, bits] = INTEGER.exec(name) ?? [];
  if (bits === undefined) return null;
  const size = BigInt(bits);
  return unsigned === "U"
    ? { least: 0n, most: 2n ** size - 1n }
    : { least: -(2n ** (size - 1n)), most: 2n ** (size - 1n) - 1n };
};

const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.(\d+))?Z?$/;
/** The last second of `DateTime`. */
const DATETIME_END = Date.UTC(2106, 1, 7, 6, 28, 15);

/** What is wrong with a value, or null. */
export type Check = (value: unknown) => string | null;

const integerCheck = ({ least, most }: Range): Check => {
  const [low, high] = [Number(least), Number(most)];
  // So few digits are inside the range whatever they are.
  const safeDigits = most.toString().length - 1;
  const outside = (value: number | string): string =>
    `${value} is outside ${least}…${most}; the engine would wrap it round`;
  return (value) => {
    if (typeof value === "number") {
      if (Number.isSafeInteger(value)) return value >= low && value <= high ? null : outside(value);
      return Number.isInteger(value)
        ? `${value} lies beyond 2^53 and has lost digits; pass a string`
        : `${value} is not an integer`;
    }
    if (typeof value === "boolean") return most === 255n ? null : "a truth value goes into Bool or UInt8";
    if (typeof value !== "string") return `a ${typeof value} is not an integer`;
    if (!/^-?\d+$/.test(value)) return `${JSON.stringify(value.slice(0, 40))} is not an integer`;
    if (value.length <= safeDigits && value[0] !== "-") return null;
    const number = BigInt(value);
    return number < least || number > most ? outside(value) : null;
  };
};

const instantCheck = (name: string): Check => {
  const places = name.startsWith("DateTime64") ? Number(/^DateTime64\((\d+)/.exec(name)?.[1] ?? "3") : 0;
  return (value) => {
    if (typeof value === "number")
      return Number.isSafeInteger(value) ? null : `${value} is not a whole number of ticks`;
    if (typeof value !== "string")
      return value instanceof Date
        ? "a Date loses its milliseconds; pass an ISO string"
        : `a ${typeof value} is not an instant`;
    const match = ISO.exec(value);
    if (match === null)
      return `${JSON.stringify(value.slice(0, 40))} is not an instant, as 2026-01-31T10:00:00.000Z is`;
    if (/[1-9]/.test((match[1] ?? "").slice(places)))
      return `${name} would lose the fraction of ${value}; cut it, or declare DateTime64(3)`;
    const time = Date.parse(value.endsWith("Z") ? value : `${value.replace(" ", "T")}Z`);
    if (Number.isNaN(time)) return `${value} is no date of the calendar`;
    return places === 0 && (time < 0 || time > DATETIME_END)
      ? `${value} is outside DateTime (1970…2106); the engine would move it`
      : null;
  };
};

const numberCheck: Check = (value) => {
  if (typeof value === "number") return Number.isFinite(value) ? null : `${value} is no JSON number`;
  return typeof value === "string" && /^-?\d/.test(value)
    ? null
    : `${typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : `a ${typeof value}`} is not a number`;
};

/** What JSON would turn into something else: all that is left for texts, enumerations, maps and tuples. */
const plainCheck: Check = (value) => {
  if (typeof value === "bigint") return "a bigint is no JSON; pass a string of digits";
  return typeof value === "number" && !Number.isFinite(value) ? `${value} is no JSON number` : null;
};

const listCheck =
  (item: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return `a ${typeof value} is no array`;
    for (const each of value as readonly unknown[]) {
      const problem = item(each);
      if (problem !== null) return problem;
    }
    return null;
  };

/** Refuses for a type what the engine would take, and store as something else without a word. */
export const checkOf = (type: EngineType): Check => {
  const range = integerRange(type.name);
  const check =
    type.element !== null
      ? listCheck(checkOf(type.element))
      : range !== null
        ? integerCheck(range)
        : type.name.startsWith("DateTime")
          ? instantCheck(type.name)
          : /^(Float|Decimal)/.test(type.name)
            ? numberCheck
            : plainCheck;
  return (value) => {
    if (value !== null) return check(value);
    return type.nullable ? null : "null in a column that is not Nullable; the engine would store 0 or an empty text";
  };
};
