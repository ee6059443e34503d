import { engineTypeOf } from "./engine-type.ts";
import { millisOf } from "./instant-text.ts";
import { allOf, bytesFor, putText, putWhole, roomFor, type Bytes } from "./native-bytes.ts";

/** One column on its way to the engine's form Native, or what is inside of one: its values one after the other, as the type keeps them. */
export interface Column {
  /** False when the value is none of the column's. */
  put(value: unknown): boolean;
  /** Says in which version a type writes itself; stands before the data of all that it is inside of. */
  readonly head: readonly Buffer[];
  /** All that was put. */
  data(): readonly Buffer[];
}

const over = (bytes: Bytes, put: (value: unknown) => boolean): Column => ({ put, head: [], data: () => allOf(bytes) });

const integerOf = (size: 1 | 2 | 4, least: number, most: number, rows: number): Column => {
  const bytes = bytesFor(rows * size);
  return over(bytes, (value) => {
    if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) return false;
    roomFor(bytes, size);
    // The bits of a negative number are those of its complement, whichever the sign of the type.
    if (size === 1) bytes.view.setUint8(bytes.at, value);
    else if (size === 2) bytes.view.setUint16(bytes.at, value, true);
    else bytes.view.setUint32(bytes.at, value, true);
    bytes.at += size;
    return true;
  });
};

const DIGITS = /^\d{1,39}$/;
const MOST = { 8: 2n ** 64n - 1n, 16: 2n ** 128n - 1n } as const;

/** Unsigned ones of 64 and 128 bits: a safe number, a bigint, or a string of digits. */
const largeOf = (size: 8 | 16, rows: number): Column => {
  const bytes = bytesFor(rows * size);
  return over(bytes, (value) => {
    roomFor(bytes, size);
    const { view, at } = bytes;
    if (typeof value === "number") {
      if (!Number.isSafeInteger(value) || value < 0) return false;
      putWhole(bytes, value);
      if (size === 16) putWhole(bytes, 0);
      return true;
    }
    if (typeof value !== "bigint" && (typeof value !== "string" || !DIGITS.test(value))) return false;
    const number = BigInt(value);
    if (number < 0n || number > MOST[size]) return false;
    // What lies above 64 bits is cut off.
    view.setBigUint64(at, number, true);
    if (size === 16) view.setBigUint64(at + 8, number >> 64n, true);
    bytes.at += size;
    return true;
  });
};

const NO_DIGIT = 0xff;
/** By the code of an ASCII character. */
const HEX = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = "0123456789abcdef".indexOf(String.fromCharCode(code));
  return digit === -1 ? NO_DIGIT : digit;
});

/** The same written in hex, all digits of it. A bigint of 128 bits takes three times as long to make as this takes, and leaves garbage. */
const hexOf = (size: 8 | 16, rows: number): Column => {
  const bytes = bytesFor(rows * size);
  return over(bytes, (value) => {
    if (typeof value !== "string" || value.length !== size * 2) return false;
    roomFor(bytes, size);
    let all = 0;
    for (let i = size * 2 - 2; i >= 0; i -= 2) {
      const high = HEX[value.charCodeAt(i)] ?? NO_DIGIT;
      const low = HEX[value.charCodeAt(i + 1)] ?? NO_DIGIT;
      all |= high | low;
      bytes.piece[bytes.at++] = (high << 4) | low;
    }
    return all <= 0xf;
  });
};

const floatOf = (rows: number): Column => {
  const bytes = bytesFor(rows * 8);
  return over(bytes, (value) => {
    if (typeof value !== "number" || !Number.isFinite(value)) return false;
    roomFor(bytes, 8);
    bytes.view.setFloat64(bytes.at, value, true);
    bytes.at += 8;
    return true;
  });
};

/** Milliseconds since 1970, or an instant in words. */
const instantOf = (rows: number): Column => {
  const bytes = bytesFor(rows * 8);
  return over(bytes, (value) => {
    const millis = typeof value === "string" ? millisOf(value) : value;
    if (typeof millis !== "number" || !Number.isSafeInteger(millis)) return false;
    putWhole(bytes, millis);
    return true;
  });
};

const textOf = (rows: number): Column => {
  const bytes = bytesFor(rows * 16);
  return over(bytes, (value) => {
    if (typeof value !== "string") return false;
    putText(bytes, value);
    return true;
  });
};

const enumOf = (values: ReadonlyMap<string, number>, rows: number): Column => {
  const bytes = bytesFor(rows);
  return over(bytes, (value) => {
    const number = values.get(value as string);
    if (number === undefined) return false;
    roomFor(bytes, 1);
    bytes.view.setUint8(bytes.at++, number);
    return true;
  });
};

const wholes = (...numbers: readonly number[]): Buffer => {
  const bytes = bytesFor(numbers.length * 8);
  for (const number of numbers) putWhole(bytes, number);
  return bytes.piece;
};

const VERSION = wholes(1);
/** This block brings a dictionary of its own. */
const OWN_DICTIONARY = (1 << 9) | (1 << 10);

/** `LowCardinality(String)`: each text once, and for each value the place of its text. The first is the empty one, as in the engine's own. */
const fewTextsOf = (rows: number): Column => {
  const places = new Map([["", 0]]);
  const dictionary = bytesFor(256);
  putText(dictionary, "");
  let told = new Uint32Array(Math.max(rows, 16));
  let count = 0;
  const put = (value: unknown): boolean => {
    if (typeof value !== "string") return false;
    let place = places.get(value);
    if (place === undefined) {
      place = places.size;
      places.set(value, place);
      putText(dictionary, value);
    }
    if (count === told.length) {
      const larger = new Uint32Array(count * 2);
      larger.set(told);
      told = larger;
    }
    told[count++] = place;
    return true;
  };
  const data = (): readonly Buffer[] => {
    if (count === 0) return [];
    const [kind, Narrow] =
      places.size <= 2 ** 8 ? [0, Uint8Array] : places.size <= 2 ** 16 ? [1, Uint16Array] : [2, Uint32Array];
    const indexes = new Narrow(told.subarray(0, count));
    return [
      wholes(OWN_DICTIONARY | kind, places.size),
      ...allOf(dictionary),
      wholes(count),
      Buffer.from(indexes.buffer),
    ];
  };
  return { put, head: [VERSION], data };
};

/** For each list where it ends, and then the items of all. */
const listOf = (items: Column, rows: number): Column => {
  const ends = bytesFor(rows * 8);
  let end = 0;
  return {
    put: (value) => {
      if (!Array.isArray(value)) return false;
      for (const item of value as readonly unknown[]) if (!items.put(item)) return false;
      end += value.length;
      putWhole(ends, end);
      return true;
    },
    head: items.head,
    data: () => [...allOf(ends), ...items.data()],
  };
};

const textsByKeyOf = (rows: number): Column => {
  const [ends, keys, values] = [bytesFor(rows * 8), textOf(0), textOf(0)];
  let end = 0;
  return {
    put: (value) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
      for (const key of Object.keys(value)) {
        keys.put(key);
        if (!values.put((value as Readonly<Record<string, unknown>>)[key])) return false;
        end += 1;
      }
      putWhole(ends, end);
      return true;
    },
    head: [],
    data: () => [...allOf(ends), ...keys.data(), ...values.data()],
  };
};

const enumValuesOf = (name: string): ReadonlyMap<string, number> | null => {
  const inside = /^Enum8\((.*)\)$/s.exec(name)?.[1];
  if (inside === undefined || inside.includes("\\")) return null;
  return new Map([...inside.matchAll(/'([^']*)' = (-?\d+)/g)].map(([, text, number]) => [text ?? "", Number(number)]));
};

type Make = (rows: number) => Column;

const MAKES: Readonly<Record<string, Make>> = {
  UInt8: (rows) => integerOf(1, 0, 0xff, rows),
  UInt16: (rows) => integerOf(2, 0, 0xffff, rows),
  UInt32: (rows) => integerOf(4, 0, 0xffff_ffff, rows),
  Int8: (rows) => integerOf(1, -0x80, 0x7f, rows),
  Int16: (rows) => integerOf(2, -0x8000, 0x7fff, rows),
  Int32: (rows) => integerOf(4, -0x8000_0000, 0x7fff_ffff, rows),
  UInt64: (rows) => largeOf(8, rows),
  UInt128: (rows) => largeOf(16, rows),
  Float64: floatOf,
  String: textOf,
  "LowCardinality(String)": fewTextsOf,
  "Map(String, String)": textsByKeyOf,
  // Seconds since 1970; an instant in words has its checks with the JSON form.
  DateTime: (rows) => integerOf(4, 0, 0xffff_ffff, rows),
  "DateTime('UTC')": (rows) => integerOf(4, 0, 0xffff_ffff, rows),
  "DateTime64(3, 'UTC')": instantOf,
};

const HEX_MAKES: Readonly<Record<string, Make>> = {
  UInt64: (rows) => hexOf(8, rows),
  UInt128: (rows) => hexOf(16, rows),
};

/** A column for so many rows of a type of the engine; null for a type that only the JSON form takes. */
export const columnOf = (type: string, rows: number, inHex: boolean): Column | null => {
  const make = (inHex ? HEX_MAKES : MAKES)[type];
  if (make !== undefined) return make(rows);
  const { nullable, element, name } = engineTypeOf(type);
  if (nullable) return null;
  if (element !== null) {
    const items = columnOf(/^Array\((.*)\)$/s.exec(name)?.[1] ?? "", 0, inHex);
    return items === null ? null : listOf(items, rows);
  }
  const values = enumValuesOf(type);
  return values === null ? null : enumOf(values, rows);
};
