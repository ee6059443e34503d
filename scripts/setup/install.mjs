import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJson } from "./files.mjs";
import { isInstalled, stampInstalled } from "./installed.mjs";
import { run } from "./run.mjs";
import { keepSaying, say, secondsSince } from "./say.mjs";

/** npm itself: the one that runs us, else the one beside this Node, else the one on the path. */
const npmCommand = (env, execPath = process.execPath, platform = process.platform) => {
  const candidates = [
    env.npm_execpath,
    join(dirname(execPath), "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    join(dirname(execPath), "node_modules", "npm", "bin", "npm-cli.js"),
  ];
  const script = candidates.find((path) => path !== undefined && path.endsWith("npm-cli.js") && existsSync(path));
  if (script !== undefined) return { command: execPath, first: [script], shell: false };
  return { command: "npm", first: [], shell: platform === "win32" };
};

const ADVICE = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/i,
    "the package registry could not be reached. Check the connection and the proxy (npm config get registry), then run the command again",
  ],
  [/ENOSPC/, "the disk is full. Make about 2 GB free, then run the command again"],
  [
    /EACCES|EPERM/,
    "a file may not be written. Look at who owns node_modules and npm's cache (npm config get cache), then run the command again",
  ],
  [
    /can only install .* in sync|package\.json and package-lock\.json/i,
    "package.json and package-lock.json do not fit together. Run npm install once and look at what it changes",
  ],
  [/EINTEGRITY/, "a package is not what the lockfile says. Run npm cache verify, then run the command again"],
  [
    /EBADENGINE|Unsupported engine/,
    "a package refuses this Node. Use the version that package.json names under engines",
  ],
];

/** What a person can do about a failed install, from npm's own words. */
export const installAdvice = (output) =>
  ADVICE.find(([pattern]) => pattern.test(output))?.[1] ??
  "read npm's lines above, then run npm ci by hand to see more";

const unpacked = (root) => {
  const modules = join(root, "node_modules");
  try {
    return readdirSync(modules)
      .flatMap((name) =>
        name.startsWith("@") ? readdirSync(join(modules, name)).map((inner) => join(name, inner)) : [name],
      )
      .filter((name) => existsSync(join(modules, name, "package.json"))).length;
  } catch {
    // npm is moving folders about: the next look tells.
    return 0;
  }
};

/** Installs what the lockfile asks for, when it is not there. False when that failed: then it was said what to do. */
export const install = async (root, env) => {
  if (isInstalled(root)) return true;
  const start = Date.now();
  const wanted = Object.entries(readJson(join(root, "package-lock.json"))?.packages ?? {}).filter(
    ([path, { optional }]) => path.startsWith("node_modules/") && optional !== true,
  ).length;
  say(`Installing ${wanted} packages (first time, or package-lock.json changed): this takes a minute or two.`);
  const quiet = keepSaying(() => `  installing: ${unpacked(root)} packages in place`);
  const npm = npmCommand(env);
  // NODE_ENV=production would leave out the compiler that the next step needs.
  const { code, output } = await run(
    npm.command,
    [
      ...npm.first,
      "ci",
      "--include=dev",
      "--include=optional",
      "--no-audit",
      "--no-fund",
      "--no-progress",
      "--loglevel=error",
    ],
    { cwd: root, env, show: true, shell: npm.shell },
  );
  quiet();
  if (code !== 0) {
    say(`The install failed: ${installAdvice(output)}.`);
    return false;
  }
  stampInstalled(root);
  say(`Installed in ${secondsSince(start)}.`);
  return true;
};
