import { readFileSync } from "node:fs";
import { join } from "node:path";
import { markOf, readJson, sha256, writeJson } from "./files.mjs";

/** Native add-ons are built for one system and one binary interface of Node. */
const RUNTIME = `${process.platform}-${process.arch}-${process.versions.modules}`;

const stampPath = (root) => join(root, "node_modules", ".molva-setup.json");
/** What npm itself writes about a tree that it has finished. */
const treePath = (root) => join(root, "node_modules", ".package-lock.json");

/**
 * Whether a tree that npm finished (its hidden lockfile) is what the lockfile asks for. Optional packages may be
 * absent: they are for other systems. Packages too many do no harm.
 */
export const agrees = (lock, tree) =>
  Object.entries(lock.packages ?? {}).every(([path, wanted]) => {
    if (path === "") return true;
    const found = tree.packages?.[path];
    if (found === undefined) return wanted.optional === true || wanted.devOptional === true || wanted.peer === true;
    return (
      found.version === wanted.version &&
      found.integrity === wanted.integrity &&
      (found.link ?? false) === (wanted.link ?? false)
    );
  });

const present = (root) => ({
  lock: sha256(readFileSync(join(root, "package-lock.json"))),
  tree: markOf(treePath(root)),
  runtime: RUNTIME,
});

/** Records that the present tree is what the present lockfile asks for. */
export const stampInstalled = (root) => writeJson(stampPath(root), present(root));

/** Whether dependencies are as the lockfile says, also when somebody ran npm by hand. */
export const isInstalled = (root) => {
  const now = present(root);
  if (now.tree === null) return false;
  const stamp = readJson(stampPath(root));
  if (stamp !== null && stamp.runtime !== now.runtime) return false;
  if (stamp !== null && stamp.lock === now.lock && stamp.tree === now.tree) return true;
  const [lock, tree] = [readJson(join(root, "package-lock.json")), readJson(treePath(root))];
  if (lock === null || tree === null || !agrees(lock, tree)) return false;
  stampInstalled(root);
  return true;
};
