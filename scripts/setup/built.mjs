import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readJson, sha256, writeJson } from "./files.mjs";

const stampPath = (root) => join(root, ".setup", "build.json");
const SOURCE = /\.[cm]?tsx?$/;

const listed = (folder) => {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
};

const sourcesIn = (folder) =>
  listed(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesIn(path);
    return SOURCE.test(entry.name) ? [path] : [];
  });

/** Folders that `tsc -b` builds: the workspaces, and what has a tsconfig.json of its own inside them. */
const projects = (root) =>
  (readJson(join(root, "package.json"))?.workspaces ?? []).flatMap((workspace) => {
    const folder = join(root, workspace);
    const nested = listed(folder)
      .filter((entry) => entry.isDirectory() && !["dist", "node_modules", "tests"].includes(entry.name))
      .map((entry) => join(folder, entry.name))
      .filter((path) => existsSync(join(path, "tsconfig.json")));
    return existsSync(join(folder, "tsconfig.json")) ? [folder, ...nested] : nested;
  });

/** Changes when any source or any setting of the build does: names, sizes and times of all of them. */
export const sourcesMark = (root) => {
  const settings = ["tsconfig.json", "tsconfig.base.json", "package-lock.json"].map((name) => join(root, name));
  const files = projects(root).flatMap((folder) => [
    join(folder, "tsconfig.json"),
    join(folder, "package.json"),
    // A nested project keeps its sources beside its tsconfig.json.
    ...sourcesIn(existsSync(join(folder, "src")) ? join(folder, "src") : folder),
  ]);
  const lines = [...settings, ...new Set(files)]
    .filter((path) => existsSync(path))
    .map((path) => {
      const { size, mtimeMs } = statSync(path);
      return `${path} ${size} ${mtimeMs}`;
    });
  return sha256(lines.sort().join("\n"));
};

/** Whether what is built was built from the present sources. */
export const isBuilt = (root) =>
  readJson(stampPath(root))?.sources === sourcesMark(root) &&
  (readJson(join(root, "package.json"))?.workspaces ?? []).every(
    (workspace) => !existsSync(join(root, workspace, "tsconfig.json")) || existsSync(join(root, workspace, "dist")),
  );

/** `mark`: the sources' as it was before the build, so that a change during the build is built next time. */
export const stampBuilt = (root, mark) => writeJson(stampPath(root), { sources: mark });
