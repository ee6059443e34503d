import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findChromium } from "../../infra/platform/browser/find-chromium.mjs";
import { markOf, readJson, writeJson } from "./files.mjs";
import { run } from "./run.mjs";
import { keepSaying, say, secondsSince } from "./say.mjs";

const PLAYWRIGHT_LIMIT_MS = 90_000;
const PLAYWRIGHT_PROBE_MS = 4_000;
const APT_LIMIT_MS = 300_000;
/** After a failed try the search goes on at every start, but nothing is downloaded again for so long. */
const RETRY_MS = 24 * 3_600_000;

const recordPath = (root) => join(root, ".setup", "browser.json");

/** What kind of system this is, from /etc/os-release: its own id, then those that it takes after. */
export const systemIds = (osRelease) => {
  const valueOf = (key) => new RegExp(`^${key}="?([^"\\n]*)"?$`, "m").exec(osRelease)?.[1] ?? "";
  return [valueOf("ID"), ...valueOf("ID_LIKE").split(" ")].filter((id) => id !== "");
};

/** Debian's `chromium` is a browser; Ubuntu's is a stub that asks for snapd, which no container has. */
export const hasDebianPackage = (ids) => ids.includes("debian") && !ids.includes("ubuntu");

/** The line that a person types to get a Chromium. */
export const howToGetOne = (platform, ids, isRoot) => {
  if (platform === "linux" && hasDebianPackage(ids)) return `${isRoot ? "" : "sudo "}apt-get install chromium`;
  if (platform === "linux" && ids.includes("fedora")) return "sudo dnf install chromium";
  if (platform === "linux" && ids.includes("arch")) return "sudo pacman -S chromium";
  if (platform === "linux" && ids.includes("alpine")) return "apk add chromium";
  return platform === "linux" ? "npx playwright install --with-deps chromium" : "npx playwright install chromium";
};

const osRelease = () => {
  try {
    return readFileSync("/etc/os-release", "utf8");
  } catch {
    return "";
  }
};

const byPlaywright = async (root, env) => {
  const script = join(root, "node_modules", "playwright", "cli.js");
  if (!existsSync(script) || env.PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD) return;
  // Without a proxy a closed network is known in seconds; through one only Playwright itself can tell.
  const proxied = env.HTTPS_PROXY || env.https_proxy || env.ALL_PROXY || env.all_proxy;
  if (!proxied) {
    try {
      await fetch(env.PLAYWRIGHT_DOWNLOAD_HOST || "https://cdn.playwright.dev", {
        method: "HEAD",
        signal: AbortSignal.timeout(PLAYWRIGHT_PROBE_MS),
      });
    } catch {
      return;
    }
  }
  const quiet = keepSaying(() => "  downloading a Chromium for Playwright");
  await run(process.execPath, [script, "install", "chromium"], { cwd: root, env, limitMs: PLAYWRIGHT_LIMIT_MS });
  quiet();
};

const byDebian = async (env) => {
  const quiet = keepSaying(() => "  installing Debian's package chromium");
  const settings = { env: { ...env, DEBIAN_FRONTEND: "noninteractive" }, limitMs: APT_LIMIT_MS };
  const calm = ["-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20", "-o", "DPkg::Lock::Timeout=60"];
  const update = await run("apt-get", [...calm, "update"], settings);
  if (update.code === 0)
    await run("apt-get", [...calm, "install", "-y", "--no-install-recommends", "chromium"], settings);
  quiet();
};

/** Whether the browser of the last time can be taken without asking it again. */
export const isRecorded = (record, env) => {
  if (record === null || typeof record.path !== "string" || record.mark !== markOf(record.path)) return false;
  const named = (env.MOLVA_CHROMIUM ?? "").trim();
  return named === "" ? record.origin !== "MOLVA_CHROMIUM" : named === record.path;
};

/** Sees to a Chromium: the one there is, else Playwright's, else, where this user may, Debian's. Never fails: says what is left out. */
export const browser = async (root, env) => {
  const record = readJson(recordPath(root));
  const named = (env.MOLVA_CHROMIUM ?? "").trim();
  if (named === "none" || isRecorded(record, env)) return;
  const keep = (found) => writeJson(recordPath(root), { ...found, mark: markOf(found.path) });
  const start = Date.now();
  const found = await findChromium(env);
  if (found !== null) {
    keep(found);
    say(`Chromium ${found.version} (${found.path}).`);
    return;
  }
  if (named !== "") {
    say(
      `MOLVA_CHROMIUM=${named} does not start (tried --version): pages that need JavaScript are left out. Correct the path, or unset it and one is looked for.`,
    );
    return;
  }
  const ids = systemIds(osRelease());
  const isRoot = process.getuid?.() === 0;
  const triedAt = record?.triedAt ?? 0;
  if (Date.now() - triedAt > RETRY_MS) {
    say("No Chromium on this machine: getting one for the pages that need JavaScript.");
    await byPlaywright(root, env);
    if ((await findChromium(env)) === null && isRoot && hasDebianPackage(ids) && existsSync("/usr/bin/apt-get"))
      await byDebian(env);
    const got = await findChromium(env);
    if (got !== null) {
      keep(got);
      say(`Chromium ${got.version} (${got.path}), in ${secondsSince(start)}.`);
      return;
    }
    writeJson(recordPath(root), { triedAt: Date.now() });
  }
  say(
    `No Chromium: pages that need JavaScript are left out, all else works. To add one: ${howToGetOne(process.platform, ids, isRoot)}`,
  );
};
