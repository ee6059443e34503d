import { writeSync } from "node:fs";
import { runKafkaWorkload } from "./kafka-workload.ts";

/** Runs the workload and stands still for ever at the n-th time it comes to a step, where the parent kills it. */
const [broker, prefix, placeFile, step, times] = process.argv.slice(2);
if (broker === undefined || prefix === undefined || placeFile === undefined || step === undefined)
  throw new Error("Arguments: BROKER PREFIX FILE STEP TIMES");

let seen = 0;
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

await runKafkaWorkload(
  { broker, prefix, placeFile },
  (reached) => {
    if (reached !== step || (seen += 1) !== Number(times)) return;
    say("here");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
  (chunk) => say(`published ${chunk}`),
);
say("through");
