import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { instantOf, PipelineError } from "@molva/contracts";
import {
  acquireFolder,
  createLog,
  loadEnvironmentFile,
  readEnvironment,
  readFolderLock,
  type Environment,
} from "@molva/platform";
import { callOf } from "./call.ts";
import { COMMANDS } from "./commands/index.ts";
import { handOver } from "./daemon/client.ts";
import { exitCodeOf, messageOf } from "./failure.ts";
import { processIo, type Io } from "./io.ts";
import { openRuntime } from "./open-runtime.ts";
import { parseCommandLine, type Parsed } from "./program.ts";
import type { Runtime } from "./runtime.ts";
import { findConfig } from "./settings.ts";
import { VERSION } from "./version.ts";

/** Runs a command line (without the program's own name) in this process or, when another one holds the data folder, in that one. */
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
    loadEnvironmentFile(resolve(io.cwd, ".env"));
    const environment = readEnvironment();
    const parsed = parseCommandLine(argv, io, COMMANDS);
    if (parsed === null) return 0;
    const dataDir = resolve(io.cwd, parsed.dataDir ?? environment.MOLVA_DATA_DIR);
    if (parsed.spec.folder === "held" && existsSync(dataDir)) {
      const holder = readFolderLock(dataDir);
      if (holder !== null && holder.socket !== null) return await handOver(holder.socket, dataDir, argv, io);
    }
    return await runHere(parsed, io, environment, dataDir);
  } catch (error) {
    if (isClosedPipe(error)) return 0;
    io.err(`${messageOf(error)}\n`);
    return exitCodeOf(error);
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
};

/** `molva mentions | head`: the reader has what it wanted. */
const isClosedPipe = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EPIPE";

const runHere = async (parsed: Parsed, io: Io, environment: Environment, dataDir: string): Promise<number> => {
  await using held = folderOnDemand(environment, dataDir);
  const configPath = await findConfig(parsed.configPath, io.cwd);
  const call = callOf({ io, environment, dataDir, configPath, runtime: held.runtime });
  return await parsed.spec.run(call, parsed.input);
};

/** Opens the folder when the command first asks for it: the lock, the log, the store, the stages; then what a killed run left is worked off. */
const folderOnDemand = (environment: Environment, dataDir: string) => {
  let opening: Promise<{ readonly runtime: Runtime; close(): Promise<void> }> | null = null;
  const open = async () => {
    const lock = await acquireFolder(dataDir, VERSION);
    try {
      const log = createLog(environment.MOLVA_LOG_LEVEL ?? "warn", process.stderr);
      const runtime = await openRuntime({ dataDir, environment, log, clock: () => instantOf(Date.now()) });
      const close = async (): Promise<void> => {
        await runtime[Symbol.asyncDispose]();
        await lock.release();
      };
      await runtime.settled().catch(async (error: unknown) => {
        await close();
        throw error;
      });
      return { runtime, close };
    } catch (error) {
      await lock.release();
      throw error instanceof Error
        ? error
        : new PipelineError(String(error), { code: "STORE_UNAVAILABLE", recovery: "exit" });
    }
  };
  return {
    runtime: async () => (await (opening ??= open())).runtime,
    async [Symbol.asyncDispose]() {
      const opened = await opening?.catch(() => null);
      await opened?.close();
    },
  };
};
