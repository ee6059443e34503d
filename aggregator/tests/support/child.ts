/** An aggregator in a process of its own: `child.ts FOLDER DONE STEP`. It applies the batches before DONE + 1, then stops for good after STEP of the next. */
import { aggregateStage } from "../../src/index.ts";
import { openStore } from "@molva/platform";
import { killedBatches } from "./killed.ts";
import { batchOf } from "./facts.ts";

const [folder, from, step] = process.argv.slice(2) as [string, string, string];
const store = await openStore({ path: folder });
const batches = killedBatches();
const signal = new AbortController().signal;
const start = Number(from);
// What was not acknowledged is delivered again, whole.
await aggregateStage({ store }).process(batchOf(batches[start] ?? []), signal);
const stuck = aggregateStage({
  store,
  onStep: async (at) => {
    if (at !== step) return;
    process.stdout.write(`parked after ${at}\n`);
    await new Promise(() => setInterval(() => {}, 1000));
  },
});
await stuck.process(batchOf(batches[start + 1] ?? []), signal);
