import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PipelineError } from "@molva/contracts";
import { acquireFolder, readFolderLock, type FolderLock } from "@molva/platform";
import { VERSION } from "../version.ts";

/** Only there while `start` runs: the page's address, for a second `start` on the folder. */
const PAGE_FILE = "page.url";

/**
 * Makes this process the only one on the folder.
 * @throws {PipelineError} `FOLDER_LOCKED` (exit) naming the page of the `start` that runs there.
 */
export const holdFolder = async (dataDir: string): Promise<FolderLock> => {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const holder = readFolderLock(dataDir);
  if (holder === null) return acquireFolder(dataDir, VERSION);
  const page = await readFile(join(dataDir, PAGE_FILE), "utf8").catch(() => null);
  throw new PipelineError(
    page === null
      ? `Process ${holder.pid} works on ${dataDir}: wait for it, or stop it, or give another folder with --data`
      : `Molva runs on ${dataDir} already (process ${holder.pid}).\nIts page: ${page.trim()}`,
    { code: "FOLDER_LOCKED", recovery: "exit" },
  );
};

/** Leaves the page's address in the held folder. @returns what takes it away */
export const leaveAddress = async (dataDir: string, url: string): Promise<() => Promise<void>> => {
  const path = join(dataDir, PAGE_FILE);
  await writeFile(path, `${url}\n`);
  return () => rm(path, { force: true });
};
