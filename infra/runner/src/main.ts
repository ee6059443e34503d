import { resolve } from "node:path";
import { loadEnvironmentFile, readEnvironment } from "@molva/platform";
import { runCommandLine } from "./command-line.ts";
import { processIo } from "./io.ts";

/** This process is a command line (without the program's own name): its terminal, its variables, its signals. */
export const main = async (argv: readonly string[]): Promise<number> => {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(130); // the second Ctrl-C does not wait
    stop.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  const io = processIo(stop.signal);
  try {
    return await runCommandLine(argv, io, () => {
      loadEnvironmentFile(resolve(io.cwd, ".env"));
      return readEnvironment();
    });
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
    // All is closed, or has had its time: what a library has left open keeps no process alive.
    setTimeout(() => process.exit(), LEFT_OPEN_MS).unref();
  }
};

const LEFT_OPEN_MS = 500;
