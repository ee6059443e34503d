import { aggregateStage } from "@molva/aggregator";
import type { ShippedModel } from "@molva/classifier";
import {
  FACTS,
  MENTIONS,
  type Brand,
  type Bus,
  type Checkpoints,
  type Clock,
  type Fact,
  type Log,
  type Stage,
  type Store,
  type Subscription,
} from "@molva/contracts";
import {
  authorHash,
  authorKey,
  findChromium,
  meteredBus,
  meteredStore,
  runStage,
  type Config,
  type Environment,
  type Metrics,
} from "@molva/platform";
import { localClaims, sharedClaims } from "./claims.ts";
import { recalledCopies } from "./copies.ts";
import { createChanges, type Changes } from "./changes.ts";
import { compose, type Mode, type Platform } from "./compose.ts";
import { createCrawlRounds } from "./crawl-rounds.ts";
import { keptPages } from "./kept-pages.ts";
import { openDemo } from "./demo.ts";
import { meteredRounds } from "./monitor/report.ts";
import { chosenModels } from "./replay/models.ts";
import type { StageName } from "./roles.ts";
import type { Runtime } from "./runtime.ts";
import { withRules } from "./rules/rule-bus.ts";
import { withoutSuppressed } from "./suppression.ts";
import { changesElsewhere } from "./changes-elsewhere.ts";

export interface RuntimeOptions {
  readonly mode: Mode;
  /** Those that run in this process; the others run elsewhere. */
  readonly stages: readonly StageName[];
  /** Where the mode needs the folder, held by the caller (`acquireFolder`). */
  readonly dataDir: string;
  readonly environment: Environment;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Metrics | null;
  /** Those of the configuration, whose rules stand in front of the log. */
  readonly brands?: readonly Brand[];
  /** What the classifier labels with, for brands for which nobody chose otherwise; left out: the fast one. */
  readonly model?: ShippedModel;
  /** The configuration's words for topics. */
  readonly topics?: Config["topics"];
}

/** The names under which the stages' groups stand in the log. */
const CLASSIFIER: StageName = "classifier";
const AGGREGATOR: StageName = "aggregator";

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

interface StageParts {
  readonly bus: Bus;
  readonly store: Store;
  readonly checkpoints: Checkpoints;
  readonly log: Log;
  readonly changes: Changes;
  readonly shared: boolean;
  readonly model: ShippedModel;
  readonly nameOf: Runtime["nameOf"];
  readonly topicsOf: Runtime["topicsOf"];
  readonly topics: Config["topics"] | undefined;
}

const startStage = async (
  name: StageName,
  { bus, store, checkpoints, log, changes, shared, model: which, nameOf, topicsOf, topics }: StageParts,
): Promise<Subscription> => {
  if (name === "aggregator") {
    const aggregator = aggregateStage({ store, log });
    return runStage(shared ? aggregator : announcing(aggregator, bus, changes), bus, log);
  }
  const { classifyStage, createGrouping, loadShipped, openReadingThread } = await import("@molva/classifier");
  const model = loadShipped(which);
  const reading = openReadingThread({ topics });
  const grouping = createGrouping(recalledCopies({ bus, store, log }));
  const stage = classifyStage({
    model,
    log,
    grouping,
    reading,
    nameOf,
    topicsOf: await topicsOf(),
    chosen: chosenModels(store, checkpoints, model),
  });
  const running = await runStage(stage, bus, log);
  return {
    ...running,
    stop: async () => {
      await running.stop();
      await reading.close();
      await model.close?.();
    },
  };
};

const metered = (platform: Platform, metrics: Metrics | null): Pick<Platform, "bus" | "store"> =>
  metrics === null
    ? platform
    : { bus: meteredBus(platform.bus, metrics), store: meteredStore(platform.store, metrics) };

/** Opens log and store and starts the stages. Closing stops the stages after their batch, then releases the rest, in reverse order. */
export const openRuntime = async (options: RuntimeOptions): Promise<Runtime> => {
  const { mode, dataDir, environment, log, clock, metrics } = options;
  const linkSecret = await authorKey(dataDir, environment.MOLVA_AUTHOR_KEY);
  const hashAuthor = authorHash(linkSecret);
  const platform = await compose(mode, log, clock);
  const { checkpoints, shared } = platform;
  const { bus: open, store } = metered(platform, metrics);
  const brands = async (): Promise<readonly Brand[]> => options.brands ?? [];
  const bus = withRules(withoutSuppressed(open, checkpoints, log), { brands, hashAuthor, checkpoints, log });
  const running: Subscription[] = [];
  const titles = new Map((options.brands ?? []).map(({ id, title }) => [id, title]));
  const nameOf: Runtime["nameOf"] = (brand) => titles.get(brand) ?? brand.replaceAll("-", " ");
  let topics: ReturnType<Runtime["topicsOf"]> | null = null;
  const topicsOf = (): ReturnType<Runtime["topicsOf"]> =>
    (topics ??= import("@molva/classifier").then(({ createTopicsOf, topicDictionary }) =>
      createTopicsOf(topicDictionary(options.topics)),
    ));
  try {
    const changes = createChanges();
    // The aggregator first: what the classifier publishes is then counted at once.
    for (const name of options.stages.toReversed()) {
      running.push(
        await startStage(name, {
          bus,
          store,
          checkpoints,
          log,
          changes,
          shared,
          model: options.model ?? "fast",
          nameOf,
          topicsOf,
          topics: options.topics,
        }),
      );
    }
    /** Rejects as soon as a stage has ended by an error; never resolves before the stages are stopped. */
    const failed = new Promise<never>((_, reject) => running.forEach((stage) => void stage.done.catch(reject)));
    failed.catch(() => {}); // told by `settled`, and to whoever waits for it
    const demo = openDemo({ dataDir, clock });
    let browser: Promise<string | null> | null = null;
    const browserPath = (): Promise<string | null> =>
      (browser ??= findChromium(environment.MOLVA_CHROMIUM).then((found) => found?.path ?? null));
    const progress = {
      lag: async () => (await bus.progress(MENTIONS, CLASSIFIER)).lag + (await bus.progress(FACTS, AGGREGATOR)).lag,
      horizon: async () => (await bus.progress(FACTS, AGGREGATOR)).horizon,
    };
    const rounds = createCrawlRounds({
      bus,
      store,
      checkpoints,
      clock,
      log,
      hashAuthor,
      browserPath,
      changes,
      secrets: environment,
      keepPage: keptPages(dataDir, log).keep,
    });
    return {
      dataDir,
      bus,
      store,
      engine: platform.engine,
      snapshot: platform.snapshot,
      checkpoints,
      claims: shared ? sharedClaims(checkpoints, clock) : localClaims(),
      log,
      clock,
      metrics,
      hashAuthor,
      linkSecret,
      nameOf,
      topicsOf,
      browserPath,
      failed,
      changes: shared ? changesElsewhere(changes, progress) : changes,
      rounds: metrics === null ? rounds : meteredRounds(rounds, metrics),
      ...progress,
      settled: async (signal) => {
        const all = async (): Promise<void> => {
          await bus.settled(MENTIONS, CLASSIFIER, signal);
          await bus.settled(FACTS, AGGREGATOR, signal);
        };
        await Promise.race([all(), failed]);
      },
      demoConfig: demo.config,
      async [Symbol.asyncDispose]() {
        await demo.close();
        await Promise.allSettled(running.toReversed().map((stage) => stage.stop()));
        await platform[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await Promise.allSettled(running.map((stage) => stage.stop()));
    await platform[Symbol.asyncDispose]();
    throw error;
  }
};
