import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Delivered, Fact, Instant, Label, ListedMention, NsrRow } from "@molva/contracts";
import { aggregateStage, eventIdOf, listMentions, readHistories, readNsr, verify } from "../src/index.ts";
import { allBuckets, counting, emptied } from "./support/buckets.ts";
import { at, batchOf, content, exclude, human, logged, mentionId, undo } from "./support/facts.ts";
import { openTestStore, type TestStore } from "./support/store.ts";
import { randomOf, storyOf } from "./support/story.ts";

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

const brand = "aurora";
const HOSTILE = "O'Neil\"; DROP TABLE fact --\u0000\\";
const LABELS = ["negative", "neutral", "positive"] as const;
const deliver = async (messages: readonly Delivered<Fact>[]): Promise<void> => {
  await aggregateStage({ store: opened.store }).process(batchOf(messages), new AbortController().signal);
};
const whose = (key: string): { brand: string; key: string } => ({ brand, key });

/** Everything that can be asked of the brand at one point. */
const shownAt = async (
  asOf: Instant,
): Promise<{ readonly rows: readonly NsrRow[]; readonly mentions: readonly ListedMention[] }> => {
  const ask = { brands: [brand], from: null, to: null, window: null, tz: "Europe/Moscow", asOf, horizon: null };
  return {
    rows: [
      ...(await readNsr(opened.store, { ...ask, step: "day", by: null })),
      ...(await readNsr(opened.store, { ...ask, step: null, by: "source" })),
    ],
    mentions: await listMentions(opened.store, { brand, asOf, limit: 1000 }),
  };
};

describe("asked again as of a point", () => {
  it("every read gives what it gave, whatever was relabelled, undone, removed or edited since", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000_000), fc.nat(1_000_000), async (seed, order) => {
        await emptied(opened.store);
        const log = logged(storyOf(seed, { brand, facts: 120, mentions: 25, days: 3 }));
        const random = randomOf(order);
        const recorded: { readonly asOf: Instant; readonly shown: Awaited<ReturnType<typeof shownAt>> }[] = [];
        for (let from = 0; from < log.length;) {
          const to = Math.min(log.length, from + 5 + Math.floor(random() * 40));
          await deliver(log.slice(from, to));
          const asOf = (log[to - 1] as Delivered<Fact>).appendedAt;
          recorded.push({ asOf, shown: await shownAt(asOf) });
          from = to;
        }
        for (const { asOf, shown } of recorded) {
          expect(await shownAt(asOf)).toEqual(shown);
          expect((await verify(opened.store, { asOf })).differences).toEqual([]);
          const ids = shown.mentions.map(({ id }) => id);
          const histories = await readHistories(opened.store, ids, asOf);
          for (const mention of shown.mentions) {
            expect(histories.get(mention.id)?.state).toEqual({ counts: true, label: mention.label });
            expect(histories.get(mention.id)?.onEarlierText).toBe(mention.onEarlierText);
          }
        }
      }),
      { numRuns: 3 },
    );
  }, 300_000);
});

describe("decisions", () => {
  it("relabelled, removed and all of it undone, in any order, is as if nobody had decided: every column", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1_000_000),
        fc.array(
          fc.record({
            mention: fc.nat(6),
            label: fc.constantFrom(...LABELS, null),
            by: fc.constantFrom("Vera", HOSTILE),
          }),
          { minLength: 1, maxLength: 8 },
        ),
        async (seed, wishes) => {
          const known = storyOf(seed, { brand, facts: 40, mentions: 7, days: 2 });
          await emptied(opened.store);
          await deliver(logged(known));
          const before = counting(await allBuckets(opened.store));
          const decisions = wishes.map(({ mention, label, by }, i) => {
            const when = at(1_000_000 + i);
            const one = { ...whose(`m${mention}`), source: mention % 2 === 0 ? "rss" : "web-reviews" };
            return label === null ? { ...exclude(one, when), by } : human(one, label, when, by);
          });
          const undone = decisions.map((decision, i): Fact => ({
            ...undo(whose("any"), eventIdOf(decision), at(1_100_000 + i)),
            mentionId: decision.mentionId,
            sourceId: decision.sourceId,
          }));
          // The undoings come first in every other story: the log of several people has no order of its own.
          const late = seed % 2 === 0 ? [...decisions, ...undone] : [...undone, ...decisions];
          await deliver(logged(late, BigInt(known.length)));
          expect(counting(await allBuckets(opened.store))).toEqual(before);
          expect((await verify(opened.store)).differences).toEqual([]);
        },
      ),
      { numRuns: 8 },
    );
  }, 300_000);

  it("of two people at the same moment one counts, the same one in whatever order the log took them", async () => {
    const labelled = async (order: readonly Label[]): Promise<string> => {
      await emptied(opened.store);
      const decisions = order.map((label) => human(whose("a"), label, at(100), label));
      await deliver(logged([content(whose("a")), ...decisions]));
      const [mention] = await listMentions(opened.store, { brand });
      return `${mention?.label} ${mention?.provenance}`;
    };
    const one = await labelled(["negative", "neutral"]);
    expect(await labelled(["neutral", "negative"])).toBe(one);
    expect(["negative person:negative", "neutral person:neutral"]).toContain(one);
  });

  it("an undo of what nobody decided changes nothing, and takes it back when it comes later", async () => {
    await emptied(opened.store);
    const decision = human(whose("a"), "negative", at(100));
    await deliver(logged([content(whose("a")), undo(whose("a"), eventIdOf(decision), at(50))]));
    expect(await listMentions(opened.store, { brand })).toMatchObject([{ label: "positive" }]);
    await deliver(logged([decision], 2n));
    expect(await listMentions(opened.store, { brand })).toMatchObject([{ label: "positive", provenance: "plain@1" }]);
    expect((await readHistories(opened.store, [mentionId(whose("a"))])).values().next().value).toMatchObject({
      state: { counts: true, label: "positive" },
      labelledBy: null,
    });
  });
});
