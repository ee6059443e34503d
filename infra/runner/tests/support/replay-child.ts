import { openRuntime } from "../../src/open-runtime.ts";
import { modelToReplay } from "../../src/replay/models.ts";
import { passOver } from "../../src/replay/pass.ts";
import type { Runtime } from "../../src/runtime.ts";
import { createLog } from "@molva/platform";
import type { Instant } from "@molva/contracts";

/**
 * A replay of brand A in pages of 25 that says where it is and stops there for good at the step it is told: `published` once a page's facts are
 * durable, `kept` once its place is too. Its parent kills it then.
 */
const [dataDir = "", model = "", stopAt = "", after = "0"] = process.argv.slice(2);
const clock = (): Instant => new Date().toISOString() as Instant;
const runtime = await openRuntime({
  mode: { mode: "embedded", dataDir, database: "molva" },
  stages: ["classifier", "aggregator"],
  dataDir,
  environment: {} as never,
  log: createLog("error", { write: () => {} }),
  clock,
  metrics: null,
});
await runtime.settled();
let steps = 0;
const at = async (step: string): Promise<void> => {
  if (step !== stopAt || (steps += 1) <= Number(after)) return;
  process.stdout.write(`stopped at ${step}\n`);
  await new Promise(() => setInterval(() => {}, 1_000_000));
};
const watched: Runtime = {
  ...runtime,
  bus: {
    ...runtime.bus,
    publish: async (topic, lane, values) => {
      await runtime.bus.publish(topic, lane, values);
      await at("published");
    },
  },
  checkpoints: {
    ...runtime.checkpoints,
    write: async (entries) => {
      await runtime.checkpoints.write(entries);
      await at("kept");
    },
  },
};
const named = await modelToReplay(runtime.checkpoints, model, dataDir);
await passOver({
  runtime: watched,
  model: named.model,
  passage: { brand: "a", from: null, to: null, asOf: (await runtime.horizon()) as Instant },
  mode: "label",
  page: 25,
  signal: new AbortController().signal,
});
process.stdout.write("done\n");
