import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Delivered, Fact } from "@molva/contracts";
import { aggregateStage, eventIdOf } from "../src/index.ts";
import { allBuckets, counting, emptied, type BucketRow } from "./support/buckets.ts";
import { at, batchOf, content, gone, human, logged, undo } from "./support/facts.ts";
import { openTestStore, type TestStore } from "./support/store.ts";
import { randomOf, shuffled, storyOf } from "./support/story.ts";

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

const RUNS = { numRuns: 5 };
const brand = "aurora";

const stories = fc.record({
  seed: fc.nat(1_000_000),
  facts: fc.integer({ min: 1, max: 40 }),
  mentions: fc.integer({ min: 1, max: 8 }),
});
type Story = { readonly seed: number; readonly facts: number; readonly mentions: number };
const logOf = ({ seed, facts, mentions }: Story): readonly Delivered<Fact>[] =>
  logged(storyOf(seed, { brand, facts, mentions, days: 3 }));

/** What the buckets hold after these deliveries to an empty store. */
const after = async (...batches: readonly (readonly Delivered<Fact>[])[]): Promise<readonly BucketRow[]> => {
  await emptied(opened.store);
  const stage = aggregateStage({ store: opened.store });
  for (const messages of batches) await stage.process(batchOf(messages), new AbortController().signal);
  return allBuckets(opened.store);
};

const cutAt = <T>(list: readonly T[], cuts: readonly number[]): readonly (readonly T[])[] => {
  const ends = [...new Set(cuts.map((c) => c % (list.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((start, i) => list.slice(start, ends[i] ?? list.length));
};

describe("the fold", () => {
  it("does not care about order or about how the log is cut into batches, down to the last column", async () => {
    await fc.assert(
      fc.asyncProperty(stories, fc.nat(), fc.array(fc.nat(100), { maxLength: 3 }), async (story, order, cuts) => {
        const log = logOf(story);
        const inOrder = await after(log);
        const otherwise = await after(...cutAt(shuffled(log, randomOf(order)), cuts));
        expect(otherwise).toEqual(inOrder);
      }),
      RUNS,
    );
  });

  it("takes twice for once", async () => {
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const log = logOf(story);
        const once = await after(log);
        const again = log.map((message, i) => ({
          ...message,
          offset: BigInt(log.length + i),
          appendedAt: (log.at(-1) as Delivered<Fact>).appendedAt,
        }));
        expect(await after(log, log, again)).toEqual(once);
        // The earliest recorded copy counts also where a later one was applied first.
        expect(await after(again, log)).toEqual(once);
      }),
      RUNS,
    );
  });

  it("is where it was after a decision and its undoing, and after a removal and another sight", async () => {
    await fc.assert(
      fc.asyncProperty(stories, fc.constantFrom("negative", "neutral", "positive"), async (story, label) => {
        const known = storyOf(story.seed, { brand, facts: story.facts, mentions: story.mentions, days: 3 });
        const whose = { brand, key: "m0", source: "rss" };
        const late = at(1_000_000);
        const seen = content({ ...whose, text: "words of m0", published: at(5), observed: late });
        const decision = human(whose, label as "neutral", late);
        const facts = [...known, seen];
        const before = counting(await after(logged(facts)));
        expect(
          counting(await after(logged([...facts, decision, undo(whose, eventIdOf(decision), at(1_000_001))]))),
        ).toEqual(before);
        const back = content({ ...whose, text: "words of m0", published: at(5), observed: at(1_000_010) });
        expect(counting(await after(logged([...facts, gone(whose, at(1_000_005)), back])))).toEqual(before);
      }),
      RUNS,
    );
  });
});
