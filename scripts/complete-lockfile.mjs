// node scripts/complete-lockfile.mjs: puts the optional packages for other systems back into package-lock.json.
// A registry mirror that holds one system's packages only makes npm leave the others out of the lockfile without a
// word, and then `npm ci` refuses that lockfile on every system. Run it after npm has written the lockfile.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "./setup/files.mjs";

const SYSTEMS = {
  android: "android",
  darwin: "darwin",
  freebsd: "freebsd",
  linux: "linux",
  openharmony: "openharmony",
  win32: "win32",
  windows: "win32",
};
const PROCESSORS = {
  arm64: "arm64",
  x64: "x64",
  64: "x64",
  arm: "arm",
  ia32: "ia32",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
};
const LIBRARIES = { gnu: "glibc", musl: "musl", gnueabihf: "glibc", musleabihf: "musl" };

/** What a platform package's name says about where it belongs, e.g. `@oxlint/binding-linux-x64-musl`. */
export const placeOf = (name) => {
  const words = name.split("/").at(-1).split("-");
  const among = (table) => [...new Set(words.map((word) => table[word]).filter((value) => value !== undefined))];
  const [os, cpu, libc] = [among(SYSTEMS), among(PROCESSORS), among(LIBRARIES)];
  return { os, cpu, libc: os.includes("linux") ? libc : [] };
};

/** The lockfile's entries with those added that an `optionalDependencies` names and nothing holds. */
export const completed = (packages) => {
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(
        ([name]) =>
          packages[`${path}/node_modules/${name}`] === undefined && packages[`node_modules/${name}`] === undefined,
      )
      // Only exact versions that name their system: of anything else nobody can say what npm would have taken.
      .filter(([name, version]) => /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) && placeOf(name).os.length > 0)
      .map(([name, version]) => [
        `node_modules/${name}`,
        // In npm's own order, so that npm finds nothing to rewrite.
        {
          version,
          cpu: placeOf(name).cpu,
          ...(entry.dev === true ? { dev: true } : {}),
          ...(placeOf(name).libc.length === 0 ? {} : { libc: placeOf(name).libc }),
          optional: true,
          os: placeOf(name).os,
          ...(entry.engines === undefined ? {} : { engines: entry.engines }),
        },
      ]),
  );
  const [root, ...rest] = Object.entries({ ...packages, ...Object.fromEntries(missing) });
  return {
    packages: Object.fromEntries([root, ...rest.sort(([a], [b]) => a.localeCompare(b, "en"))]),
    added: missing.length,
  };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = join(ROOT, "package-lock.json");
  const lock = JSON.parse(readFileSync(path, "utf8"));
  const { packages, added } = completed(lock.packages);
  if (added > 0) writeFileSync(path, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
  console.error(added === 0 ? "The lockfile is complete." : `Added ${added} packages for other systems.`);
}
