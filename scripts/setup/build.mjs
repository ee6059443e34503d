import { existsSync } from "node:fs";
import { join } from "node:path";
import { isBuilt, sourcesMark, stampBuilt } from "./built.mjs";
import { run } from "./run.mjs";
import { say, secondsSince } from "./say.mjs";

/** Builds all packages when a source is newer than what was built. False when that failed: then it was said why. */
export const build = async (root, env) => {
  if (isBuilt(root)) return true;
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  if (!existsSync(compiler)) {
    say("The compiler is not installed: run npm ci in the repository, then the command again.");
    return false;
  }
  const start = Date.now();
  const mark = sourcesMark(root);
  say("Building…");
  const { code, output } = await run(process.execPath, [compiler, "-b"], { cwd: root, env });
  if (code !== 0) {
    say(output.trimEnd());
    say(
      "The build failed: the sources hold the errors above. On an unchanged clone, delete the dist folders and run the command again.",
    );
    return false;
  }
  stampBuilt(root, mark);
  say(`Built in ${secondsSince(start)}.`);
  return true;
};
