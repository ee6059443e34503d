import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FACTS, type Log } from "@molva/contracts";
import { openKafkaBus, openStore, runStage } from "@molva/platform";
import { aggregateStage } from "../src/index.ts";
import { factsOf } from "./facts.ts";

/**
 * From the producer through Kafka to the last bucket, publishing and aggregating at once. Leaves the topic for those that are
 * measured beside it. Arguments: BROKER PREFIX. Prints one line of JSON.
 */
const [broker = "", topicPrefix = ""] = process.argv.slice(2);
const COUNT = 20_000;
const BATCH = 2_000;
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const folder = mkdtempSync(join(tmpdir(), "molva-bench-"));
const facts = [0, 1, 2, 3].flatMap((run) => factsOf(COUNT / 4, "history", Date.UTC(2026, 5, 1, 12), run));
const store = await openStore({ path: join(folder, "store") });
const bus = await openKafkaBus({ brokers: [broker], topicPrefix, log: silent });
await runStage(aggregateStage({ store }), bus, silent);

const began = performance.now();
for (let at = 0; at < facts.length; at += BATCH) await bus.publish(FACTS, "backfill", facts.slice(at, at + BATCH));
const published = performance.now();
await bus.settled(FACTS, "aggregator");
const seconds = (performance.now() - began) / 1000;
await bus.close();
await store.close();
rmSync(folder, { recursive: true });
console.log(
  JSON.stringify({
    count: facts.length,
    publishedPerSecond: Math.round(facts.length / ((published - began) / 1000)),
    perSecond: Math.round(facts.length / seconds),
    peakMemory: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
