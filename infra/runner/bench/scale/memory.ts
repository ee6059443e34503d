import { setImmediate as turn } from "node:timers/promises";
import { aggregateStage } from "@molva/aggregator";
import { inputOf, instantOf, type Fact, type Store } from "@molva/contracts";
import { NOW } from "./load-sql.ts";
import { observationsOf } from "./stream.ts";

const BATCH = 20_000;
const YEAR = 365 * 86_400_000;
const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

const factOf = (observation: ReturnType<typeof observationsOf>[number]): Fact =>
  observation.type === "gone"
    ? observation
    : {
        ...observation,
        type: "content",
        sentiment: {
          label: "positive",
          probabilities: { negative: 0.1, neutral: 0.1, positive: 0.8 },
          model: "bench@1",
        },
        input: inputOf(observation.mention),
        language: "en",
        topics: [],
        group: null,
      };

export interface Held {
  readonly events: number;
  /** MiB: all of this process, the engine's in it. */
  readonly resident: number;
  /** MiB: Node's part. */
  readonly heap: number;
  /** Since the line before, by the clock. */
  readonly perSecond: number;
}

/** Facts through the aggregator, one batch after the other; says what this process holds after each tenth. */
export const takeMany = async (store: Store, events: number, say: (held: Held) => void): Promise<void> => {
  const stage = aggregateStage({ store });
  const never = new AbortController().signal;
  const tenth = Math.max(BATCH, Math.ceil(events / 10 / BATCH) * BATCH);
  let began = performance.now();
  for (let start = 0; start < events; start += BATCH) {
    const at = NOW + (YEAR * start) / events;
    const observations = observationsOf({ count: BATCH, start, from: at, to: at + (YEAR * BATCH) / events, late: 0 });
    const messages = observations.map((observation, i) => ({
      value: factOf(observation),
      offset: BigInt(start + i),
      appendedAt: instantOf(NOW + start),
    }));
    await stage.process({ lane: "live", partition: 0, messages }, never);
    await turn();
    if ((start + BATCH) % tenth === 0) {
      const { rss, heapUsed } = process.memoryUsage();
      const perSecond = (tenth * 1000) / (performance.now() - began);
      say({ events: start + BATCH, resident: mebibytes(rss), heap: mebibytes(heapUsed), perSecond });
      began = performance.now();
    }
  }
};
