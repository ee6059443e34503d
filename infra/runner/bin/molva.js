#!/usr/bin/env -S UV_THREADPOOL_SIZE=8 node --max-semi-space-size=64
// Starts the built program, and builds it first when a source is newer than what was built. The set-up's own parts
// do that: `npm start`, `npx molva` after a plain `npm install`, and two of them at once all come to the same build.
// Statements of the store and commits of the log take threads of Node's pool: eight of them (the first line), not four.
// And a batch of mentions is larger than what Node keeps for young objects: at 16 MiB it copies each of them twice.
import { existsSync } from "node:fs";
import module from "node:module";
import { join } from "node:path";
// @boundaries-ignore the set-up runs before any package is there
import { build } from "../../../scripts/setup/build.mjs";
// @boundaries-ignore the set-up runs before any package is there
import { isBuilt } from "../../../scripts/setup/built.mjs";
// @boundaries-ignore the set-up runs before any package is there
import { ROOT } from "../../../scripts/setup/files.mjs";
// @boundaries-ignore the set-up runs before any package is there
import { nodeProblem } from "../../../scripts/setup/node-version.mjs";
// @boundaries-ignore the set-up runs before any package is there
import { takeTurn } from "../../../scripts/setup/turn.mjs";

const isReady = async () => {
  if (isBuilt(ROOT)) return true;
  const release = await takeTurn(join(ROOT, ".setup", "turn"), (pid) =>
    console.error(`Another set-up is at work here (process ${pid}): waiting for it.`),
  );
  try {
    return await build(ROOT, process.env);
  } finally {
    release();
  }
};

const problem = nodeProblem(process.versions.node);
if (problem !== null) {
  console.error(problem);
  process.exitCode = 1;
} else if (await isReady()) {
  const program = new URL("../dist/main.js", import.meta.url);
  if (existsSync(program)) {
    // From Node 22 on: the second start parses nothing anew.
    module.enableCompileCache?.();
    const { main } = await import(program.href);
    process.exitCode = await main(process.argv.slice(2));
  } else {
    console.error(
      "The build has left no program (infra/runner/dist/main.js): delete infra/runner/dist and run the command again.",
    );
    process.exitCode = 1;
  }
} else {
  process.exitCode = 1;
}
