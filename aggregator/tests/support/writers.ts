import type { Command, Delivered, Fact, Store } from "@molva/contracts";
import { z } from "zod";
import { bucketRows, FINAL_SETTINGS, PAIRS } from "../../src/fold-sql.ts";
import { stageOver } from "../../src/stage.ts";
import { pairParams, pairsOf, stepsOver, type BrandHour, type Steps } from "../../src/steps.ts";
import { at, batchOf, content, human, logged } from "./facts.ts";
import { deliveriesOf, randomOf, storyOf } from "./story.ts";

type Gate = () => Promise<void>;

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

const none = z.strictObject({});
const tokenOnly = z.strictObject({ token: z.int() });
const COLUMNS = `brand, hour, positive, neutral, negative, unscored, singles, coarse_positive, coarse_neutral, coarse_negative, coarse_unscored, coarse_singles,
  by_person, p_negative, p_neutral, p_positive, cells, firsts, known`;

const READ: Command<z.infer<typeof parkedParams>> = {
  name: "test-reduce-read",
  sql: `INSERT INTO parked (${COLUMNS}, rev, token) SELECT ${COLUMNS}, rev, {token:UInt32} FROM (${bucketRows(PAIRS)}) SETTINGS ${FINAL_SETTINGS}`,
  params: pairParams.extend({ token: z.int() }),
};
const parkedParams = pairParams.extend({ token: z.int() });

const write = (rev: string): Command<{ readonly token: number }> => ({
  name: "test-reduce-write",
  sql: `INSERT INTO bucket (${COLUMNS}, rev) SELECT ${COLUMNS}, ${rev} FROM parked WHERE token = {token:UInt32}`,
  params: tokenOnly,
});
const BY_FACTS = write("rev");
/** The mistake: the number of the write instead of what was read. */
const BY_COUNTER = write("toUInt128(token)");

export const makeParked = async (store: Store): Promise<void> => {
  const statements = [
    "CREATE TABLE IF NOT EXISTS parked AS bucket ENGINE = MergeTree ORDER BY tuple()",
    "ALTER TABLE parked ADD COLUMN IF NOT EXISTS token UInt32",
  ];
  for (const sql of statements) await store.execute({ name: "test-parked", sql, params: none }, {});
};

export type Kind = "right" | "without the copy rule" | "rev from a counter";

let tokens = 0;

/** Steps whose reduce is parked between what it reads and what it writes; one of the two mistakes on request. */
const stepsOf = (store: Store, kind: Kind, gate: Gate): Steps => {
  const steps = stepsOver(store);
  const reduce = async (touched: readonly BrandHour[]): Promise<void> => {
    if (touched.length === 0) return;
    const read = (tokens += 1);
    await store.execute(READ, { ...pairsOf(touched), token: read });
    await gate();
    if (kind !== "rev from a counter") return store.execute(BY_FACTS, { token: read });
    // The counter counts writes: the later write has the higher number, whatever it had read.
    const written = (tokens += 1);
    await store.execute(
      {
        name: "test-renumber",
        sql: `INSERT INTO parked (${COLUMNS}, rev, token) SELECT ${COLUMNS}, rev, {written:UInt32} FROM parked WHERE token = {token:UInt32}`,
        params: z.strictObject({ token: z.int(), written: z.int() }),
      },
      { token: read, written },
    );
    return store.execute(BY_COUNTER, { token: written });
  };
  return { ...steps, reduce, copy: kind === "without the copy rule" ? async () => {} : steps.copy };
};

const process = async (store: Store, kind: Kind, facts: readonly Delivered<Fact>[], gate: Gate): Promise<void> => {
  await stageOver(stepsOf(store, kind, gate)).process(batchOf(facts), new AbortController().signal);
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
    const stage = stageOver(stepsOf(store, kind, gate), { onStep: gate });
    // Every fact reaches one of them at least; some reach both.
    for (const [i, messages] of batches.entries()) {
      if (i % 2 === which || i % 5 === 0) await stage.process(batchOf(messages), new AbortController().signal);
    }
  };
  await run([writer(0), writer(1)]);
};
