import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { instantOf, PipelineError, type Brand, type Log } from "@molva/contracts";
import { acquireFolder, createLog, namesServers, readFolderLock, type Config, type Environment } from "@molva/platform";
import { callOf } from "./call.ts";
import type { Call, Settings } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { holdsFolder, type Mode } from "./compose.ts";
import { handOver } from "./daemon/client.ts";
import { exitCodeOf, messageOf } from "./failure.ts";
import type { Io } from "./io.ts";
import { modeOf } from "./mode.ts";
import { openRuntime } from "./open-runtime.ts";
import { parseCommandLine, type Parsed } from "./program.ts";
import { STAGES } from "./roles.ts";
import type { Runtime } from "./runtime.ts";
import { findConfig } from "./settings.ts";
import { VERSION } from "./version.ts";

/**
 * Runs a command line (without the program's own name) here or, when another process holds the data folder, in that one. Resolves to the
 * exit code; what went wrong is said. Ends no process and hears no signal but the io's.
 */
export const runCommandLine = async (
  argv: readonly string[],
  io: Io,
  environmentOf: () => Environment,
): Promise<number> => {
  try {
    const environment = environmentOf();
    const parsed = parseCommandLine(argv, io, COMMANDS);
    if (parsed === null) return 0;
    const dataDir = resolve(io.cwd, parsed.dataDir ?? environment.MOLVA_DATA_DIR);
    const configPath = await findConfig(parsed.configPath, io.cwd);
    const shared = configPath !== null && namesServers(await readFile(configPath, "utf8").catch(() => ""));
    if (folderOf(parsed) === "held" && !shared && existsSync(dataDir)) {
      const holder = readFolderLock(dataDir);
      if (holder !== null && holder.socket !== null) return await handOver(holder.socket, dataDir, argv, io);
    }
    return await runHere(parsed, { io, environment, dataDir, configPath });
  } catch (error) {
    if (isClosedPipe(error)) return 0;
    io.err(`${messageOf(error)}\n`);
    return exitCodeOf(error);
  }
};

/** `molva mentions | head`: the reader has what it wanted. */
const isClosedPipe = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EPIPE";

type Place = Pick<Call, "io" | "environment" | "dataDir" | "configPath"> & { readonly brands?: readonly Brand[] };

const folderOf = ({ spec, input }: Parsed): "none" | "held" => spec.folderFor?.(input) ?? spec.folder;

const runHere = async (parsed: Parsed, place: Place): Promise<number> => {
  await using held = runtimeOnDemand(place, () => call.config());
  const call: Call = callOf({ ...place, runtime: held.runtime });
  return await parsed.spec.run(call, parsed.input);
};

/** In one process: the folder's lock, the log, the store, the stages; then what a killed run left is worked off. */
const openAlone = async (mode: Mode, place: Place, log: Log, config: Config | null) => {
  const lock = await acquireFolder(place.dataDir, VERSION);
  try {
    const runtime = await openRuntime({
      ...place,
      mode,
      stages: STAGES,
      log,
      clock,
      metrics: null,
      model: config?.classifier.model ?? "fast",
      topics: config?.topics ?? {},
    });
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

/** Beside the processes that do the work: log and store only. */
const openBeside = async (mode: Mode, place: Place, log: Log, config: Config | null) => {
  const runtime = await openRuntime({
    ...place,
    mode,
    stages: [],
    log,
    clock,
    metrics: null,
    topics: config?.topics ?? {},
  });
  return { runtime, close: async () => runtime[Symbol.asyncDispose]() };
};

const clock = () => instantOf(Date.now());

/** Opened when the command first asks for it. */
const runtimeOnDemand = (place: Place, settings: () => Promise<Settings>) => {
  let opening: ReturnType<typeof openAlone> | null = null;
  const open = async () => {
    const { configPath, environment } = place;
    const config = configPath === null ? null : (await settings()).config;
    const mode = await modeOf({ ...place, config });
    const log = createLog(environment.MOLVA_LOG_LEVEL ?? "warn", { write: place.io.err });
    return holdsFolder(mode)
      ? openAlone(mode, { ...place, brands: config?.brands ?? [] }, log, config)
      : openBeside(mode, { ...place, brands: config?.brands ?? [] }, log, config);
  };
  return {
    runtime: async (): Promise<Runtime> => (await (opening ??= open())).runtime,
    async [Symbol.asyncDispose]() {
      const opened = await opening?.catch(() => null);
      await opened?.close();
    },
  };
};
