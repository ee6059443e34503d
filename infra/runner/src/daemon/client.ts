import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { PipelineError } from "@molva/contracts";
import type { Io } from "../io.ts";
import { VERSION } from "../version.ts";
import { TOKEN_FILE, type Address } from "./address.ts";
import { encodeFrame, readFrames, replyFrame } from "./frames.ts";

/**
 * Has a command run by the process that holds the folder, with this terminal as its input and output.
 * @returns the command's exit code
 * @throws {PipelineError} `VERSION_MISMATCH` (exit) when the other process refuses; `FOLDER_LOCKED` (exit) when it does not answer.
 */
export const handOver = async (address: Address, dataDir: string, argv: readonly string[], io: Io): Promise<number> => {
  const token =
    typeof address === "string" ? null : await readFile(join(dataDir, TOKEN_FILE), "utf8").catch(() => null);
  const socket = await dial(address);
  const stop = (): void => void socket.destroy();
  io.signal.addEventListener("abort", stop);
  try {
    socket.write(
      encodeFrame({
        type: "call",
        version: VERSION,
        token,
        argv: [...argv],
        cwd: io.cwd,
        outIsTerminal: io.outIsTerminal,
        errIsTerminal: io.errIsTerminal,
        columns: io.columns,
      }),
    );
    if (argv.includes("-")) sendStdin(socket, io).catch(() => socket.destroy());
    for await (const frame of readFrames(socket, replyFrame)) {
      if (frame.type === "out") await io.out(frame.text);
      else if (frame.type === "bytes") await io.outBytes(Buffer.from(frame.data, "base64"));
      else if (frame.type === "err") io.err(frame.text);
      else if (frame.type === "exit") return frame.code;
      else throw new PipelineError(frame.message, { code: "VERSION_MISMATCH", recovery: "exit" });
    }
  } catch (error) {
    if (!io.signal.aborted && !isBroken(error)) throw error;
  } finally {
    io.signal.removeEventListener("abort", stop);
    socket.destroy();
  }
  if (io.signal.aborted) return 130;
  throw new PipelineError(
    "The process that holds the data folder ended before it answered. What it had acknowledged is kept: run the command again",
    { code: "FOLDER_LOCKED", recovery: "exit" },
  );
};

const isBroken = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  (error.code === "ECONNRESET" || error.code === "EPIPE" || error.code === "ERR_STREAM_PREMATURE_CLOSE");

const dial = (address: Address): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket =
      typeof address === "number" ? connect({ host: "127.0.0.1", port: address }) : connect({ path: address });
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.on("error", () => {}); // told by the end of the frames
      resolve(socket);
    });
    socket.once("error", reject);
  }).catch((error: unknown) => {
    throw new PipelineError(
      "The data folder is held by a process that does not answer: stop it, then run the command again",
      {
        code: "FOLDER_LOCKED",
        recovery: "exit",
        cause: error,
      },
    );
  }) as Promise<Socket>;

const sendStdin = async (socket: Socket, io: Io): Promise<void> => {
  for await (const piece of io.stdin) {
    const data = Buffer.from(piece).toString("base64");
    const more = socket.write(encodeFrame({ type: "stdin", data }));
    if (!more) await new Promise<void>((resolve) => void socket.once("drain", () => resolve()));
  }
  socket.write(encodeFrame({ type: "stdin-end" }));
};
