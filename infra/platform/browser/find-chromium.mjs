// Finding a Chromium. Plain JavaScript without dependencies: the set-up runs it before anything is installed,
// and `src/browser.ts` gives it to the program with types. The environment is an argument.
import { execFile } from "node:child_process";
import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** A browser that has not said its version by then does not start at all. */
const VERSION_TIMEOUT_MS = 8_000;
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const isProgram = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

const USUAL_PLACES = {
  linux: ["/usr/bin", "/usr/local/bin", "/snap/bin", "/opt/google/chrome"].flatMap((folder) =>
    NAMES.map((name) => `${folder}/${name}`),
  ),
  darwin: [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ],
  win32: [],
};

const windowsPlaces = (env) =>
  [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA]
    .filter((folder) => folder)
    .flatMap((folder) => [
      join(folder, "Google", "Chrome", "Application", "chrome.exe"),
      join(folder, "Chromium", "Application", "chrome.exe"),
    ]);

const systemPlaces = (env, platform) => {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = NAMES.flatMap((name) =>
    folders.map((folder) => join(folder, platform === "win32" ? `${name}.exe` : name)),
  );
  return [...onPath, ...(platform === "win32" ? windowsPlaces(env) : (USUAL_PLACES[platform] ?? USUAL_PLACES.linux))];
};

/** Where Playwright keeps the browsers that it downloads. */
const playwrightCache = (env, platform) => {
  const named = env.PLAYWRIGHT_BROWSERS_PATH;
  if (named && named !== "0") return named;
  const home = env.HOME || env.USERPROFILE || homedir();
  if (platform === "darwin") return join(home, "Library", "Caches", "ms-playwright");
  if (platform === "win32") return join(env.LOCALAPPDATA || join(home, "AppData", "Local"), "ms-playwright");
  return join(env.XDG_CACHE_HOME || join(home, ".cache"), "ms-playwright");
};

const IN_PLAYWRIGHT_FOLDER = [
  ["chrome-linux64", "chrome"],
  ["chrome-linux", "chrome"],
  ["chrome-headless-shell-linux64", "chrome-headless-shell"],
  ["chrome-linux", "headless_shell"],
  ["chrome-mac-arm64", "Google Chrome for Testing.app", "Contents", "MacOS", "Google Chrome for Testing"],
  ["chrome-mac-x64", "Google Chrome for Testing.app", "Contents", "MacOS", "Google Chrome for Testing"],
  ["chrome-mac", "Chromium.app", "Contents", "MacOS", "Chromium"],
  ["chrome-headless-shell-mac-arm64", "chrome-headless-shell"],
  ["chrome-headless-shell-mac-x64", "chrome-headless-shell"],
  ["chrome-win64", "chrome.exe"],
  ["chrome-win", "chrome.exe"],
  ["chrome-headless-shell-win64", "chrome-headless-shell.exe"],
];

const playwrightPlaces = (env, platform) => {
  const cache = playwrightCache(env, platform);
  let folders = [];
  try {
    folders = readdirSync(cache);
  } catch {
    return [];
  }
  const revision = (folder) => Number(/-(\d+)$/.exec(folder)?.[1] ?? 0);
  return (
    folders
      .filter((folder) => /^chromium(_headless_shell)?-\d+$/.test(folder))
      // The newest first; of one revision the whole browser before the shell.
      .sort((a, b) => revision(b) - revision(a) || a.length - b.length)
      .flatMap((folder) => IN_PLAYWRIGHT_FOLDER.map((parts) => join(cache, folder, ...parts)))
  );
};

/** Every place to look at, in order; the first that starts is taken. `MOLVA_CHROMIUM` allows no second choice; `none` means no browser. */
export const chromiumPlaces = (env, platform = process.platform) => {
  const named = (env.MOLVA_CHROMIUM ?? "").trim();
  if (named === "none") return [];
  if (named !== "") return [{ path: named, origin: "MOLVA_CHROMIUM" }];
  const seen = new Set();
  return [
    ...systemPlaces(env, platform).map((path) => ({ path, origin: "system" })),
    ...playwrightPlaces(env, platform).map((path) => ({ path, origin: "playwright" })),
  ].filter(({ path }) => !seen.has(path) && seen.add(path));
};

/** The version that the program prints, e.g. `156.0.8078.79`; null when it does not start: wrappers may be broken, libraries missing. */
export const chromiumVersion = (path, env, platform = process.platform) => {
  if (!isProgram(path)) return Promise.resolve(null);
  // On Windows `--version` opens a window instead of answering.
  if (platform === "win32") return Promise.resolve("unknown");
  return new Promise((resolve) => {
    execFile(path, ["--version"], { env, timeout: VERSION_TIMEOUT_MS, killSignal: "SIGKILL" }, (error, stdout) => {
      const version = /\b(\d+(?:\.\d+){1,3})\b/.exec(stdout)?.[1];
      resolve(error === null && version !== undefined && /chrom/i.test(stdout) ? version : null);
    });
  });
};

/** The first Chromium that starts, else null. */
export const findChromium = async (env, platform = process.platform) => {
  for (const { path, origin } of chromiumPlaces(env, platform)) {
    const version = await chromiumVersion(path, env, platform);
    if (version !== null) return { path, version, origin };
  }
  return null;
};
