import { aggregateStage } from "@molva/aggregator";
import { classifyStage, loadModel } from "@molva/classifier";
import { FACTS, MENTIONS, type Clock, type Log, type Subscription } from "@molva/contracts";
import { authorHash, authorKey, findChromium, runStage, type Environment } from "@molva/platform";
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

/** Opens log and store and starts the stages. Closing stops the stages after their batch, then releases the rest, in reverse order. */
export const openRuntime = async ({ dataDir, environment, log, clock }: RuntimeOptions): Promise<Runtime> => {
  const hashAuthor = authorHash(await authorKey(dataDir, environment.MOLVA_AUTHOR_KEY));
  const platform = await compose({ mode: "embedded", dataDir }, log, clock);
  const { bus, store, checkpoints } = platform;
  const stages: Subscription[] = [];
  try {
    const classifier = classifyStage({ model: loadModel(), log });
    const aggregator = aggregateStage({ store, log });
    stages.push(await runStage(aggregator, bus, log));
    stages.push(await runStage(classifier, bus, log));
    /** Rejects as soon as a stage has ended by an error; never resolves before the stages are stopped. */
    const failed = new Promise<never>((_, reject) => stages.forEach((stage) => void stage.done.catch(reject)));
    failed.catch(() => {}); // told by `settled`, and to whoever waits for it
    const demo = openDemo({ dataDir, clock });
    let browser: Promise<string | null> | null = null;
    const browserPath = (): Promise<string | null> => (browser ??= findChromium(environment.MOLVA_CHROMIUM).then((found) => found?.path ?? null));
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
      rounds: createCrawlRounds({ bus, checkpoints, clock, log, hashAuthor, browserPath }),
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
