import { writeSync } from "node:fs";
import { runWorkload } from "./bus-workload.ts";

/** Runs the workload and stands still for ever at the n-th time it comes to a step, where the parent kills it. */
const [dir, step, times] = process.argv.slice(2);
if (dir === undefined || step === undefined || times === undefined) throw new Error("Arguments: FOLDER STEP TIMES");

let seen = 0;
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

await runWorkload(
  dir,
  (reached) => {
    if (reached !== step || (seen += 1) !== Number(times)) return;
    say("here");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
  (chunk) => say(`published ${chunk}`),
);
say("through");
