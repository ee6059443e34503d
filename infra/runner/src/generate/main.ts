import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { generatedFiles } from "./generated-files.ts";

// Both src/generate and dist/generate are equally deep below the root.
const ROOT = new URL("../../../../", import.meta.url);
const check = process.argv.includes("--check");
let stale = 0;
for (const { path, content } of await generatedFiles()) {
  const file = fileURLToPath(new URL(path, ROOT));
  const there = await readFile(file, "utf8").catch(() => null);
  if (there === content) continue;
  stale += 1;
  if (check) {
    process.stderr.write(`${path} is not what the sources say: run npm run generate and commit it\n`);
    continue;
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  process.stdout.write(`wrote ${path}\n`);
}
if (check && stale > 0) process.exitCode = 1;
