// A Python with clickhouse-connect in a virtual environment of its own (.setup/python-…), from the pinned list beside this
// file. Plain Node: the set-up runs it before anything is installed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL("requirements.txt", import.meta.url));
const LIMIT_MS = 300_000;

const output = (command, args) =>
  new Promise((resolve) => {
    let said = "";
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: LIMIT_MS, killSignal: "SIGKILL" });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => {
        said = (said + text).slice(-4_000);
      });
    child.on("error", (error) => resolve({ code: null, said: error.message }));
    child.on("close", (code) => resolve({ code, said }));
  });

const list = () => readFileSync(REQUIREMENTS, "utf8");
/** A changed list is another folder. */
const folder = () => join(ROOT, ".setup", `python-${createHash("sha256").update(list()).digest("hex").slice(0, 12)}`);
/** Written last: without it the environment is half made. */
const stamp = () => join(folder(), "complete");
const python = () => join(folder(), "bin", "python");

export const hasPythonClient = () => existsSync(stamp()) && existsSync(python());

/**
 * Sees to the environment (about 20 MB, once).
 * @returns `{ python }`, the path of its interpreter, or `{ problem }` with a sentence that says what to do.
 */
export const ensurePythonClient = async () => {
  if (hasPythonClient()) return { python: python() };
  rmSync(folder(), { recursive: true, force: true });
  mkdirSync(dirname(folder()), { recursive: true });
  const made = await output("python3", ["-m", "venv", folder()]);
  if (made.code !== 0) {
    rmSync(folder(), { recursive: true, force: true });
    return {
      problem: `clickhouse-connect needs Python 3.10 or newer with venv, and python3 -m venv failed. Install it (Debian: apt-get install python3-venv). It said: ${made.said.trim().slice(-300)}`,
    };
  }
  const pip = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--only-binary=:all:",
    "--requirement",
  ];
  const { code, said } = await output(python(), [...pip, REQUIREMENTS]);
  if (code !== 0)
    return {
      problem: `pip could not install clickhouse-connect (infra/testing/python/requirements.txt). Check that the package index is reached, then try again. It said: ${said.trim().slice(-600)}`,
    };
  writeFileSync(stamp(), list());
  return { python: python() };
};
