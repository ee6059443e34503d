import type { Delivered, Fact, Store } from "@molva/contracts";
import { stageOver } from "../../src/stage.ts";
import { at, batchOf, content, human, logged } from "./facts.ts";
import { parkedSteps, type Gate, type Kind } from "./parked.ts";
import { deliveriesOf, randomOf, storyOf } from "./story.ts";

/** Lets one of several writers do one step at a time; whose turn it is, a seed decides. */
export const turnstile = (
  seed: number,
): {
  readonly gate: (writer: number) => Gate;
  readonly run: (writers: readonly ((gate: Gate) => Promise<void>)[]) => Promise<void>;
} => {
  const random = randomOf(seed);
  const waiting = new Map<number, () => void>();
  let running = 0;
  let favourite = 0;
  const next = (): void => {
    if (running > 0 || waiting.size === 0) return;
    const writers = [...waiting.keys()];
    // Runs of one writer's turns, so that the other stays parked for a whole batch now and then.
    if (!waiting.has(favourite) || random() < 0.3) favourite = writers[Math.floor(random() * writers.length)] as number;
    const go = waiting.get(favourite) as () => void;
    waiting.delete(favourite);
    running += 1;
    go();
  };
  const gate = (writer: number) => async (): Promise<void> => {
    running -= 1;
    await new Promise<void>((resolve) => {
      waiting.set(writer, resolve);
      // Once every writer of this moment had the chance to arrive.
      setImmediate(next);
    });
  };
  const run = async (writers: readonly ((gate: Gate) => Promise<void>)[]): Promise<void> => {
    running = writers.length;
    await Promise.all(
      writers.map(async (work, writer) => {
        const mine = gate(writer);
        await mine();
        await work(mine);
        running -= 1;
        setImmediate(next);
      }),
    );
  };
  return { gate, run };
};

const process = async (store: Store, kind: Kind, facts: readonly Delivered<Fact>[], gate: Gate): Promise<void> => {
  await stageOver(parkedSteps(store, kind, gate)).process(batchOf(facts), new AbortController().signal);
};
const signal = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
};
const straight: Gate = async () => {};

/** One aggregator is parked between what its reduce reads and what it writes, while the other applies a fact of the same hour. */
export const staleWriter = async (store: Store, kind: Kind, brand: string): Promise<void> => {
  const [first, second] = logged([content({ brand, key: "a" }), content({ brand, key: "b" })]);
  const parked = signal();
  const released = signal();
  const slow = process(store, kind, [first as Delivered<Fact>], async () => {
    parked.resolve();
    await released.promise;
  });
  await parked.promise;
  await process(store, kind, [second as Delivered<Fact>], straight);
  released.resolve();
  await slow;
};

/** A person's label that arrives before the mention it is about. */
export const earlyDecision = async (store: Store, kind: Kind, brand: string): Promise<void> => {
  const log = logged([
    human({ brand, key: "a" }, "negative", at(100)),
    content({ brand, key: "a", label: "positive" }),
  ]);
  for (const message of log) await process(store, kind, [message], straight);
};

/** Two aggregators over one store, each with batches of the same story, parked between any two steps. */
export const twoWriters = async (store: Store, kind: Kind, seed: number, brand: string): Promise<void> => {
  const story = storyOf(seed, { brand, facts: 40, mentions: 6, days: 1 });
  const batches = deliveriesOf(story, seed, 8);
  const { run } = turnstile(seed);
  const writer = (which: number) => async (gate: Gate) => {
    const stage = stageOver(parkedSteps(store, kind, gate), { onStep: gate });
    // Every fact reaches one of them at least; some reach both.
    for (const [i, messages] of batches.entries()) {
      if (i % 2 === which || i % 5 === 0) await stage.process(batchOf(messages), new AbortController().signal);
    }
  };
  await run([writer(0), writer(1)]);
};
