import { randomBytes, timingSafeEqual } from "node:crypto";
import { chmod, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { Log } from "@molva/contracts";
import { exitCodeOf, messageOf } from "../failure.ts";
import type { Io } from "../io.ts";
import { VERSION } from "../version.ts";
import { encodeFrame, readFrames, requestFrame, type ReplyFrame, type RequestFrame } from "./frames.ts";
import { TOKEN_FILE, type Address } from "./address.ts";

type CallFrame = Extract<RequestFrame, { type: "call" }>;

export interface CommandServer {
  readonly address: Address;
  /** Waits for the commands that run, then takes the socket away. */
  close(): Promise<void>;
}

/** Bytes of a socket's path that every system takes. */
const PATH_LIMIT = 100;
/** Pieces of standard input that wait for a slow command before the terminal is made to wait. */
const WAITING_PIECES = 16;

export interface CommandServerOptions {
  readonly dataDir: string;
  readonly log: Log;
  /** Runs one command line to its exit code; what it throws is told to the terminal. */
  execute(argv: readonly string[], io: Io): Promise<number>;
}

/**
 * Lets the terminal's `molva` run its commands in this process, which holds the data folder. A Unix socket of mode 0600
 * in the folder; where its path would be too long, a loopback port and a token that only the folder's owner can read.
 */
export const serveCommands = async (options: CommandServerOptions): Promise<CommandServer> => {
  const path = join(options.dataDir, "molva.sock");
  const running = new Set<Promise<void>>();
  const sockets = new Set<Socket>();
  let token: string | null = null;
  const server = createServer((socket) => {
    sockets.add(socket);
    const done = serve(socket, () => token, options)
      .catch((error: unknown) => {
        options.log.warn("command connection failed", {
          error: error instanceof Error ? error.message : String(error),
        });
        socket.destroy();
      })
      .finally(() => {
        sockets.delete(socket);
        running.delete(done);
      });
    running.add(done);
  });
  let address: Address;
  if (process.platform !== "win32" && Buffer.byteLength(path) <= PATH_LIMIT) {
    await rm(path, { force: true }); // the folder is held: whatever lies here is a dead process's
    await listen(server, { path });
    await chmod(path, 0o600);
    address = path;
  } else {
    token = randomBytes(32).toString("hex");
    await writeFile(join(options.dataDir, TOKEN_FILE), token, { mode: 0o600 });
    await listen(server, { host: "127.0.0.1", port: 0 });
    const bound = server.address();
    address = typeof bound === "object" && bound !== null ? bound.port : 0;
  }
  return {
    address,
    async close() {
      server.close();
      await Promise.allSettled(running);
      for (const socket of sockets) socket.destroy();
      await rm(typeof address === "string" ? address : join(options.dataDir, TOKEN_FILE), { force: true });
    },
  };
};

const listen = (server: Server, where: { path: string } | { host: string; port: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(where, () => resolve());
  });

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

const serve = async (socket: Socket, token: () => string | null, options: CommandServerOptions): Promise<void> => {
  const gone = new AbortController();
  socket.on("error", () => gone.abort());
  socket.on("close", () => gone.abort());
  const send = (frame: ReplyFrame): Promise<void> =>
    new Promise((resolve) => {
      if (gone.signal.aborted) return resolve();
      socket.write(encodeFrame(frame), () => resolve());
    });
  const frames = readFrames(socket, requestFrame);
  const first = await frames.next();
  if (first.done === true || first.value.type !== "call") return void socket.destroy();
  const call = first.value;
  const expected = token();
  if (expected !== null && !same(call.token ?? "", expected)) {
    await send({ type: "refused", message: "wrong token" });
    return void socket.end();
  }
  if (call.version !== VERSION) {
    const message = `this is molva ${call.version}, but molva ${VERSION} holds the data folder: stop that one (Ctrl-C) or use its version`;
    await send({ type: "refused", message });
    return void socket.end();
  }
  const stdin = stdinOf(frames, gone);
  const io = remoteIo(call, send, stdin, gone.signal);
  let code: number;
  try {
    code = await options.execute(call.argv, io);
  } catch (error) {
    await send({ type: "err", text: `${messageOf(error)}\n` });
    code = exitCodeOf(error);
  }
  await send({ type: "exit", code });
  socket.end();
};

const remoteIo = (
  call: CallFrame,
  send: (frame: ReplyFrame) => Promise<void>,
  stdin: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Io => ({
  stdin,
  out: async (text) => {
    for (let at = 0; at < text.length; at += OUT_PIECE)
      await send({ type: "out", text: text.slice(at, at + OUT_PIECE) });
  },
  outBytes: async (bytes) => {
    for (let at = 0; at < bytes.length; at += OUT_PIECE)
      await send({ type: "bytes", data: Buffer.from(bytes.subarray(at, at + OUT_PIECE)).toString("base64") });
  },
  err: (text) => void send({ type: "err", text }),
  outIsTerminal: call.outIsTerminal,
  errIsTerminal: call.errIsTerminal,
  columns: call.columns,
  cwd: call.cwd,
  signal,
});

/** In UTF-16 units; a pair of surrogates that is cut here is joined again by the terminal, for JSON keeps both halves. */
const OUT_PIECE = 256 * 1024;

/** The terminal's standard input. Reading goes on beside the command, so that a closed terminal is seen at once. */
const stdinOf = (frames: AsyncGenerator<RequestFrame>, gone: AbortController): AsyncIterable<Uint8Array> => {
  const pieces: Uint8Array[] = [];
  let ended = false;
  let wake = (): void => {};
  let room = (): void => {};
  const pump = async (): Promise<void> => {
    for await (const frame of frames) {
      if (frame.type === "stdin") pieces.push(Buffer.from(frame.data, "base64"));
      if (frame.type === "stdin-end") ended = true;
      wake();
      if (pieces.length >= WAITING_PIECES) await new Promise<void>((resolve) => (room = resolve));
    }
    ended = true;
    wake();
  };
  pump().catch(() => {
    ended = true;
    gone.abort();
    wake();
  });
  return {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const piece = pieces.shift();
        if (piece !== undefined) {
          room();
          yield piece;
        } else if (ended) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
};
