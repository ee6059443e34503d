import { Transform, type TransformCallback } from "node:stream";
import { Zstd } from "@hpcc-js/wasm-zstd";
import { Decompress } from "fzstd";

/** Node 20 has no Zstandard of its own. Frames as they come; the window is bounded by the decoder (32 MiB). */
export const zstdDecoder = (): Transform => {
  let push: (data: Uint8Array) => void = () => {};
  const decoder = new Decompress((data) => push(data));
  return new Transform({
    transform(chunk: Buffer, _, done: TransformCallback) {
      push = (data) => this.push(Buffer.from(data));
      try {
        decoder.push(chunk);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      try {
        decoder.push(new Uint8Array(0), true);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
};

/** One frame for each chunk, which is a valid stream: the library keeps one state for all, so no frame may stay open. */
export const zstdEncoder = async (): Promise<Transform> => {
  const zstd = await Zstd.load();
  return new Transform({
    transform(chunk: Buffer, _, done: TransformCallback) {
      done(null, Buffer.from(zstd.compress(chunk, 1)));
    },
  });
};
