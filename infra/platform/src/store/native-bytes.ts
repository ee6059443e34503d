/** Bytes that are written one after the other, in pieces: what is full stays where it is, and only the last piece is written to. */
export interface Bytes {
  readonly full: Buffer[];
  piece: Buffer;
  /** Over the last piece. Its writes are compiled to one store each, which those of `Buffer` are not. */
  view: DataView;
  /** Where the next byte goes. */
  at: number;
}

const PIECE_BYTES = 1 << 16;

const viewOf = ({ buffer, byteOffset, length }: Buffer): DataView => new DataView(buffer, byteOffset, length);

/** Ready for so many bytes. */
export const bytesFor = (count: number): Bytes => {
  const piece = Buffer.allocUnsafe(count);
  return { full: [], piece, view: viewOf(piece), at: 0 };
};

export const roomFor = (bytes: Bytes, more: number): void => {
  if (bytes.at + more <= bytes.piece.length) return;
  bytes.full.push(bytes.piece.subarray(0, bytes.at));
  bytes.piece = Buffer.allocUnsafe(Math.max(PIECE_BYTES, more));
  bytes.view = viewOf(bytes.piece);
  bytes.at = 0;
};

export const allOf = ({ full, piece, at }: Bytes): readonly Buffer[] => [...full, piece.subarray(0, at)];

const MOST_LENGTH_BYTES = 5;

const sizeOfLength = (length: number): number => {
  let size = 1;
  for (let rest = length >>> 7; rest !== 0; rest >>>= 7) size += 1;
  return size;
};

/** Seven bits a byte, the lowest first. There must be room. */
const writeLength = (bytes: Bytes, length: number): void => {
  let rest = length;
  while (rest >= 0x80) {
    bytes.piece[bytes.at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes.piece[bytes.at++] = rest;
};

export const putLength = (bytes: Bytes, length: number): void => {
  roomFor(bytes, MOST_LENGTH_BYTES);
  writeLength(bytes, length);
};

/** Eight bytes, the lowest first. */
export const putWhole = (bytes: Bytes, number: number): void => {
  roomFor(bytes, 8);
  bytes.view.setUint32(bytes.at, number, true);
  bytes.view.setUint32(bytes.at + 4, Math.floor(number / 2 ** 32), true);
  bytes.at += 8;
};

/** Up to this many characters a loop is quicker than a call of the runtime. */
const SHORT = 24;

/** Its length in bytes and its bytes in UTF-8. Half a surrogate pair becomes U+FFFD, as in every UTF-8 text. */
export const putText = (bytes: Bytes, text: string): void => {
  const { length } = text;
  roomFor(bytes, MOST_LENGTH_BYTES + length * 3);
  if (length <= SHORT) {
    const start = bytes.at;
    bytes.piece[bytes.at++] = length;
    let i = 0;
    for (; i < length; i += 1) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) break;
      bytes.piece[bytes.at++] = code;
    }
    if (i === length) return;
    bytes.at = start;
  }
  // Counting the bytes first would read the text twice: it is written as if it were ASCII, and moved where its length takes a byte more.
  const guess = sizeOfLength(length);
  const start = bytes.at;
  const written = bytes.piece.write(text, start + guess);
  const size = sizeOfLength(written);
  if (size !== guess) bytes.piece.copyWithin(start + size, start + guess, start + guess + written);
  writeLength(bytes, written);
  bytes.at += written;
};
