import { aggregateStage } from "@molva/aggregator";
import {
  FACTS,
  MENTIONS,
  type Bus,
  type Clock,
  type Fact,
  type Log,
  type Stage,
  type Subscription,
} from "@molva/contracts";
import { authorHash, authorKey, findChromium, runStage, type Environment } from "@molva/platform";
import { createChanges, type Changes } from "./changes.ts";
import { compose } from "./compose.ts";
import { createCrawlRounds } from "./crawl-rounds.ts";
import { openDemo } from "./demo.ts";
import type { Runtime } from "./runtime.ts";

export interface RuntimeOptions {
  /** Held by the caller (`acquireFolder`). */
  readonly dataDir: string;
  readonly environment: Environment;
  readonly log: Log;
  readonly clock: Clock;
}

/** Says so when a batch is in the numbers, and again when nothing is left to count. */
const announcing = (stage: Stage<Fact, never>, bus: Bus, changes: Changes): Stage<Fact, never> => {
  let waiting = false;
  return {
    ...stage,
    process: async (batch, signal) => {
      const result = await stage.process(batch, signal);
      changes.announce();
      if (!waiting) {
        waiting = true;
        const settled = (): void => {
          waiting = false;
          changes.announce();
        };
        bus.settled(stage.input, stage.name).then(settled, () => (waiting = false));
      }
      return result;
    },
  };
};

/** Opens log and store and starts the stages. Closing stops the stages after their batch, then releases the rest, in reverse order. */
export const openRuntime = async ({ dataDir, environment, log, clock }: RuntimeOptions): Promise<Runtime> => {
  const hashAuthor = authorHash(await authorKey(dataDir, environment.MOLVA_AUTHOR_KEY));
  const platform = await compose({ mode: "embedded", dataDir }, log, clock);
  const { bus, store, checkpoints } = platform;
  const stages: Subscription[] = [];
  try {
    const { classifyStage, loadModel } = await import("@molva/classifier");
    const classifier = classifyStage({ model: loadModel(), log });
    const changes = createChanges();
    const aggregator = announcing(aggregateStage({ store, log }), bus, changes);
    stages.push(await runStage(aggregator, bus, log));
    stages.push(await runStage(classifier, bus, log));
    /** Rejects as soon as a stage has ended by an error; never resolves before the stages are stopped. */
    const failed = new Promise<never>((_, reject) => stages.forEach((stage) => void stage.done.catch(reject)));
    failed.catch(() => {}); // told by `settled`, and to whoever waits for it
    const demo = openDemo({ dataDir, clock });
    let browser: Promise<string | null> | null = null;
    const browserPath = (): Promise<string | null> =>
      (browser ??= findChromium(environment.MOLVA_CHROMIUM).then((found) => found?.path ?? null));
    return {
      dataDir,
      bus,
      store,
      checkpoints,
      log,
      clock,
      hashAuthor,
      browserPath,
      failed,
      changes,
      rounds: createCrawlRounds({ bus, checkpoints, clock, log, hashAuthor, browserPath, changes }),
      lag: async () =>
        (await bus.progress(MENTIONS, classifier.name)).lag + (await bus.progress(FACTS, aggregator.name)).lag,
      settled: async (signal) => {
        const all = async (): Promise<void> => {
          await bus.settled(MENTIONS, classifier.name, signal);
          await bus.settled(FACTS, aggregator.name, signal);
        };
        await Promise.race([all(), failed]);
      },
      horizon: async () => (await bus.progress(FACTS, aggregator.name)).horizon,
      demoConfig: demo.config,
      async [Symbol.asyncDispose]() {
        await demo.close();
        await Promise.allSettled(stages.toReversed().map((stage) => stage.stop()));
        await platform[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await Promise.allSettled(stages.map((stage) => stage.stop()));
    await platform[Symbol.asyncDispose]();
    throw error;
  }
};
