import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { instantOf, type Instant } from "@molva/contracts";
import { usageError, type Call } from "../command.ts";

export interface Origin {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly total: number | null;
  /** Null where nothing tells. */
  readonly writtenAt: Instant | null;
}

/** A file as a command names it, `-` for standard input. @throws {PipelineError} `USAGE` when it is none. */
export const originOf = async (call: Call, file: string): Promise<Origin> => {
  if (file === "-") return { bytes: call.io.stdin, total: null, writtenAt: null };
  const path = resolve(call.io.cwd, file);
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) throw usageError(`${path} is no file that can be read`);
  return {
    bytes: createReadStream(path, { signal: call.io.signal }),
    total: found.size,
    writtenAt: instantOf(Math.floor(found.mtimeMs)),
  };
};
