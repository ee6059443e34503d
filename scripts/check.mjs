// Every gate but the tests, in one command: `npm run check`. Each prints its verdict; all run even when one fails.
import { spawnSync } from "node:child_process";

const GATES = [
  ["format", "npx", ["oxfmt", "--check", "."]],
  ["types", "npx", ["tsc", "-b"]],
  ["types of tests", "npx", ["tsc", "-p", "tsconfig.tests.json"]],
  ["lint", "npx", ["oxlint", "--type-aware", "--deny-warnings"]],
  ["boundaries", "npx", ["turbo", "boundaries"]],
  ["dead code", "npx", ["knip"]],
  ["generated files", process.execPath, ["infra/runner/dist/generate/main.js", "--check"]],
];

const failed = [];
for (const [name, command, args] of GATES) {
  const started = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const seconds = (Number(process.hrtime.bigint() - started) / 1e9).toFixed(1);
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (status !== 0) {
    failed.push(name);
    console.log(`${stdout}${stderr}`.trim());
  }
}
if (failed.length > 0) {
  console.error(`\n${failed.length} of ${GATES.length} gates failed: ${failed.join(", ")}`);
  process.exitCode = 1;
}
