import { existsSync, readFileSync } from "node:fs";
import { ensurePythonClient, hasPythonClient } from "../../infra/testing/python/client.mjs";
import { hasDebianPackage, systemIds } from "./browser.mjs";
import { run } from "./run.mjs";
import { keepSaying, say, secondsSince } from "./say.mjs";

export const isPythonReady = hasPythonClient;

const isDebian = () => {
  try {
    return hasDebianPackage(systemIds(readFileSync("/etc/os-release", "utf8"))) && existsSync("/usr/bin/apt-get");
  } catch {
    return false;
  }
};

/** Sees to the Python client that the HTTP interface is tested with. Never fails: says what is missing, and in CI the test itself fails then. */
export const python = async (env) => {
  if (isPythonReady()) return;
  const start = Date.now();
  const quiet = keepSaying(() => "  installing clickhouse-connect for Python");
  let client = await ensurePythonClient();
  if (client.problem !== undefined && process.getuid?.() === 0 && isDebian()) {
    const settings = { env: { ...env, DEBIAN_FRONTEND: "noninteractive" }, limitMs: 300_000 };
    await run("apt-get", ["-o", "DPkg::Lock::Timeout=60", "update"], settings);
    await run(
      "apt-get",
      ["-o", "DPkg::Lock::Timeout=60", "install", "-y", "--no-install-recommends", "python3-venv"],
      settings,
    );
    client = await ensurePythonClient();
  }
  quiet();
  say(client.problem ?? `clickhouse-connect for Python (.setup), in ${secondsSince(start)}.`);
};
