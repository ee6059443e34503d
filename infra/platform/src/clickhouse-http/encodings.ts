import type { Transform } from "node:stream";
import {
  createBrotliCompress,
  createBrotliDecompress,
  createDeflate,
  createGunzip,
  createGzip,
  createInflate,
  constants,
} from "node:zlib";
import { lz4Decoder } from "./lz4-frame.ts";
import { Refusal } from "./refusal.ts";
import { zstdDecoder, zstdEncoder } from "./zstandard.ts";

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: zstdDecoder,
  lz4: lz4Decoder,
};

const ENCODERS: Readonly<Record<string, () => Transform | Promise<Transform>>> = {
  zstd: zstdEncoder,
  gzip: () => createGzip({ level: 3, flush: constants.Z_SYNC_FLUSH }),
  deflate: () => createDeflate({ level: 3, flush: constants.Z_SYNC_FLUSH }),
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }),
};

/**
 * What undoes a `Content-Encoding`; null for none.
 * @throws {Refusal} 48 for one that is not known.
 */
export const decoderOf = (encoding: string | undefined): Transform | null => {
  const name = (encoding ?? "").trim().toLowerCase();
  if (name === "" || name === "identity") return null;
  const make = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
  if (make === undefined)
    throw new Refusal(48, `Unknown compression method: ${name.slice(0, 40)}; send gzip, deflate, br, zstd or lz4`);
  return make();
};

/** The first of the client's `Accept-Encoding` that is known here; null for none. */
export const chosenEncoding = (accept: string | undefined): string | null => {
  const wanted = (accept ?? "")
    .split(",")
    .map((part) =>
      part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/),
    )
    .filter(([, weight]) => weight === undefined || !/^q=0(\.0*)?$/.test(weight))
    .map(([name]) => name as string);
  return wanted.find((name) => Object.hasOwn(ENCODERS, name)) ?? null;
};

export const encoderOf = async (name: string): Promise<Transform> => (ENCODERS[name] as () => Transform)();
