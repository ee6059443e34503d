import { fileURLToPath } from "node:url";
import { evaluate } from "../src/evaluate.ts";
import { loadModel, MODEL_FOLDER } from "../src/model.ts";
import { writeHeldOut } from "../src/training/held-out.ts";
import { train } from "../src/training/train.ts";
import { writeCard } from "./card.ts";
import { benchClassifier } from "./speed.ts";

/** `node --conditions=source --import tsx classifier/bench/main.ts train|evaluate|overlap|speed|card`, for work on the model. */
const dataDir = fileURLToPath(new URL("../../../shared/data/sentiment", import.meta.url));
const [command = "evaluate", out = MODEL_FOLDER] = process.argv.slice(2);
const say = (event: string, fields?: object): void => console.log(event, JSON.stringify(fields ?? {}));

if (command === "overlap") console.log(await writeHeldOut(dataDir));
if (command === "train") {
  let last = "";
  const report = await train({
    dataDir,
    out,
    log: { debug: say, info: say, warn: say, error: say },
    onProgress: ({ stage, done, of, secondsLeft }) => {
      if (stage !== last || done === of)
        console.log(`${stage} ${done}/${of}, ${secondsLeft?.toFixed(0) ?? "?"} s left`);
      last = stage;
    },
  });
  console.log(report.seconds.toFixed(0), "s,", report.peakMemory, "MiB");
}
if (command === "evaluate" || command === "train")
  console.table(await evaluate({ dataDir, split: "dev", model: loadModel(out) }));
if (command === "speed") console.table(await benchClassifier());
if (command === "card") await writeCard(dataDir);
