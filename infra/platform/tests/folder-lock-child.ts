import { writeSync } from "node:fs";
import { isPipelineError } from "@molva/contracts";
import { acquireFolder } from "../src/folder-lock.ts";

/** Tries to take the folder, says whether it got it, and then holds on until it is killed or its input ends. */
const [dir] = process.argv.slice(2);
if (dir === undefined) throw new Error("Arguments: FOLDER");
try {
  await acquireFolder(dir);
  writeSync(1, "held\n");
} catch (error) {
  if (!isPipelineError(error)) throw error;
  writeSync(1, `${error.code} ${String(error.details["pid"])}\n`);
}
process.stdin.resume();
process.stdin.once("end", () => process.exit(0));
