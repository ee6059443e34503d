import { writeSync } from "node:fs";
import type { OnStep } from "../src/bus/steps.ts";

const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

/** A process that runs a workload, and stands still for ever at the n-th time it comes to a step: its parent kills it there. */
export const standAtStep = async (
  run: (args: readonly string[], onStep: OnStep, onPublished: (chunk: number) => void) => Promise<void>,
): Promise<void> => {
  const [step, times, ...args] = process.argv.slice(2);
  let seen = 0;
  await run(
    args,
    (reached) => {
      if (reached !== step || (seen += 1) !== Number(times)) return;
      say("here");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    },
    (chunk) => say(`published ${chunk}`),
  );
  say("through");
};
