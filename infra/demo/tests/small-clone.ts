import { execFile, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * A repository as small as can be around the real set-up and the real bin. Its npm and its compiler are programs of
 * this file: they write down that they were called, and do what the true ones leave behind. Its browser is a script.
 */
export const smallClone = () => {
  const root = mkdtempSync(join(tmpdir(), "molva-setup-"));
  const write = (path: string, text: string, mode?: number): string => {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    if (mode !== undefined) chmodSync(full, mode);
    return full;
  };
  cpSync(join(REPOSITORY, "scripts"), join(root, "scripts"), { recursive: true });
  cpSync(join(REPOSITORY, "infra/platform/browser"), join(root, "infra/platform/browser"), { recursive: true });
  cpSync(join(REPOSITORY, "infra/runner/bin"), join(root, "infra/runner/bin"), { recursive: true });
  // What the set-up of the tests knows of Kafka and Python. Nothing here asks for it.
  for (const folder of ["infra/kafka", "infra/testing/kafka", "infra/testing/python"])
    cpSync(join(REPOSITORY, folder), join(root, folder), { recursive: true });
  const lock = (version: string): string =>
    write(
      "package-lock.json",
      JSON.stringify({
        packages: {
          "": {},
          "node_modules/typescript": { version, integrity: "sha512-x" },
          "node_modules/elsewhere": { version: "1.0.0", optional: true },
        },
      }),
    );
  lock("7.0.2");
  write("package.json", JSON.stringify({ type: "module", workspaces: ["infra/runner"] }));
  write("tsconfig.json", "{}");
  write("infra/runner/tsconfig.json", "{}");
  write("infra/runner/package.json", JSON.stringify({ type: "module" }));
  write("infra/runner/src/main.ts", "first");
  write(
    "compiler.cjs",
    `const fs = require("node:fs"), path = require("node:path");
const root = path.join(__dirname, "../../..");
fs.appendFileSync(path.join(root, "calls"), "tsc " + process.argv.slice(2).join(" ") + "\\n");
const source = fs.readFileSync(path.join(root, "infra/runner/src/main.ts"), "utf8");
if (source === "broken") { console.log("main.ts(1,1): error TS1005"); process.exit(2); }
fs.mkdirSync(path.join(root, "infra/runner/dist"), { recursive: true });
fs.writeFileSync(path.join(root, "infra/runner/dist/main.js"), "export const main = async (argv) => { console.log(" + JSON.stringify(source) + ", argv.join()); return argv.length; };");`,
  );
  const npm = write(
    "npm/npm-cli.js",
    `const fs = require("node:fs"), path = require("node:path");
const root = process.cwd();
fs.appendFileSync(path.join(root, "calls"), "npm " + process.argv[2] + "\\n");
fs.writeFileSync(path.join(root, "npm-pid.new"), String(process.pid));
fs.renameSync(path.join(root, "npm-pid.new"), path.join(root, "npm-pid"));
if (fs.existsSync(path.join(root, "no-network"))) { console.error("npm error code ENOTFOUND registry"); process.exit(1); }
const lock = JSON.parse(fs.readFileSync(path.join(root, "package-lock.json"), "utf8"));
delete lock.packages[""]; delete lock.packages["node_modules/elsewhere"];
fs.mkdirSync(path.join(root, "node_modules/typescript/bin"), { recursive: true });
fs.copyFileSync(path.join(root, "compiler.cjs"), path.join(root, "node_modules/typescript/bin/tsc"));
setTimeout(() => fs.writeFileSync(path.join(root, "node_modules/.package-lock.json"), JSON.stringify(lock)), Number(process.env.NPM_TAKES ?? 0));`,
  );
  write("npm/package.json", JSON.stringify({ type: "commonjs" }));
  const chromium = write(
    "browser/chromium",
    '#!/bin/sh\necho asked >> "$(dirname "$0")/../calls-of-browser"\necho \'Chromium 150.0.1.2 built on purpose\'\n',
    0o755,
  );
  const environment = (more: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
    PATH: process.env["PATH"],
    npm_execpath: npm,
    ...(more["MOLVA_CHROMIUM"] === "" ? {} : { MOLVA_CHROMIUM: chromium }),
    ...Object.fromEntries(Object.entries(more).filter(([, value]) => value !== "")),
  });
  const run = (script: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ran> =>
    new Promise((resolve) => {
      const child: ChildProcess = execFile(
        process.execPath,
        [join(root, script), ...args],
        { env: environment(more) },
        (_error, out, err) => resolve({ code: child.exitCode, out, err }),
      );
    });
  return {
    root,
    write,
    lock,
    chromium,
    setup: (purpose: string, more: Readonly<Record<string, string>> = {}): Promise<Ran> =>
      run("scripts/setup.mjs", [purpose], more),
    molva: (...args: readonly string[]): Promise<Ran> => run("infra/runner/bin/molva.js", args),
    /** A set-up that somebody else runs; it is up to the test to end it. */
    spawnSetup: (more: Readonly<Record<string, string>>): ChildProcess =>
      spawn(process.execPath, [join(root, "scripts/setup.mjs"), "start"], { env: environment(more), stdio: "ignore" }),
    /** The npm that a killed set-up has left running. */
    killNpm: (): void => {
      process.kill(Number(readFileSync(join(root, "npm-pid"), "utf8")), "SIGKILL");
    },
    calls: (): readonly string[] =>
      existsSync(join(root, "calls")) ? readFileSync(join(root, "calls"), "utf8").trim().split("\n") : [],
    timesBrowserWasAsked: (): number =>
      existsSync(join(root, "calls-of-browser"))
        ? readFileSync(join(root, "calls-of-browser"), "utf8").trim().split("\n").length
        : 0,
    remove: (): void => rmSync(root, { recursive: true, force: true }),
  };
};
