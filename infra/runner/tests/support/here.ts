import { readEnvironment } from "@molva/platform";
import { runCommandLine } from "../../src/command-line.ts";
import type { Io } from "../../src/io.ts";
import { jsonOf, transcript, type Ran } from "./transcript.ts";

export interface RunningHere extends AsyncDisposable {
  readonly ended: Promise<Ran>;
  /** Resolves when stdout and stderr together match. Rejects when the command ends without. */
  said(pattern: RegExp): Promise<string>;
  /** What Ctrl-C does. Resolves with how it ended. */
  stop(): Promise<Ran>;
}

/**
 * The program in this process: what `bin/molva.js` does with the same words but for the process itself (its signals, its end). A command
 * opens the folder and closes it, or is handed over its socket to a `start`, as there. Loading the program again is three quarters of what
 * a process of its own takes: files of tests start one such, and the rest here.
 */
export const startHere = (
  args: readonly string[],
  cwd: string,
  stdin: string | null = null,
  variables: Readonly<Record<string, string>> = {},
): RunningHere => {
  const { told, add, said } = transcript();
  const stopping = new AbortController();
  const io: Io = {
    stdin: (async function* () {
      yield Buffer.from(stdin ?? "");
    })(),
    out: async (text) => add("out", text),
    outBytes: async (bytes) => add("out", Buffer.from(bytes).toString()),
    err: (text) => add("err", text),
    outIsTerminal: false,
    errIsTerminal: false,
    columns: 100,
    cwd,
    signal: stopping.signal,
  };
  const { MOLVA_DATA_DIR: _, ...environment } = process.env;
  const ended = runCommandLine(args, io, () => readEnvironment({ ...environment, ...variables })).then((code): Ran => ({
    code,
    signal: null,
    ...told,
  }));
  const stop = (): Promise<Ran> => {
    stopping.abort();
    return ended;
  };
  return {
    ended,
    said: (pattern) => said(pattern, ended),
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
};

export const molvaHere = (
  args: readonly string[],
  cwd: string,
  stdin: string | null = null,
  variables: Readonly<Record<string, string>> = {},
): Promise<Ran> => startHere(args, cwd, stdin, variables).ended;

export const jsonHere = <T>(args: readonly string[], cwd: string): Promise<T> => jsonOf<T>(molvaHere, args, cwd);
