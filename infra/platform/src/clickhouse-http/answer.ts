import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Transform, Writable } from "node:stream";
import { encoderOf } from "./encodings.ts";
import { contentTypeOf } from "./formats.ts";
import { statusOf } from "./refusal.ts";

export interface Summary {
  readonly readRows: number;
  readonly readBytes: number;
  readonly writtenRows: number;
  readonly writtenBytes: number;
  readonly resultRows: number;
  readonly resultBytes: number;
}
export const NOTHING: Summary = {
  readRows: 0,
  readBytes: 0,
  writtenRows: 0,
  writtenBytes: 0,
  resultRows: 0,
  resultBytes: 0,
};

export interface Heading {
  readonly queryId: string;
  readonly timezone: string;
  readonly format: string;
  /** Name of a `Content-Encoding`, or null. */
  readonly encoding: string | null;
  readonly startedAt: bigint;
  /** Whether the client is known to read the block that tells of a late error, so that the answer may end after it. */
  readonly readsBlock: boolean;
}

/** ClickHouse counts in texts, for JSON numbers end at 2^53. */
const summaryText = (summary: Summary, startedAt: bigint): string =>
  JSON.stringify({
    read_rows: String(summary.readRows),
    read_bytes: String(summary.readBytes),
    written_rows: String(summary.writtenRows),
    written_bytes: String(summary.writtenBytes),
    total_rows_to_read: "0",
    result_rows: String(summary.resultRows),
    result_bytes: String(summary.resultBytes),
    elapsed_ns: String(process.hrtime.bigint() - startedAt),
  });

export const writeCommonHeaders = (response: ServerResponse, queryId: string, timezone: string): void => {
  response.setHeader("X-ClickHouse-Server-Display-Name", "molva");
  response.setHeader("X-ClickHouse-Query-Id", queryId);
  response.setHeader("X-ClickHouse-Timezone", timezone);
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("X-Content-Type-Options", "nosniff");
};

/** An answer that has begun: the head is written, what follows may come in pieces. */
export interface Answering {
  /** Resolves when the client can take more; rejects when it is gone or takes nothing for too long. */
  write(bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
  /** Ends in an error that every client can tell from an end: the tag of the head, and no last chunk. */
  fail(message: string): Promise<void>;
}

const LINGER_MS = 3_000;

const drained = async (sink: Writable, response: ServerResponse, idleMs: number): Promise<void> => {
  const stop = new AbortController();
  const timer = setTimeout(() => response.destroy(new Error("the client takes nothing")), idleMs);
  try {
    await Promise.race([
      once(sink, "drain", { signal: stop.signal }),
      once(response, "close", { signal: stop.signal }).then(() => {
        throw new Error("the client is gone");
      }),
    ]);
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
};

export const begin = async (
  response: ServerResponse,
  heading: Heading,
  summary: Summary,
  idleMs: number,
): Promise<Answering> => {
  const encoder: Transform | null = heading.encoding === null ? null : await encoderOf(heading.encoding);
  const tag = heading.queryId.replaceAll(/\W/g, "").slice(0, 16).padEnd(16, "x");
  writeCommonHeaders(response, heading.queryId, heading.timezone);
  response.setHeader("Content-Type", contentTypeOf(heading.format));
  response.setHeader("X-ClickHouse-Format", heading.format);
  response.setHeader("X-ClickHouse-Exception-Tag", tag);
  response.setHeader("X-ClickHouse-Summary", summaryText(summary, heading.startedAt));
  if (heading.encoding !== null) response.setHeader("Content-Encoding", heading.encoding);
  response.writeHead(200);
  const sink: Writable = encoder ?? response;
  encoder?.on("error", () => response.destroy());
  encoder?.pipe(response, { end: false });
  const closed = once(response, "close");
  let failed = false;
  /** All that was written has left the encoder. */
  const encoded = async (): Promise<void> => {
    if (encoder === null) return;
    const ended = once(encoder, "end");
    encoder.end();
    await Promise.race([ended, closed]);
  };
  return {
    write: async (bytes) => {
      if (response.destroyed) throw new Error("the client is gone");
      if (!sink.write(bytes)) await drained(sink, response, idleMs);
    },
    end: async () => {
      if (failed) return;
      await encoded();
      if (response.destroyed) return;
      response.end();
      if (!response.writableFinished) await Promise.race([once(response, "finish"), closed]);
    },
    fail: async (message) => {
      failed = true;
      const text = `${message}\n`;
      sink.write(`\r\n__exception__\r\n${tag}\r\n${text}${Buffer.byteLength(text)} ${tag}\r\n__exception__\r\n`);
      await encoded();
      if (heading.readsBlock) {
        response.end();
        return;
      }
      // A client that knows the tag hangs up when it has read the block. For all others the answer breaks off without a last
      // chunk, but not at once: a break throws away what a client has received and not yet read.
      const linger = setTimeout(() => response.destroy(), LINGER_MS);
      linger.unref();
      response.once("close", () => clearTimeout(linger));
    },
  };
};

/** An error before anything of an answer was written: status, header and body as ClickHouse has them. */
export const answerError = (response: ServerResponse, code: number, message: string): void => {
  response.statusCode = statusOf(code);
  response.setHeader("X-ClickHouse-Exception-Code", String(code));
  response.setHeader("Content-Type", "text/plain; charset=UTF-8");
  if (response.statusCode === 401) response.setHeader("WWW-Authenticate", 'Basic realm="ClickHouse server HTTP API"');
  response.end(`${message}\n`);
};
