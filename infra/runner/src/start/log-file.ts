import { createWriteStream, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { createLog, type Environment } from "@molva/platform";
import type { Log } from "@molva/contracts";

const LIMIT_BYTES = 20 * 1024 * 1024;

/**
 * Where `start` writes its log lines: to stderr when a level is set in the environment (containers want that) or where no data
 * folder is held, else to `molva.log` in the folder, so that a person's terminal stays readable. The file before it is kept once.
 */
export const startLog = (
  dataDir: string | null,
  environment: Environment,
): { readonly log: Log; readonly path: string | null; close(): Promise<void> } => {
  if (environment.MOLVA_LOG_LEVEL !== undefined || dataDir === null) {
    return { log: createLog(environment.MOLVA_LOG_LEVEL ?? "info", process.stderr), path: null, close: async () => {} };
  }
  const path = join(dataDir, "molva.log");
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LIMIT_BYTES) renameSync(path, `${path}.1`);
  const stream = createWriteStream(path, { flags: "a", mode: 0o600 });
  return {
    log: createLog("info", { write: (line) => void stream.write(line) }),
    path,
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
};
