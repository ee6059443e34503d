import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { linkFolder } from "@molva/platform";
import { usageError } from "../command.ts";
import type { Runtime } from "../runtime.ts";
import { NOT_HERE } from "./servers.ts";
import { checkRoom, copyHashed, listFolder, makeFolders, makeLinks, whenFull } from "./copy-files.ts";
import { CONTENT, MANIFEST, manifestOf, type Manifest } from "./manifest.ts";

/** In the data folder; what a killed backup has left is removed by the next. */
const SNAPSHOT = ".snapshot-";

/** Of the backups that this process is at: two may run at once. */
const own = new Set<string>();

/** Copied by the snapshot of log and store, or of this process's life only. */
const isPassing = (name: string): boolean =>
  ["log", "store", "molva.log", "molva.sock", "page.url"].includes(name) ||
  name === "lock" ||
  name.startsWith("lock.") ||
  name.endsWith(".token") ||
  name.startsWith(SNAPSHOT);

/** @throws {PipelineError} `USAGE` (exit) when something lies in the folder, or it lies in the data itself. */
const checkTarget = async (folder: string, dataDir: string): Promise<void> => {
  const way = relative(resolve(dataDir), resolve(folder));
  if (way === "" || !way.startsWith(".."))
    throw usageError(`${folder} lies in the data folder: name one outside of it`);
  const there = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw usageError(`${folder} is no folder that can be read: name another one`);
  });
  if (there.length > 0) throw usageError(`${folder} is not empty: a backup takes a new or an empty folder`);
};

/** Writes, flushes and only then gives the name: where a manifest stands, all before it is on the disk. */
const writeLast = async (path: string, text: string): Promise<void> => {
  const file = await open(`${path}.draft`, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.draft`, path);
};

export interface Taken {
  readonly manifest: Manifest;
  /** How long nothing was written to the store, in milliseconds. */
  readonly heldMs: number;
}

/**
 * A copy of the whole data folder as it stood at one moment, while the work goes on. docs/backup.md says why it is consistent.
 * @throws {PipelineError} `USAGE` (exit) for a folder that will not do, or a disk without room.
 */
export const takeBackup = async (
  runtime: Runtime,
  folder: string,
  onProgress: (bytes: number, total: number) => void,
): Promise<Taken> => {
  const { dataDir, snapshot } = runtime;
  if (snapshot === null) throw usageError(NOT_HERE);
  await checkTarget(folder, dataDir);
  for (const name of await readdir(dataDir))
    if (name.startsWith(SNAPSHOT) && !own.has(name)) await rm(join(dataDir, name), { recursive: true, force: true });
  const name = `${SNAPSHOT}${randomBytes(6).toString("hex")}`;
  own.add(name);
  const links = join(dataDir, name);
  return whenFull(folder, async () => {
    try {
      await mkdir(links, { mode: 0o700 });
      const takenAt = runtime.clock();
      const asOf = await runtime.horizon();
      const started = performance.now();
      await snapshot(links);
      const heldMs = Math.round(performance.now() - started);
      await linkFolder(
        dataDir,
        links,
        (path) => path.slice(dataDir.length + 1).includes("/") || !isPassing(path.slice(dataDir.length + 1)),
      );
      const listed = await listFolder(links);
      const total = listed.files.reduce((sum, { bytes }) => sum + bytes, 0);
      await makeFolders(folder, []);
      await checkRoom(folder, total, "backup");
      const content = join(folder, CONTENT);
      await makeFolders(content, listed.folders);
      const files: Manifest["files"] = [];
      let done = 0;
      for (const { path, bytes } of listed.files) {
        files.push({ path, bytes, sha256: await copyHashed(join(links, path), join(content, path)) });
        onProgress((done += bytes), total);
      }
      await makeLinks(content, listed.links);
      const manifest = manifestOf({ takenAt, asOf, folders: [...listed.folders], links: listed.links, files });
      await writeLast(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
      return { manifest, heldMs };
    } finally {
      await rm(links, { recursive: true, force: true });
      own.delete(name);
    }
  });
};
