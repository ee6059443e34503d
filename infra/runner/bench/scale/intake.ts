import { readFileSync } from "node:fs";
import { aggregateStage } from "@molva/aggregator";
import { classifyStage, createGrouping, loadModel, openReadingThread } from "@molva/classifier";
import { DEAD_LETTERS, FACTS, MENTIONS, type BrandId, type Lane, type Log, type Store } from "@molva/contracts";
import { openEmbeddedBus, runStage } from "@molva/platform";
import { NOW } from "./load-sql.ts";
import { observationsOf } from "./stream.ts";

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const DAY = 86_400_000;
const PART = 5_000;

export interface Intake {
  readonly lane: Lane;
  readonly mentions: number;
  readonly perSecond: number;
  /** Microseconds of all cores a mention: what it takes whatever else the machine does. */
  readonly cpuMicros: number;
  /** Of the thread that runs JavaScript, pages and aggregator; NaN where the system does not tell it. */
  readonly nodeMicros: number;
}

/** Processor time of the thread that asks, in microseconds: told by Linux alone. */
export const ofNode = (): number => {
  try {
    const told = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8");
    return Number(told.split(" ")[0]) / 1000;
  } catch {
    return Number.NaN;
  }
};

/** What people call the brand of this id. */
export const nameOf = (brand: BrandId): string => brand.replaceAll("-", " ");

/**
 * Mentions that stand in the log, until the last bucket: labelled, with topics, counted. `live`: a day's mentions, each up to two hours late;
 * `backfill`: two years in the order of time, as an import brings them. With `copies`
 * those are told from originals too, in texts of which one in thirty is one.
 */
export const takeIn = async (
  store: Store,
  dir: string,
  lane: Lane,
  mentions: number,
  { copies = false }: { readonly copies?: boolean } = {},
): Promise<Intake> => {
  const bus = await openEmbeddedBus({ dir });
  const span = lane === "live" ? DAY : 700 * DAY;
  const from = lane === "live" ? NOW : NOW - 710 * DAY;
  for (let start = 0; start < mentions; start += PART) {
    const count = Math.min(PART, mentions - start);
    const edge = (n: number): number => from + (span * n) / mentions;
    await bus.publish(
      MENTIONS,
      lane,
      observationsOf({
        count,
        start,
        from: edge(start),
        to: edge(start + count),
        late: lane === "live" ? DAY / 12 : 0,
        unlike: copies,
      }),
    );
  }
  const reading = openReadingThread();
  // Started before the clock, as in a program that runs.
  await reading.read([]);
  const [began, before, node] = [performance.now(), process.cpuUsage(), ofNode()];
  const grouping = createGrouping({ recorded: async () => {}, recall: async () => [] });
  const asked = { model: loadModel(), log: silent, reading, nameOf };
  await runStage(classifyStage(copies ? { ...asked, grouping } : asked), bus, silent);
  await runStage(aggregateStage({ store }), bus, silent);
  await bus.settled(MENTIONS, "classifier");
  await bus.settled(FACTS, "aggregator");
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  const nodeMicros = (ofNode() - node) / mentions;
  for await (const { value } of bus.read(DEAD_LETTERS, lane))
    throw new Error(`a mention went to the dead letters (${value.code}): what was measured is not the intake`);
  await bus.close();
  await reading.close();
  return { lane, mentions, perSecond: mentions / seconds, cpuMicros: (user + system) / mentions, nodeMicros };
};
