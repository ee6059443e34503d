import { copyFile, link, mkdir, readdir, readlink, symlink } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Query, Store } from "@molva/contracts";
import { z } from "zod";

const ACTIVE: Query<Record<string, never>, { readonly path: string }> = {
  name: "active-parts",
  sql: "SELECT path FROM system.parts WHERE active",
  params: z.strictObject({}),
  row: z.object({ path: z.string() }),
};

/** What the engine makes anew by itself. */
const PASSING = new Set(["molva-inbox", "tmp", "status", "shadow", "metadata_dropped"]);

/** Two names of one file cost nothing; a file system that knows no second names gets a copy. */
const linkOrCopy = async (from: string, to: string): Promise<void> => {
  try {
    await link(from, to);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code === "ENOENT" || error.code === "ENOSPC")
      throw error;
    await copyFile(from, to);
  }
};

/** A folder as it stands, by second names for its files. @param takes whether a folder inside it comes along */
export const linkFolder = async (from: string, to: string, takes: (path: string) => boolean): Promise<void> => {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (entry.isFile()) {
      if (takes(source)) await linkOrCopy(source, target);
    } else if (entry.isDirectory() && takes(source)) await linkFolder(source, target, takes);
  }
};

/** `store/abc/abc…-uuid/PART`: a part of a table, or what the engine is just making or about to remove. */
const isPart = (folder: string, path: string): boolean => {
  const steps = path.slice(folder.length + 1).split(sep);
  return steps[0] === "store" && steps.length === 4 && !path.endsWith(".sql") && !path.endsWith(".txt");
};

/**
 * A second set of names, in `to` on the same file system, for all that the store in `from` holds now. The caller sees to it that nothing
 * is written meanwhile (`writeGate`). Merges may go on: they change no row, and what they replace stays on the disk for minutes.
 */
export const linkStore = async (store: Store, from: string, to: string): Promise<void> => {
  const parts = new Set((await store.query(ACTIVE, {})).map(({ path }) => path.replace(/\/$/, "")));
  await linkFolder(from, to, (path) => {
    const [top] = path.slice(from.length + 1).split(sep);
    if (PASSING.has(top ?? "")) return false;
    return !isPart(from, path) || parts.has(path);
  });
};
