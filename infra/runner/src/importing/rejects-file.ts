import { mkdir, open, type FileHandle } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Instant } from "@molva/contracts";

/** Rows that could not be used, each with its line and reason; the file is made when the first one comes. Mode 0600: it holds texts. */
export const rejectsFile = (dataDir: string, name: string, now: Instant) => {
  const path = join(
    dataDir,
    "rejects",
    `${now.replaceAll(/[:.]/g, "-")}-${basename(name).replaceAll(/[^\w.-]/g, "_")}.jsonl`,
  );
  let file: FileHandle | null = null;
  return {
    write: async (row: object): Promise<void> => {
      if (file === null) {
        await mkdir(join(dataDir, "rejects"), { recursive: true, mode: 0o700 });
        file = await open(path, "wx", 0o600);
      }
      await file.write(`${JSON.stringify(row)}\n`);
    },
    close: async (): Promise<string | null> => {
      await file?.close();
      return file === null ? null : path;
    },
  };
};
