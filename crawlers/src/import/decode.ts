import { TextDecoder } from "node:util";
import { PipelineError } from "@molva/contracts";
import { fromLatinControls } from "../read/windows-1252.ts";

/** How many bytes from the first one that is not ASCII on are looked at to tell the encoding. */
const SAMPLE = 65_536;

/** The text of a stream of bytes, piece by piece, and how far it was read. */
export interface DecodedStream {
  readonly pieces: AsyncIterable<string>;
  /** Both change while `pieces` is read. */
  readonly state: { bytes: number; encoding: string };
}

const unknownEncoding = (name: string): PipelineError =>
  new PipelineError(`"${name}" is no encoding; write a name such as utf-8, windows-1251 or koi8-r`, {
    code: "USAGE",
    recovery: "exit",
  });

const decoderFor = (name: string): TextDecoder => {
  try {
    return new TextDecoder(name);
  } catch {
    throw unknownEncoding(name);
  }
};

/** So many bytes at the start tell UTF-16 without a mark. */
const START = 64;

/**
 * A byte order mark; or UTF-16 without one, where every second byte is the high half of a Latin (0) or Cyrillic (4) letter: as characters of their
 * own these are controls that no text holds.
 */
const markOf = (b: Uint8Array): string | null => {
  if (b[0] === 0xef && b[1] === 0xbb && b[2] === 0xbf) return "utf-8";
  if (b[0] === 0xff && b[1] === 0xfe) return "utf-16le";
  if (b[0] === 0xfe && b[1] === 0xff) return "utf-16be";
  const start = b.subarray(0, START);
  const high = (half: 0 | 1): number => start.filter((byte, i) => i % 2 === half && (byte === 0 || byte === 4)).length;
  if (high(1) * 4 > start.length && high(0) === 0) return "utf-16le";
  return high(0) * 4 > start.length && high(1) === 0 ? "utf-16be" : null;
};

const isUtf8 = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
};

/**
 * UTF-8 when the bytes are valid as that, else by where the letters lie: Russian comes in runs, most of it small letters, which
 * are 0xE0–0xFF in windows-1251 and 0xC0–0xDF in KOI8-R; western accents stand alone.
 */
const encodingOf = (bytes: Uint8Array): string => {
  if (isUtf8(bytes)) return "utf-8";
  let [runs, single, low, high] = [0, 0, 0, 0];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte < 0xc0) continue;
    if ((bytes[i - 1] ?? 0) >= 0xc0 || (bytes[i + 1] ?? 0) >= 0xc0) runs++;
    else single++;
    if (byte < 0xe0) low++;
    else high++;
  }
  if (runs <= single) return "windows-1252";
  return low > high ? "koi8-r" : "windows-1251";
};

const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < 0x80);

/**
 * Text of a file whose encoding nobody may have told. ASCII is passed on until the first byte that is not; there the encoding is
 * decided, once. Wrong bytes become U+FFFD; a byte order mark is dropped.
 * @throws {PipelineError} `USAGE` on a name that is no encoding.
 */
export const decodeStream = (stream: AsyncIterable<Uint8Array>, encoding: string | null): DecodedStream => {
  let decoder = encoding === null ? null : decoderFor(encoding);
  const state = { bytes: 0, encoding: decoder?.encoding ?? "utf-8" };
  const settle = (name: string): TextDecoder => {
    const settled = decoderFor(name);
    state.encoding = settled.encoding;
    return settled;
  };
  const textOf = (text: string): string => (state.encoding === "windows-1252" ? fromLatinControls(text) : text);
  const pieces = async function* (): AsyncGenerator<string> {
    let held: Uint8Array = new Uint8Array(0);
    let first = true;
    for await (const chunk of stream) {
      state.bytes += chunk.length;
      if (decoder !== null) {
        yield textOf(decoder.decode(chunk, { stream: true }));
        continue;
      }
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      if (first && held.length < START) continue;
      const mark = first ? markOf(held) : null;
      first = false;
      if (mark !== null) decoder = settle(mark);
      else if (isAscii(held)) yield Buffer.from(held).toString("latin1");
      else if (held.length < SAMPLE) continue;
      else decoder = settle(encodingOf(held));
      if (decoder !== null) yield textOf(decoder.decode(held, { stream: true }));
      held = new Uint8Array(0);
    }
    decoder ??= settle((first ? markOf(held) : null) ?? encodingOf(held));
    yield textOf(decoder.decode(held, { stream: true }));
    yield textOf(decoder.decode());
  };
  return { pieces: pieces(), state };
};
