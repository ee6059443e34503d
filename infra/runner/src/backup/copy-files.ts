import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readlink, statfs, symlink } from "node:fs/promises";
import { dirname, join, posix, relative, sep } from "node:path";
import { PipelineError } from "@molva/contracts";
import type { Manifest } from "./manifest.ts";

export interface Listed {
  readonly folders: readonly string[];
  readonly links: Manifest["links"];
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** All that lies in a folder, with paths as they are written on every system, in the order of their names. */
export const listFolder = async (root: string): Promise<Listed> => {
  const found: { folders: string[]; links: Manifest["links"]; files: { path: string; bytes: number }[] } = {
    folders: [],
    links: [],
    files: [],
  };
  const walk = async (folder: string): Promise<void> => {
    const entries = (await readdir(folder, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const full = join(folder, entry.name);
      const path = relative(root, full).split(sep).join(posix.sep);
      if (entry.isSymbolicLink()) {
        const target = await readlink(full);
        found.links.push({ path, target: target.startsWith("/") ? relative(dirname(full), target) : target });
      } else if (entry.isDirectory()) {
        found.folders.push(path);
        await walk(full);
      } else if (entry.isFile()) {
        const file = await open(full);
        try {
          found.files.push({ path, bytes: (await file.stat()).size });
        } finally {
          await file.close();
        }
      }
    }
  };
  await walk(root);
  return found;
};

/** Copies a file and flushes it. @returns the SHA-256 of what was copied */
export const copyHashed = async (from: string, to: string): Promise<string> => {
  const hash = createHash("sha256");
  const target = await open(to, "wx", 0o600);
  try {
    for await (const chunk of createReadStream(from)) {
      hash.update(chunk as Buffer);
      await target.write(chunk as Buffer);
    }
    await target.sync();
  } finally {
    await target.close();
  }
  return hash.digest("hex");
};

export const makeFolders = async (root: string, folders: readonly string[]): Promise<void> => {
  await mkdir(root, { recursive: true, mode: 0o700 });
  for (const folder of folders) await mkdir(join(root, folder), { recursive: true, mode: 0o700 });
};

export const makeLinks = async (root: string, links: Manifest["links"]): Promise<void> => {
  for (const { path, target } of links) {
    // A link that led out of the folder would let a backup from elsewhere write anywhere.
    const lands = posix.normalize(posix.join(posix.dirname(path), target));
    if (lands.startsWith("..") || lands.startsWith("/"))
      throw new PipelineError(`The backup has a link that leads out of it (${path}): it is damaged or not Molva's`, {
        code: "USAGE",
        recovery: "exit",
      });
    await symlink(target, join(root, path));
  }
};

const MIB = 1024 * 1024;
const inMib = (bytes: number): string => `${Math.ceil(bytes / MIB)} MiB`;

/** @throws {PipelineError} `USAGE` (exit) saying how much is missing on the disk of the folder. */
export const checkRoom = async (folder: string, bytes: number, tool: string): Promise<void> => {
  const disk = await statfs(folder);
  const free = disk.bavail * disk.bsize;
  if (free >= bytes + 16 * MIB) return;
  throw new PipelineError(
    `The ${tool} needs ${inMib(bytes + 16 * MIB)} and the disk of ${folder} has ${inMib(free)} free: ${inMib(bytes + 16 * MIB - free)} are missing. Free some, or name a folder on another disk`,
    { code: "USAGE", recovery: "exit" },
  );
};

/** A disk that is full in spite of the check, in words. */
export const whenFull = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || (error.code !== "ENOSPC" && error.code !== "EDQUOT"))
      throw error;
    throw new PipelineError(
      `The disk of ${folder} is full; nothing that was there before has changed. Free some space, then try again`,
      {
        code: "USAGE",
        recovery: "exit",
        cause: error,
      },
    );
  }
};
