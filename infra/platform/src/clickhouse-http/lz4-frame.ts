import { Transform } from "node:stream";

const MAGIC = 0x184d2204;
const MAX_BLOCK = 4 * 1024 * 1024;

const broken = (problem: string): Error => new Error(`LZ4 frame: ${problem}`);

/** One block, with up to 64 KiB before it that it may copy from. */
const decodeBlock = (block: Buffer, before: Buffer, maxSize: number): Buffer => {
  const out = Buffer.allocUnsafe(before.length + maxSize);
  before.copy(out);
  let [from, to] = [0, before.length];
  const byte = (): number => {
    const value = block[from];
    if (value === undefined) throw broken("a block ends too early");
    from += 1;
    return value;
  };
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    if (nibble < 15) return length;
    for (let more = 255; more === 255; length += more) more = byte();
    return length;
  };
  while (from < block.length) {
    const token = byte();
    const literals = lengthFrom(token >> 4);
    if (from + literals > block.length || to + literals > out.length) throw broken("a literal is too long");
    to += block.copy(out, to, from, from + literals);
    from += literals;
    if (from === block.length) break;
    const offset = byte() | (byte() << 8);
    const match = lengthFrom(token & 15) + 4;
    if (offset === 0 || offset > to || to + match > out.length) throw broken("a match points outside");
    // A match may overlap what it writes: byte by byte, unless it does not.
    if (offset >= match) to += out.copy(out, to, to - offset, to - offset + match);
    else for (const end = to + match; to < end; to += 1) out[to] = out[to - offset] as number;
  }
  return out.subarray(before.length, to);
};

/** The size of a frame's header, and what it says; null while bytes are missing. */
const headerOf = (
  data: Buffer,
): { readonly size: number; readonly linked: boolean; readonly sums: boolean; readonly end: boolean } | null => {
  if (data.length < 7) return null;
  if (data.readUInt32LE(0) !== MAGIC) throw broken("it does not begin as one");
  const flags = data[4] as number;
  if (flags >> 6 !== 1) throw broken("an unknown version");
  if ((flags & 1) !== 0) throw broken("dictionaries are not supported");
  const size = 7 + ((flags & 8) === 0 ? 0 : 8);
  return data.length < size
    ? null
    : { size, linked: (flags & 32) === 0, sums: (flags & 16) !== 0, end: (flags & 4) !== 0 };
};

/**
 * Decodes LZ4 frames (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md), which clients in Python send by default.
 * Checksums are passed over: TCP and the format of the rows have their own.
 */
export const lz4Decoder = (): Transform => {
  let pending = Buffer.alloc(0);
  let header: ReturnType<typeof headerOf> = null;
  let history = Buffer.alloc(0);
  /** One step; false when bytes are missing. */
  const step = (push: (data: Buffer) => void): boolean => {
    if (header === null) {
      header = headerOf(pending);
      if (header === null) return false;
      pending = pending.subarray(header.size);
      history = Buffer.alloc(0);
    }
    if (pending.length < 4) return false;
    const word = pending.readUInt32LE(0);
    if (word === 0) {
      const size = 4 + (header.end ? 4 : 0);
      if (pending.length < size) return false;
      pending = pending.subarray(size);
      header = null;
      return pending.length > 0;
    }
    const size = word & 0x7fff_ffff;
    if (size > MAX_BLOCK + 64 * 1024) throw broken("a block is too large");
    const whole = 4 + size + (header.sums ? 4 : 0);
    if (pending.length < whole) return false;
    const block = pending.subarray(4, 4 + size);
    const plain = word >>> 31 === 1 ? Buffer.from(block) : decodeBlock(block, history, MAX_BLOCK);
    if (header.linked) history = Buffer.concat([history, plain]).subarray(-65_536);
    push(plain);
    pending = pending.subarray(whole);
    return true;
  };
  return new Transform({
    transform(chunk: Buffer, _, done) {
      pending = Buffer.concat([pending, chunk]);
      try {
        while (step((data) => this.push(data)));
        done();
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      done(header === null && pending.length === 0 ? null : broken("it ends too early"));
    },
  });
};
