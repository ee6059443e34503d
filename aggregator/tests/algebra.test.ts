import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Delivered, Fact } from "@molva/contracts";
import { aggregateStage, eventIdOf } from "../src/index.ts";
import { allBuckets, counting, emptied, type BucketRow } from "./support/buckets.ts";
import { at, batchOf, choice, content, gone, human, logged, undo } from "./support/facts.ts";
import { openTestStore, type TestStore } from "./support/store.ts";
import { randomOf, shuffled, storyOf } from "./support/story.ts";

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

const RUNS = { numRuns: 5 };
const FEWER = { numRuns: 3 };
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

interface Labels {
  readonly positive: number;
  readonly neutral: number;
  readonly negative: number;
  readonly unscored: number;
}
const NOTHING: Labels = { positive: 0, neutral: 0, negative: 0, unscored: 0 };
const labelsOf = ({ positive, neutral, negative, unscored }: Labels | BucketRow): Labels => ({
  positive,
  neutral,
  negative,
  unscored: Number(unscored),
});
const plus = (a: Labels, b: Labels): Labels => ({
  positive: a.positive + b.positive,
  neutral: a.neutral + b.neutral,
  negative: a.negative + b.negative,
  unscored: a.unscored + b.unscored,
});

/** `[('source','rss',0,1,0,0,0,1),…]`, as the store writes them. */
const cellsOf = (text: string): readonly (Labels & { readonly dimension: string })[] =>
  [...text.matchAll(/\('(\w+)','[^']*',\d+,(\d+),(\d+),(\d+),(\d+),\d+\)/g)].map(([, dimension = "", ...counts]) => {
    const [positive, neutral, negative, unscored] = counts.map(Number) as [number, number, number, number];
    return { dimension, positive, neutral, negative, unscored };
  });

const halfOf = (fact: Fact): number =>
  fact.type === "choice"
    ? 0
    : Number.parseInt((fact.type === "content" ? fact.mention.mentionId : fact.mentionId).slice(-1), 16) % 2;

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

  it("does not care about decisions that were all taken back, whoever made how many, in whatever order they arrive", async () => {
    const labels = fc.array(fc.constantFrom("negative", "neutral", "positive"), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(stories, labels, fc.nat(), async (story, wishes, order) => {
        const known = storyOf(story.seed, { brand, facts: story.facts, mentions: story.mentions, days: 3 });
        const decisions = wishes.map((label, i) =>
          human(
            { brand, key: `m${i % story.mentions}`, source: i % 2 === 0 ? "rss" : "web-reviews" },
            label as "neutral",
            at(2_000_000 + i),
            `person ${i}`,
          ),
        );
        const undone = decisions.map((decision, i) => ({
          ...undo({ brand, key: "m0" }, eventIdOf(decision), at(2_100_000 + i)),
          mentionId: decision.mentionId,
          sourceId: decision.sourceId,
        }));
        const before = counting(await after(logged(known)));
        const all = logged([...known, ...decisions, ...undone]);
        expect(counting(await after(shuffled(all, randomOf(order))))).toEqual(before);
      }),
      FEWER,
    );
  });

  it("is a replay, a switch and a switch back what it was before, and after the switch what the other model says", async () => {
    await fc.assert(
      fc.asyncProperty(
        stories,
        fc.constantFrom("negative", "neutral", "positive"),
        fc.nat(),
        async (story, label, order) => {
          // Without choices of its own: the models' ranks are those of the switch.
          const known = storyOf(story.seed, { brand, facts: story.facts, mentions: story.mentions, days: 3 }).filter(
            (fact) => fact.type !== "choice",
          );
          const contents = known.filter((fact) => fact.type === "content");
          const told = content({ brand, key: "m0", label, model: "replayed@9" });
          const replayed = contents.map((fact): Fact =>
            told.type === "content" ? { ...fact, sentiment: told.sentiment } : fact,
          );
          const log = logged(known);
          const before = counting(await after(log));
          const facts: readonly Fact[] = [...known, ...replayed];
          // Beside the old labels: nothing changes.
          expect(counting(await after(shuffled(logged(facts), randomOf(order))))).toEqual(before);
          const switched = [...facts, choice(brand, "replayed@9", 7, at(3_000_000))];
          const counted = (await after(shuffled(logged(switched), randomOf(order)))) as readonly (BucketRow & {
            readonly by_person: number;
          })[];
          for (const bucket of counted)
            expect(bucket[label] + bucket.by_person).toBeGreaterThanOrEqual(
              bucket.positive + bucket.neutral + bucket.negative + bucket.unscored,
            );
          // Back: the old models have the rank that the earliest recorded label had.
          const back = [
            ...switched,
            choice(brand, "old@1", 8, at(3_000_001)),
            choice(brand, "new@2", 8, at(3_000_002)),
          ];
          expect(counting(await after(shuffled(logged(back), randomOf(order))))).toEqual(before);
        },
      ),
      FEWER,
    );
  });

  it("adds up: each dimension's cells are the hour, and the parts of a log by mention are the whole", async () => {
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const log = logOf(story);
        const whole = counting(await after(log)) as readonly (BucketRow & { readonly cells: string })[];
        for (const bucket of whole) {
          const cells = cellsOf(bucket.cells);
          for (const dimension of ["source", "language", "region", "rating"]) {
            const sum = cells.filter((cell) => cell.dimension === dimension).reduce(plus, NOTHING);
            expect(sum, dimension).toEqual(labelsOf(bucket));
          }
        }
        const half = async (which: number): Promise<readonly BucketRow[]> =>
          after(log.filter(({ value }) => value.type === "choice" || halfOf(value) === which));
        const parts = [...(await half(0)), ...(await half(1))];
        expect(parts.map(labelsOf).reduce(plus, NOTHING)).toEqual(whole.map(labelsOf).reduce(plus, NOTHING));
      }),
      FEWER,
    );
  });

  it("does not care how often the copies of a moved mention are written, nor between which batches", async () => {
    await fc.assert(
      fc.asyncProperty(stories, fc.array(fc.nat(100), { maxLength: 4 }), fc.nat(), async (story, cuts, order) => {
        const log = logOf(story);
        const once = await after(log);
        const batches = cutAt(shuffled(log, randomOf(order)), cuts);
        // Each batch again after the next one: whatever it copied is copied once more, beside rows that came since.
        const overlapping = batches.flatMap((batch, i) => (i === 0 ? [batch] : [batch, batches[i - 1] ?? []]));
        expect(await after(...overlapping)).toEqual(once);
      }),
      FEWER,
    );
  });
});
