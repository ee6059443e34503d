import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { decoderOf } from "./encodings.ts";
import { Refusal } from "./refusal.ts";

export interface BodyLimits {
  /** Bytes of a body, as sent and as unpacked. */
  readonly bodyBytes: number;
  /** Milliseconds that a client may send nothing in. */
  readonly idleMs: number;
}

const tooLarge = (limit: number): Refusal =>
  new Refusal(229, `The body of the request is larger than ${limit} bytes; insert fewer rows at once`);

/**
 * Reads a body to its end, unpacked. `look` is shown what has come so far, and may refuse it before the rest is read.
 * @throws {Refusal} 229 (too large), 209 (too slow), 271 (does not unpack), 48 (unknown encoding), 210 (cut off).
 */
export const readBody = async (
  request: IncomingMessage,
  limits: BodyLimits,
  look: (soFar: readonly Buffer[], bytes: number) => void,
): Promise<Buffer> => {
  const decoder = decoderOf(request.headers["content-encoding"]);
  const source: Readable = decoder === null ? request : request.pipe(decoder);
  const chunks: Buffer[] = [];
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  return new Promise<Buffer>((resolve, reject) => {
    const end = (error: Error | null): void => {
      clearTimeout(timer);
      source.removeAllListeners("data");
      request.removeListener("aborted", cut);
      if (error === null) return resolve(Buffer.concat(chunks, bytes));
      request.unpipe();
      decoder?.destroy();
      request.pause();
      reject(error);
    };
    const cut = (): void => end(new Refusal(210, "The client went away before the request was complete"));
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => end(new Refusal(209, "The client sends its request too slowly")), limits.idleMs);
      timer.unref();
    };
    request.on("aborted", cut);
    request.on("error", cut);
    source.on("data", (chunk: Buffer) => {
      wait();
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > limits.bodyBytes) return end(tooLarge(limits.bodyBytes));
      try {
        look(chunks, bytes);
      } catch (error) {
        end(error as Error);
      }
    });
    source.on("end", () => end(null));
    decoder?.on("error", () =>
      end(new Refusal(271, "The body of the request does not unpack as its Content-Encoding says")),
    );
    wait();
  });
};
