import { randomBytes } from "node:crypto";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PipelineError } from "@molva/contracts";
import { openEmbeddedBus, readFolderLock } from "@molva/platform";
import { usageError } from "../command.ts";
import { suppressedAuthors, type SuppressedAuthor } from "../suppression.ts";
import { checkRoom, copyHashed, makeFolders, makeLinks, whenFull } from "./copy-files.ts";
import { CONTENT, readManifest, type Manifest } from "./manifest.ts";

const damaged = (path: string): PipelineError =>
  new PipelineError(
    `The backup is damaged: ${path} is not what was written there. The data folder is as it was; use another backup, or another copy of this one`,
    { code: "USAGE", recovery: "exit" },
  );

const isEmptyOrAbsent = async (dataDir: string): Promise<boolean> =>
  (await readdir(dataDir).catch(() => [])).length === 0;

/** Who was erased after the backup was taken stays erased: the list of the data that is there now. */
const erasedNow = async (dataDir: string): Promise<readonly SuppressedAuthor[]> => {
  const log = join(dataDir, "log");
  const isThere = await stat(join(log, "data.mdb")).then(
    () => true,
    () => false,
  );
  if (!isThere) return [];
  const bus = await openEmbeddedBus({ dir: log });
  try {
    return await suppressedAuthors(bus.checkpoints);
  } finally {
    await bus.close();
  }
};

export interface PutBack {
  readonly manifest: Manifest;
  /** Where the data lies that was there before; null when there was none. */
  readonly aside: string | null;
  readonly erased: readonly SuppressedAuthor[];
}

/**
 * Puts a backup in the place of the data folder: all is copied beside it and checked first, so that a damaged backup, a full disk or a kill
 * leave the folder as it was.
 * @throws {PipelineError} `USAGE` (exit) without a whole backup, without room, or over data without `force`; `VERSION_MISMATCH` (exit);
 * `FOLDER_LOCKED` (exit) while a process works on the data.
 */
export const putBack = async (
  folder: string,
  dataDir: string,
  force: boolean,
  onProgress: (bytes: number, total: number) => void,
): Promise<PutBack> => {
  const manifest = await readManifest(folder);
  const holder = readFolderLock(dataDir);
  if (holder !== null)
    throw new PipelineError(`Process ${holder.pid} works on ${dataDir}: stop it first, then restore`, {
      code: "FOLDER_LOCKED",
      recovery: "exit",
    });
  const isEmpty = await isEmptyOrAbsent(dataDir);
  if (!isEmpty && !force)
    throw usageError(
      `${dataDir} holds data: name an empty folder with --data, or say --force and what is there is moved aside, not deleted`,
    );
  const draft = join(dirname(dataDir), `.${basename(dataDir)}.restoring-${randomBytes(6).toString("hex")}`);
  try {
    await whenFull(dirname(dataDir), async () => {
      await makeFolders(draft, manifest.folders);
      await checkRoom(draft, manifest.bytes, "restore");
      let done = 0;
      for (const { path, bytes, sha256 } of manifest.files) {
        const found = await copyHashed(join(folder, CONTENT, path), join(draft, path)).catch((error: unknown) => {
          if (error instanceof Error && "code" in error && error.code === "ENOENT") throw damaged(path);
          throw error;
        });
        if (found !== sha256) throw damaged(path);
        onProgress((done += bytes), manifest.bytes);
      }
      await makeLinks(draft, manifest.links);
    });
    const erased = isEmpty ? [] : await erasedNow(dataDir);
    const aside = isEmpty
      ? null
      : `${dataDir}.before-${new Date(manifest.takenAt).toISOString().slice(0, 10)}-${randomBytes(3).toString("hex")}`;
    if (aside === null) await rm(dataDir, { recursive: true, force: true });
    else await rename(dataDir, aside);
    await rename(draft, dataDir);
    return { manifest, aside, erased };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
};
