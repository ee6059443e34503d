import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FACTS, instantOf, type Fact, type Log } from "@molva/contracts";
import { openEmbeddedBus, openStore, runStage } from "@molva/platform";
import { factRowOf, placeRowOf, textRowOf, type Logged, type MentionFact } from "../src/fact-row.ts";
import { aggregateStage } from "../src/index.ts";
import { FACT, MENTION_TEXT, PLACE } from "../src/tables.ts";
import { factsOf } from "./facts.ts";

/** One contender in a process of its own, for its memory to be its own. Prints one line of JSON. */
const COUNT = 20_000;
const BATCH = 2_000;
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const folder = mkdtempSync(join(tmpdir(), "molva-bench-"));
const now = Date.UTC(2026, 5, 1, 12);
const facts = [0, 1, 2, 3].flatMap((run) => factsOf(COUNT / 4, "history", now, run));
const store = await openStore({ path: join(folder, "store") });

/** Facts that stand in the log already, on their way to the last bucket. */
const molva = async (): Promise<number> => {
  const bus = await openEmbeddedBus({ dir: join(folder, "log") });
  for (let at = 0; at < facts.length; at += BATCH) await bus.publish(FACTS, "backfill", facts.slice(at, at + BATCH));
  const began = performance.now();
  await runStage(aggregateStage({ store }), bus, silent);
  await bus.settled(FACTS, "aggregator");
  const seconds = (performance.now() - began) / 1000;
  await bus.close();
  return seconds;
};

/** The rows of the same facts, words and places, inserted into the same tables and nothing else done. */
const inserts = async (): Promise<number> => {
  const logged = facts.map((fact: Fact, i) => ({
    fact,
    message: { value: fact, offset: BigInt(i), appendedAt: instantOf(now + i) },
    lane: "backfill",
  })) as readonly Logged<MentionFact>[];
  const began = performance.now();
  for (let at = 0; at < logged.length; at += BATCH) {
    const part = logged.slice(at, at + BATCH);
    const rows = part.map(factRowOf);
    await store.insert(FACT, rows);
    await store.insert(PLACE, rows.map(placeRowOf));
    await store.insert(
      MENTION_TEXT,
      part.flatMap(({ fact }) => (fact.type === "content" ? [textRowOf(fact)] : [])),
    );
  }
  return (performance.now() - began) / 1000;
};

const seconds = await (process.argv[2] === "inserts" ? inserts() : molva());
await store.close();
rmSync(folder, { recursive: true });
console.log(
  JSON.stringify({
    count: facts.length,
    perSecond: Math.round(facts.length / seconds),
    peakMemory: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
