import { resolve } from "node:path";
import type { Environment } from "@molva/platform";
import { callOf } from "./call.ts";
import type { CommandSpec } from "./command.ts";
import type { Io } from "./io.ts";
import { parseCommandLine } from "./program.ts";
import type { Runtime } from "./runtime.ts";

export interface Held {
  readonly environment: Environment;
  readonly dataDir: string;
  /** Of the process that holds the folder; counts where the terminal names none. */
  readonly configPath: string | null;
  readonly runtime: Runtime;
  readonly commands: readonly CommandSpec[];
}

/** Runs a command line in the process that holds the folder, for a terminal elsewhere. */
export const executeFor = async (argv: readonly string[], io: Io, held: Held): Promise<number> => {
  const parsed = parseCommandLine(argv, io, held.commands);
  if (parsed === null) return 0;
  const configPath = parsed.configPath === null ? held.configPath : resolve(io.cwd, parsed.configPath);
  const { environment, dataDir, runtime } = held;
  const call = callOf({ io, environment, dataDir, configPath, runtime: async () => runtime });
  return parsed.spec.run(call, parsed.input);
};
