import { runWorkload } from "./bus-workload.ts";
import { standAtStep } from "./stand-at-step.ts";

await standAtStep(async ([dir], onStep, onPublished) => {
  if (dir === undefined) throw new Error("Arguments: STEP TIMES FOLDER");
  await runWorkload(dir, onStep, onPublished);
});
