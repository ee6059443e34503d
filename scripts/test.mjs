// `npm test`: every package's tests, two packages at a time, then what failed once more: thousands of lines of other packages stand between a
// failure and the end of the run. Arguments go to turbo: npm test -- --filter=@molva/classifier
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readJson, ROOT } from "./setup/files.mjs";

const LINES = 40;
const folder = join(ROOT, ".setup", "failures");
rmSync(folder, { recursive: true, force: true });

const { status } = spawnSync("npx", ["turbo", "run", "test", "--continue", ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: "inherit",
});

const failures = existsSync(folder) ? readdirSync(folder).flatMap((file) => readJson(join(folder, file)) ?? []) : [];
for (const { where, errors } of failures) {
  console.error(`\nFAILED ${where}`);
  for (const error of errors)
    console.error(error.trimEnd().split("\n").slice(0, LINES).join("\n").replaceAll(/^/gm, "  "));
}
if (failures.length > 0)
  console.error(`\n${failures.length === 1 ? "One failure" : `${failures.length} failures`}, told above once more.`);
else if (status !== 0)
  console.error(
    "\nThe run failed without a test that did: its lines above say why (a package whose tests were cut off has one with ERROR).",
  );
process.exitCode = status ?? 1;
