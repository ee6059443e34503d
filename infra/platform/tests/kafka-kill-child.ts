import { runKafkaWorkload } from "./kafka-workload.ts";
import { standAtStep } from "./stand-at-step.ts";

await standAtStep(async ([broker, prefix, placeFile], onStep, onPublished) => {
  if (broker === undefined || prefix === undefined || placeFile === undefined)
    throw new Error("Arguments: STEP TIMES BROKER PREFIX FILE");
  await runKafkaWorkload({ broker, prefix, placeFile }, onStep, onPublished);
});
