import { setImmediate as turn } from "node:timers/promises";
import { engineTypeOf } from "./engine-type.ts";
import { AT_ONCE, type Block, type Columns } from "./rows.ts";

interface Writer {
  bytes: Buffer;
  at: number;
}

/** Writes one value; false when it is none of the column's. */
type Put = (w: Writer, value: unknown) => boolean;

const PIECE_BYTES = 1 << 18;

const roomFor = (w: Writer, more: number): void => {
  if (w.at + more <= w.bytes.length) return;
  const larger = Buffer.allocUnsafe(Math.max(w.bytes.length * 2, w.at + more));
  w.bytes.copy(larger, 0, 0, w.at);
  w.bytes = larger;
};

const putLength = (w: Writer, length: number): void => {
  roomFor(w, 5);
  let rest = length;
  while (rest >= 0x80) {
    w.bytes[w.at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  w.bytes[w.at++] = rest;
};

/** Up to this many characters a loop is quicker than a call of the runtime. */
const SHORT = 40;

const putText: Put = (w, value) => {
  if (typeof value !== "string") return false;
  const { length } = value;
  if (length <= SHORT) {
    roomFor(w, SHORT + 1);
    const start = w.at;
    w.bytes[w.at++] = length;
    let i = 0;
    for (; i < length; i += 1) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) break;
      w.bytes[w.at++] = code;
    }
    if (i === length) return true;
    w.at = start;
  }
  // Half a surrogate pair becomes U+FFFD here, as in every UTF-8 text.
  putLength(w, Buffer.byteLength(value));
  roomFor(w, length * 3);
  w.at += w.bytes.write(value, w.at);
  return true;
};

const putInteger =
  (bytes: 1 | 2 | 4, least: number, most: number): Put =>
  (w, value) => {
    if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) return false;
    roomFor(w, bytes);
    for (let i = 0; i < bytes; i += 1) w.bytes[w.at++] = (value >>> (8 * i)) & 0xff;
    return true;
  };

const END_64 = 2n ** 64n;
const END_128 = 2n ** 128n;
const DIGITS = /^\d{1,39}$/;

/** Unsigned ones of 64 and 128 bits: a safe number, a bigint, or a string of digits. */
const putLarge =
  (bytes: 8 | 16): Put =>
  (w, value) => {
    roomFor(w, bytes);
    if (typeof value === "number") {
      if (!Number.isSafeInteger(value) || value < 0) return false;
      w.bytes.writeUInt32LE(value % 2 ** 32, w.at);
      w.bytes.writeUInt32LE(Math.floor(value / 2 ** 32), w.at + 4);
      if (bytes === 16) w.bytes.fill(0, w.at + 8, w.at + 16);
    } else {
      if (typeof value !== "bigint" && (typeof value !== "string" || !DIGITS.test(value))) return false;
      const number = BigInt(value);
      if (number < 0n || number >= (bytes === 8 ? END_64 : END_128)) return false;
      if (bytes === 8) w.bytes.writeBigUInt64LE(number, w.at);
      else {
        w.bytes.writeBigUInt64LE(BigInt.asUintN(64, number), w.at);
        w.bytes.writeBigUInt64LE(number >> 64n, w.at + 8);
      }
    }
    w.at += bytes;
    return true;
  };

const putFloat: Put = (w, value) => {
  if (typeof value !== "number" || !Number.isFinite(value)) return false;
  roomFor(w, 8);
  w.at = w.bytes.writeDoubleLE(value, w.at);
  return true;
};

const ZERO = 0x30;

/** A number of so many digits at a place of a text; NaN where one is none. */
const digits = (text: string, from: number, count: number): number => {
  let number = 0;
  for (let i = from; i < from + count; i += 1) {
    const digit = text.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
};

/** `2026-01-31 10:00:00.000`, with a T and a Z or without. */
const isInstant = (value: string): boolean =>
  (value.length === 23 || (value.length === 24 && value[23] === "Z")) &&
  value[4] === "-" &&
  value[7] === "-" &&
  (value[10] === " " || value[10] === "T") &&
  value[13] === ":" &&
  value[16] === ":" &&
  value[19] === ".";

/** Milliseconds since 1970; NaN for what is not written in full, in UTC. */
const millisOf = (value: string): number => {
  if (!isInstant(value)) return Number.NaN;
  const [year, month, day] = [digits(value, 0, 4), digits(value, 5, 2), digits(value, 8, 2)];
  const [hour, minute, second] = [digits(value, 11, 2), digits(value, 14, 2), digits(value, 17, 2)];
  // Of a year below 100 the two digits would be taken for one of the last century.
  if (!(year >= 100 && month >= 1 && month <= 12 && hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  const millis = Date.UTC(year, month - 1, day, hour, minute, second, digits(value, 20, 3));
  // A 30 February would be moved to March.
  return new Date(millis).getUTCDate() === day ? millis : Number.NaN;
};

const putMillis: Put = (w, value) => {
  if (typeof value !== "string") return false;
  const millis = millisOf(value);
  if (Number.isNaN(millis)) return false;
  roomFor(w, 8);
  w.at = w.bytes.writeBigInt64LE(BigInt(millis), w.at);
  return true;
};

const putEnum =
  (values: ReadonlyMap<string, number>): Put =>
  (w, value) => {
    const number = values.get(value as string);
    if (number === undefined) return false;
    roomFor(w, 1);
    w.bytes[w.at++] = number & 0xff;
    return true;
  };

const putList =
  (item: Put): Put =>
  (w, value) => {
    if (!Array.isArray(value)) return false;
    putLength(w, value.length);
    for (const each of value as readonly unknown[]) if (!item(w, each)) return false;
    return true;
  };

const putTexts: Put = (w, value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  putLength(w, entries.length);
  for (const [key, text] of entries) if (!putText(w, key) || !putText(w, text)) return false;
  return true;
};

const INTEGERS: Readonly<Record<string, Put>> = {
  UInt8: putInteger(1, 0, 0xff),
  UInt16: putInteger(2, 0, 0xffff),
  UInt32: putInteger(4, 0, 0xffff_ffff),
  Int8: putInteger(1, -0x80, 0x7f),
  Int16: putInteger(2, -0x8000, 0x7fff),
  Int32: putInteger(4, -0x8000_0000, 0x7fff_ffff),
  UInt64: putLarge(8),
  UInt128: putLarge(16),
};

const enumOf = (name: string): ReadonlyMap<string, number> | null => {
  const inside = /^Enum8\((.*)\)$/s.exec(name)?.[1];
  if (inside === undefined || inside.includes("\\")) return null;
  return new Map([...inside.matchAll(/'([^']*)' = (-?\d+)/g)].map(([, text, number]) => [text ?? "", Number(number)]));
};

/** Null for a type that only the JSON form takes. */
const putOf = (type: string): Put | null => {
  const { name, nullable, element } = engineTypeOf(type);
  if (nullable) return null;
  if (element !== null) {
    const inside = putOf(/^Array\((.*)\)$/s.exec(name)?.[1] ?? "");
    return inside === null ? null : putList(inside);
  }
  const integer = INTEGERS[name];
  if (integer !== undefined) return integer;
  if (name === "String") return putText;
  if (name === "Float64") return putFloat;
  if (name === "Map(String, String)") return putTexts;
  // Seconds since 1970; an instant in words has its checks with the JSON form.
  if (/^DateTime(\('UTC'\))?$/.test(name)) return INTEGERS["UInt32"] ?? null;
  if (/^DateTime64\(3, 'UTC'\)$/.test(name)) return putMillis;
  const values = enumOf(name);
  return values === null ? null : putEnum(values);
};

/** Null when one of the types has no binary form here. */
const putsOf = (types: readonly (string | undefined)[]): readonly Put[] | null => {
  const puts = types.map((type) => (type === undefined ? null : putOf(type)));
  return puts.every((put) => put !== null) ? puts : null;
};

const known = new WeakMap<Columns, Map<string, readonly Put[] | null>>();

const putsFor = (columns: Columns, names: readonly string[]): readonly Put[] | null => {
  const ofTable = known.get(columns) ?? new Map<string, readonly Put[] | null>();
  known.set(columns, ofTable);
  const key = names.join();
  const puts = ofTable.get(key) ?? putsOf(names.map((name) => columns.types.get(name)));
  ofTable.set(key, puts);
  return puts;
};

/**
 * The rows in the engine's own binary form (RowBinary), in pieces: what takes it half a second to read as JSON it reads in a tenth.
 * Null when a column is missing, or a value is not plainly of its column's type: these are left to the JSON form and its checks, and
 * nothing here converts or rounds.
 */
export const binaryOf = async (columns: Columns, block: Block): Promise<readonly Buffer[] | null> => {
  const puts = putsFor(columns, block.columns);
  if (puts === null || columns.required.some((column) => !block.columns.includes(column))) return null;
  const pieces: Buffer[] = [];
  for (let from = 0; from < block.rows.length; from += AT_ONCE) {
    const w: Writer = { bytes: Buffer.allocUnsafe(PIECE_BYTES), at: 0 };
    for (const row of block.rows.slice(from, from + AT_ONCE))
      for (const [place, put] of puts.entries()) if (!put(w, row[place])) return null;
    pieces.push(w.bytes.subarray(0, w.at));
    await turn();
  }
  return pieces;
};
